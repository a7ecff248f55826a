// Package rewrite turns plain Go programs into programs that run on package
// rt: every go statement, channel operation, select, loop and iteration over
// a map becomes a call of the runtime, and imports of packages that wait or
// tell the time become imports of their shims. Nothing else changes, and every
// line and column stays what the learner wrote.
//
// # Decisions
//
// Text splicing, not printing: edits replace ranges of the source, and a
// /*line :L:C*/ directive after each of them keeps positions exact, so errors
// and panics speak of the learner's own columns.
//
// Types are checked against the real standard library's export data, on the
// source as it was written; the shims only have to be compatible.
package rewrite

import (
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"
)

// File is one source file.
type File struct {
	Name string // without directory, like "main.go"
	Src  []byte
}

// Problem is why a program cannot be run, at its place in the source.
type Problem struct {
	File      string
	Line, Col int // from 1
	Msg       string
	Refused   bool // valid Go, but the model cannot run it; Msg says what can
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Msg) }

// Importer opens the export data of a compiled package.
type Importer func(path string) (io.ReadCloser, error)

// Config says what a Rewriter works with.
type Config struct {
	Import  Importer // the real standard library
	Runtime fs.FS    // the sources of the runtime; the shims are below rt/std
}

// Rewriter rewrites programs. It keeps what it has imported, so that the
// second program is quicker than the first. Its methods may be called at the
// same time.
type Rewriter struct {
	shims *shims

	mu     sync.Mutex // imported types are read lazily: checking and rewriting are for one at a time
	loader *loader
}

// New returns a Rewriter.
func New(c Config) *Rewriter {
	return &Rewriter{shims: newShims(c.Runtime), loader: newLoader(c.Import)}
}

// Program is a program that runs on the runtime.
type Program struct {
	Files   []File   // the program's and a generated one with func main
	Imports []string // of all of them, sorted
	Flags   []Flag   // what it defines on the command line
	Sites   []Site   // site number i is Sites[i-1]
	Took    Took
}

// Took says how long the steps took.
type Took struct{ Parse, Check, Rewrite time.Duration }

// Program rewrites the files of a package main. If the program does not
// compile, or the model cannot run it, the problems say where and why, all of
// them in order of position, and the Program is nil. An error is never the
// program's doing: the standard library cannot be read.
func (r *Rewriter) Program(files []File) (*Program, []Problem, error) {
	start := time.Now()
	u, problems := r.parse(files)
	if len(problems) > 0 {
		return nil, problems, nil
	}
	parsed := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	problems = r.check(u)
	if u.broken != nil {
		return nil, nil, u.broken
	}
	if len(problems) > 0 {
		return nil, problems, nil
	}
	checked := time.Now()
	p := &Program{Flags: u.flags()}
	if problems := u.rewrite(); len(problems) > 0 {
		return nil, problems, nil
	}
	p.Files, p.Imports, p.Sites = append(u.output(), u.generated()), u.importPaths(), u.sites.list
	p.Took = Took{Parse: parsed.Sub(start), Check: checked.Sub(parsed), Rewrite: time.Since(checked)}
	return p, nil, nil
}
