package runner

import (
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"interleave/sim/rewrite"
)

// programIn returns the files of the program in a directory: those that go
// build would compile, without tests.
func programIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		match, err := build.Default.MatchFile(dir, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if match {
			names = append(names, filepath.Join(dir, name))
		}
	}
	if len(names) == 0 {
		return nil, complaintf("run.cli.empty", "path", dir)
	}
	return names, nil
}

// alone reports whether files import nothing outside the standard library in
// root. A file that is no Go imports nothing: that it is none, the rewriter
// says.
func alone(root string, files []rewrite.File) bool {
	for _, f := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Src, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, spec := range parsed.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil || path == "C" {
				continue
			}
			if info, err := os.Stat(filepath.Join(root, "src", filepath.FromSlash(path))); err != nil || !info.IsDir() {
				return false
			}
		}
	}
	return true
}

// languageOf is the version of the language of the module around dir, or ""
// where there is none: then it is the toolchain's.
func languageOf(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	for {
		name := filepath.Join(dir, "go.mod")
		b, err := os.ReadFile(name)
		if err == nil {
			mod, err := modfile.ParseLax(name, b, nil)
			if err != nil {
				return "", fmt.Errorf("read the module: %w", err)
			}
			if mod.Go == nil {
				return language(""), nil
			}
			return language(mod.Go.Version), nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", nil
		}
		dir = up
	}
}
