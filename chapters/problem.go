package chapters

import (
	"errors"
	"fmt"
)

// A Problem is something in a file that an author has to change.
type Problem struct {
	File string
	Line int
	Msg  string

	// About is links, code, pictures, reading, moments or languages; lesson if
	// it is none of these.
	About   string
	Warning bool // the book can be read as it is
}

func (p *Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Msg) }

// problems collects what is wrong with one file, so that an author sees all of
// it at once.
type problems struct {
	file string
	list []error
}

func (p *problems) add(line int, format string, args ...any) {
	p.list = append(p.list, &Problem{File: p.file, Line: line, Msg: fmt.Sprintf(format, args...), About: "lesson"})
}

// addAbout is add for what has a name of its own; see [Problem].
func (p *problems) addAbout(about string, line int, format string, args ...any) {
	p.list = append(p.list, &Problem{File: p.file, Line: line, Msg: fmt.Sprintf(format, args...), About: about})
}

func (p *problems) err() error { return errors.Join(p.list...) }
