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
}

func (p *Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Msg) }

// problems collects what is wrong with one file, so that an author sees all of
// it at once.
type problems struct {
	file string
	list []error
}

func (p *problems) add(line int, format string, args ...any) {
	p.list = append(p.list, &Problem{p.file, line, fmt.Sprintf(format, args...)})
}

func (p *problems) err() error { return errors.Join(p.list...) }
