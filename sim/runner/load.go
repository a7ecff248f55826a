package runner

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"interleave/sim/rewrite"
)

// target is a program of a module on disk: a command, or the tests of a
// package.
type target struct {
	Path   string // import path of the package
	Dir    string
	Source rewrite.Source
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Name, Dir, ForTest string
	Standard, DepOnly              bool
	GoFiles, CgoFiles, SFiles      []string
	EmbedPatterns, EmbedFiles      []string
	Imports                        []string
	Module                         *struct {
		Main      bool
		GoVersion string
	}
}

// load finds the programs that patterns name, as the go command in dir does,
// with everything that they are made of and that is not in the standard
// library. With tests, a program is the tests of a package; one without any
// has an empty Source.
func (r *Runner) load(ctx context.Context, dir string, tests bool, patterns ...string) ([]target, error) {
	s, _, err := r.prepared(ctx)
	if err != nil {
		return nil, err
	}
	args := []string{"list", "-deps", "-json=ImportPath,Name,Dir,ForTest,Standard,DepOnly,GoFiles,CgoFiles,SFiles,EmbedPatterns,EmbedFiles,Imports,Module"}
	if tests {
		args = append(args, "-test")
	}
	out, err := s.tc.runAs(ctx, dir, moduleEnv(), append(append(args, "--"), patterns...)...)
	if err != nil {
		return nil, err
	}
	var order []*listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listed)
		if err := d.Decode(p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("read go list: %w", err)
		}
		if !p.Standard {
			order = append(order, p)
		}
	}
	return targets(order, dir, tests)
}

// targets are those of the packages, which come in order of dependency, that
// were asked for.
func targets(order []*listed, dir string, tests bool) (found []target, err error) {
	mains := map[string]*listed{}
	for _, p := range order {
		if pkg, isTest := strings.CutSuffix(p.ImportPath, ".test"); isTest && p.Name == "main" {
			mains[pkg] = p
		}
	}
	for _, p := range order {
		if p.DepOnly || p.ForTest != "" || tests && mains[strings.TrimSuffix(p.ImportPath, ".test")] == p {
			continue
		}
		main := p
		if tests {
			main = mains[p.ImportPath]
		} else if p.Name != "main" {
			return nil, complaintf("run.cli.notmain", "path", p.ImportPath)
		}
		t := target{Path: p.ImportPath, Dir: p.Dir}
		if main != nil {
			if t.Source, err = reach(main, order, dir); err != nil {
				return nil, err
			}
		}
		found = append(found, t)
	}
	return found, nil
}

// reach reads the program that begins at main.
func reach(main *listed, order []*listed, dir string) (src rewrite.Source, err error) {
	needed := map[string]bool{main.ImportPath: true}
	for i := len(order) - 1; i >= 0; i-- { // those that depend come after what they depend on
		if p := order[i]; needed[p.ImportPath] {
			for _, path := range p.Imports {
				needed[path] = true
			}
		}
	}
	for _, p := range order {
		path, _, _ := strings.Cut(p.ImportPath, " ")
		if !needed[p.ImportPath] {
			continue
		}
		if partOfModel(path) {
			return src, complaintf("run.cli.model", "path", path)
		}
		pkg, err := p.read(dir)
		if err != nil {
			return src, err
		}
		if p == main {
			pkg.Path = "main"
		}
		src.Packages = append(src.Packages, pkg)
	}
	return src, nil
}

// partOfModel reports whether every program in the model is linked with a
// package already: the runtime and what it imports.
func partOfModel(path string) bool {
	return path == "interleave/sim/event" || strings.HasPrefix(path, "interleave/sim/rt")
}

// read reads the files of a package.
func (p *listed) read(dir string) (pkg rewrite.Package, err error) {
	pkg.Path, _, _ = strings.Cut(p.ImportPath, " ") // after that it says for which test it is compiled
	generated := len(p.GoFiles) == 1 && filepath.IsAbs(p.GoFiles[0])
	pkg.Foreign = generated || p.Module != nil && !p.Module.Main
	for what, files := range map[string][]string{"C": p.CgoFiles, "assembly": p.SFiles} {
		if len(files) > 0 {
			return pkg, complaintf("run.cli.impure", "path", pkg.Path, "what", what)
		}
	}
	if len(p.EmbedFiles) > 0 {
		if pkg.Embed, err = p.embed(); err != nil {
			return pkg, err
		}
	}
	if p.Module != nil {
		pkg.Lang = language(p.Module.GoVersion)
	}
	if rel, err := filepath.Rel(dir, p.Dir); err == nil && rel != "." && !pkg.Foreign {
		pkg.Dir = filepath.ToSlash(rel)
	}
	if pkg.Foreign && !generated {
		pkg.Dir = pkg.Path
	}
	for _, name := range p.GoFiles {
		full := name
		if !filepath.IsAbs(name) {
			full = filepath.Join(p.Dir, name)
		}
		b, err := os.ReadFile(full)
		if err != nil {
			return pkg, fmt.Errorf("read a package's source: %w", err)
		}
		f := rewrite.File{Name: path.Base(filepath.ToSlash(name)), Src: b}
		if generated {
			f.Name = "testmain.go"
		}
		pkg.Files = append(pkg.Files, f)
	}
	return pkg, nil
}

// embed says which files the package embeds.
func (p *listed) embed() (*rewrite.Embed, error) {
	e := &rewrite.Embed{Patterns: map[string][]string{}, Files: map[string]string{}}
	h := sha256.New()
	for _, name := range p.EmbedFiles {
		full := filepath.Join(p.Dir, filepath.FromSlash(name))
		b, err := os.ReadFile(full)
		if err != nil {
			return nil, fmt.Errorf("read an embedded file: %w", err)
		}
		fmt.Fprintf(h, "%q %d\n%s", name, len(b), b)
		e.Files[name] = full
		for _, pattern := range p.EmbedPatterns {
			if embeds(pattern, name) {
				e.Patterns[pattern] = append(e.Patterns[pattern], name)
			}
		}
	}
	e.Sum = hexKey(h)
	return e, nil
}

// embeds reports whether a pattern of go:embed names a file, or a directory
// that it is in.
func embeds(pattern, name string) bool {
	pattern = path.Clean(strings.TrimPrefix(pattern, "all:"))
	for at := name; at != "."; at = path.Dir(at) {
		if ok, err := path.Match(pattern, at); ok && err == nil {
			return true
		}
	}
	return pattern == "."
}

// language is the version of the language, like go1.21, of a module that
// names a version of Go in its go.mod.
func language(goVersion string) string {
	if goVersion == "" {
		return "go1.16"
	}
	major, rest, _ := strings.Cut(goVersion, ".")
	minor, _, _ := strings.Cut(rest, ".")
	end := strings.IndexFunc(minor, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		minor = minor[:end]
	}
	return "go" + major + "." + minor
}

// moduleEnv is the environment of a go command that looks at the learner's
// own modules: theirs, but for what would select other files than we compile.
func moduleEnv() []string {
	return append(os.Environ(), "CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOOS=", "GOARCH=")
}
