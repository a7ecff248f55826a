package runner

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"interleave/sim/rewrite"
)

// Source reads the program of the Go files at paths, all in one directory. If
// they import what is not in the standard library it is found as the go command
// finds it there.
func (r *Runner) Source(ctx context.Context, paths ...string) (rewrite.Source, error) {
	var files []rewrite.File
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			return rewrite.Source{}, err
		}
		files = append(files, rewrite.File{Name: filepath.Base(path), Src: src})
	}
	return r.source(ctx, paths, files)
}

// source is Source of files that were read.
func (r *Runner) source(ctx context.Context, paths []string, files []rewrite.File) (rewrite.Source, error) {
	s, _, err := r.prepared(ctx)
	if err != nil {
		return rewrite.Source{}, err
	}
	if alone(s.tc.root, files) {
		src := rewrite.Main(files)
		src.Packages[0].Lang, err = languageOf(filepath.Dir(paths[0]))
		return src, err
	}
	dir, err := filepath.Abs(filepath.Dir(paths[0])) // perhaps of another module
	if err != nil {
		return rewrite.Source{}, fmt.Errorf("find the program: %w", err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	src, err := r.loadOne(ctx, dir, names)
	if n := len(src.Packages) - 1; err == nil && src.Packages[n].Lang == "" { // files belong to no module
		src.Packages[n].Lang, err = languageOf(dir)
	}
	return src, err
}

// loadOne loads the one program that names stand for in a directory.
func (r *Runner) loadOne(ctx context.Context, dir string, names []string) (rewrite.Source, error) {
	found, err := r.load(ctx, dir, false, names...)
	switch {
	case err != nil:
		return rewrite.Source{}, err
	case len(found) != 1:
		return rewrite.Source{}, complaintf("run.cli.several", "n", len(found))
	}
	return found[0].Source, nil
}
