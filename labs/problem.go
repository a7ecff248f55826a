package labs

import (
	"errors"
	"fmt"
	"go/scanner"
)

// A Problem is something in a lab that its author has to change.
type Problem struct {
	File  string
	Line  int    // 0: the file or directory as a whole
	About string // flags, pictures, challenges, hints, mutants or languages; files if it is none of these
	Msg   string

	Warning bool // the lab can be used as it is
}

func (p *Problem) Error() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Msg)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Msg)
}

// abouts says what keys of lab.yaml are about.
var abouts = map[string]string{
	"views": "pictures", "flags": "flags", "challenges": "challenges", "hints": "hints", "mutants": "mutants", "equivalent": "mutants",
}

// about says what a place in lab.yaml is about.
func (place at) about() string {
	for _, step := range place {
		if key, ok := step.(string); ok && abouts[key] != "" {
			return abouts[key]
		}
	}
	return "files"
}

// syntaxProblem is the first complaint about a file that does not parse.
func syntaxProblem(name string, err error) error {
	var list scanner.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return &Problem{File: name, About: "files", Msg: err.Error()}
	}
	return &Problem{File: name, Line: list[0].Pos.Line, About: "files", Msg: list[0].Msg}
}
