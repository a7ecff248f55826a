// Package rewrite turns plain Go programs into programs that run on package
// rt: every go statement, channel operation, select, loop and iteration over
// a map becomes a call of the runtime, and imports of packages that wait or
// tell the time become imports of their shims. Nothing else changes, and every
// line and column stays what the learner wrote.
//
// Where a Source asks for it (Memory), so do the accesses to variables that
// goroutines can share: package variables, local ones whose address is taken
// or that a function literal uses and somebody writes, what pointers lead to,
// elements of slices, and maps. Not seen are accesses by packages that are not
// the learner's, copies of more than 4 kB, the embedded pointers on the way to
// a promoted field, and what a return assigns to named results.
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
	"go/token"
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

// Package is one package of a program, as source.
type Package struct {
	Path    string // import path; "main" for the program itself
	Dir     string // stands before its files' names in what people read, as in queue/queue.go; "" for none
	Lang    string // the language of its module, like "go1.21"; "" is that of the toolchain
	Foreign bool   // not the learner's own: what happens in it happens where it was called
	Files   []File
	Embed   *Embed // what its go:embed directives name; nil: it may have none
}

// Embed says which files a package embeds, as the compiler wants to be told.
type Embed struct {
	Patterns map[string][]string // pattern → files, below the package's directory
	Files    map[string]string   // file → where it is
	Sum      string              // changes when a file does
}

// Source is a program as it was written.
type Source struct {
	Packages []Package // in order of dependency, package main last
	Local    bool      // it is the user's own, on the user's machine: it may touch files
	Probes   bool      // it is for the real runtime, with probes (see Program)
	Stock    bool      // it is for the real runtime, and stays as it is but for what Observed puts in
	Observed bool      // with Probes or Stock: package main is linked with package observe, and tells it when it is about to end
	Memory   bool      // the accesses of the learner's packages to memory that goroutines can share call the runtime, too
}

// Main is a program of one package.
func Main(files []File) Source { return Source{Packages: []Package{{Path: "main", Files: files}}} }

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
	Packages []Output       // in order of dependency, package main last
	Flags    []Flag         // what it defines on the command line
	Sites    []Site         // site number i is Sites[i-1]
	Starts   map[int]string // with probes: the function that the go statement at a site starts
	Timers   bool           // for the real runtime: it may set timers
	Took     Took
}

// Output is a rewritten package.
type Output struct {
	Path    string
	Dir     string
	Lang    string
	Exact   bool     // the compiler has to take it as Lang: nothing was rewritten to that effect
	Files   []File   // the package's, under their own names, and a generated one
	Imports []string // of all of them, sorted
	Embed   *Embed   // the package's
}

// Main is the program's package main.
func (p *Program) Main() Output { return p.Packages[len(p.Packages)-1] }

// Took says how long the steps took.
type Took struct{ Parse, Check, Rewrite time.Duration }

// Program rewrites a program. If it does not compile, or the model cannot run
// it, the problems say where and why, those of one package in order of
// position, and the Program is nil. An error is never the program's doing: the
// standard library cannot be read.
//
// A program with probes stays one for the real runtime: it may do all that Go
// can, and its packages keep their names, imports and initialisers. The learner's
// own operations on channels and locks and go statements become calls of package
// probe, which does them and records them. What is not the learner's own, and
// every file without such an operation, comes back as it is. A program that is
// Stock has no probes either: it was only checked.
func (r *Rewriter) Program(src Source) (*Program, []Problem, error) {
	prog := &program{fset: token.NewFileSet(), units: map[string]*unit{}, local: src.Local, probes: src.Probes, memory: src.Memory && !src.Probes}
	if src.Stock {
		prog.probes, prog.stock, prog.memory = true, true, false
	}
	prog.observed = src.Observed && prog.probes
	p := &Program{}
	for i, pkg := range src.Packages {
		if (pkg.Path == "main") != (i == len(src.Packages)-1) {
			return nil, nil, fmt.Errorf("package %s: package main comes last, and is the only one of its path", pkg.Path)
		}
		if !prog.probes && r.shims.has(pkg.Path) {
			continue // labs/work, in our own module: the model has its own
		}
		out, problems, err := r.rewritePackage(prog, pkg, p)
		if err != nil || len(problems) > 0 {
			return nil, problems, err
		}
		p.Packages = append(p.Packages, out)
	}
	p.Sites, p.Starts = prog.sites.list, prog.starts
	return p, nil, nil
}

// rewritePackage rewrites a package of prog, adding to what is known of p.
func (r *Rewriter) rewritePackage(prog *program, pkg Package, p *Program) (out Output, problems []Problem, err error) {
	start := time.Now()
	u, problems := r.parse(prog, pkg)
	if len(problems) > 0 {
		return out, problems, nil
	}
	parsed := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	problems = r.check(u)
	if u.broken != nil {
		return out, nil, u.broken
	}
	if len(problems) > 0 {
		return out, problems, nil
	}
	prog.units[u.path] = u
	checked := time.Now()
	if u.own {
		p.Flags = append(p.Flags, u.flags()...)
		if prog.memory {
			u.escaped = u.shared()
		}
	}
	if u.probes {
		p.Timers = p.Timers || u.setsTimers()
		if !u.stock {
			u.probe()
		}
		if u.observed && u.path == "main" {
			u.observe()
		}
	} else if problems := u.rewrite(); len(problems) > 0 {
		return out, problems, nil
	}
	files := u.output()
	switch {
	case !u.probes:
		files = append(files, u.generated())
	case u.observed && u.path == "main":
		files = append(files, observing(u.stock))
	}
	out = Output{Path: pkg.Path, Dir: pkg.Dir, Lang: pkg.Lang, Exact: u.probes && (u.stock || !u.own), Files: files, Imports: u.importPaths(), Embed: pkg.Embed}
	p.Took.Parse += parsed.Sub(start)
	p.Took.Check += checked.Sub(parsed)
	p.Took.Rewrite += time.Since(checked)
	return out, nil, nil
}
