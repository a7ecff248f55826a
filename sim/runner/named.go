package runner

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"interleave/sim/rewrite"
)

// A Program is one that a command line names, with what it gets of this
// machine.
type Program struct {
	Source rewrite.Source
	Args   []string // its own
	Local  *Local   // with an empty standard input, and the environment of this process if there is no box
	named  named
}

// Named finds the program that a command line names: Go files, a directory or
// a package, and after a -- its own arguments.
func (r *Runner) Named(ctx context.Context, args []string) (Program, error) {
	paths, own := split(args)
	p := Program{Args: own, Local: r.local()}
	var err error
	if p.Local.Dir, err = os.Getwd(); err != nil {
		return p, fmt.Errorf("find the current directory: %w", err)
	}
	if err := p.named.read(paths); err != nil {
		return p, err
	}
	p.Source, err = p.named.source(ctx, r)
	p.Source.Local = true
	return p, err
}

// NamedTests finds the tests of the one package that patterns name, of which
// those run that match the regular expression run; "" matches all.
func (r *Runner) NamedTests(ctx context.Context, run string, patterns ...string) (Program, error) {
	dir, err := os.Getwd()
	if err != nil {
		return Program{}, fmt.Errorf("find the current directory: %w", err)
	}
	return r.TestsIn(ctx, dir, run, patterns...)
}

// TestsIn is NamedTests for patterns as the go command in dir takes them.
func (r *Runner) TestsIn(ctx context.Context, dir, run string, patterns ...string) (Program, error) {
	p := Program{Args: testArgs(0), Local: r.local()}
	if run != "" {
		p.Args = append(p.Args, "-test.run="+run)
	}
	found, err := r.load(ctx, dir, true, patterns...)
	switch {
	case err != nil:
		return p, err
	case len(found) != 1:
		return p, complaintf("run.cli.several", "n", len(found))
	case len(found[0].Source.Packages) == 0:
		return p, complaintf("test.cli.none", "path", found[0].Path)
	}
	p.Source, p.Local.Dir = found[0].Source, found[0].Dir
	p.Source.Local = true
	return p, nil
}

// local is what a program gets of this machine, but for a directory.
func (r *Runner) local() *Local {
	if r.box != nil {
		return &Local{}
	}
	return &Local{Env: os.Environ()}
}

// Blame is what is wrong with a program that cannot be built, one problem a
// line, with its files called as the command line has them.
func (p Program) Blame(e *BuildError) string { return p.named.blame(e) }

// split parts what names a program from the program's own arguments.
func split(args []string) (paths, own []string) {
	if i := slices.Index(args, "--"); i >= 0 {
		return args[:i], args[i+1:]
	}
	return args, nil
}

// named is a program as a person names it.
type named struct {
	paths map[string]string // what the person calls the files, by the names in problems
	files []rewrite.File
	names []string // the files, or a package
}

// read reads the files of the program that paths name.
func (n *named) read(paths []string) error {
	if len(paths) == 0 {
		return complaintf("run.cli.nothing")
	}
	names := paths
	if info, err := os.Stat(paths[0]); err == nil && info.IsDir() && len(paths) == 1 {
		if names, err = programIn(paths[0]); err != nil {
			return err
		}
	} else if err != nil && len(paths) == 1 && !strings.HasSuffix(paths[0], ".go") && !strings.HasPrefix(paths[0], "-") {
		n.names = paths
		return nil
	}
	n.paths = map[string]string{}
	for _, name := range names {
		base := filepath.Base(name)
		switch {
		case strings.HasPrefix(name, "-"):
			return complaintf("run.cli.late", "name", name)
		case !strings.HasSuffix(name, ".go"):
			return complaintf("run.cli.notgo", "path", name)
		case n.paths[base] != "":
			return complaintf("run.cli.twice", "name", base)
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		n.paths[base] = name
		n.files = append(n.files, rewrite.File{Name: base, Src: src})
	}
	n.names = names
	return nil
}

// source is the program's.
func (n *named) source(ctx context.Context, r *Runner) (rewrite.Source, error) {
	if len(n.files) > 0 {
		return r.source(ctx, n.names, n.files)
	}
	dir, err := os.Getwd()
	if err != nil {
		return rewrite.Source{}, fmt.Errorf("find the program: %w", err)
	}
	return r.loadOne(ctx, dir, n.names)
}

func (n *named) blame(e *BuildError) string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		p.File = cmp.Or(n.paths[p.File], p.File)
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}
