package compare

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Source is a program: where its files are.
type Source struct {
	Name       string   // its directory, or its file where a directory holds several programs
	Files      []string // paths
	Concurrent bool     // it has a go statement, uses channels, or imports sync, context or x/sync
}

// Find returns the programs below a directory in order of their names. A
// directory is one program if one of its files has a func main, as go build
// has it; if several have one, each is a program of its own, as go run FILE
// has it.
func Find(root string) ([]Source, error) {
	var list []Source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name := d.Name()
		if path != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || slices.Contains([]string{"testdata", "vendor", "node_modules"}, name)) {
			return fs.SkipDir
		}
		found, err := programsIn(path)
		list = append(list, found...)
		return err
	})
	return list, err
}

// mainFile is a file of package main.
type mainFile struct {
	path       string
	main       bool // it has a func main
	matches    bool // go build would compile it
	concurrent bool
}

func programsIn(dir string) ([]Source, error) {
	files, err := mainFiles(dir)
	if err != nil {
		return nil, err
	}
	whole := Source{Name: dir}
	var list []Source
	mains := 0
	for _, f := range files {
		switch {
		case f.matches:
			whole.Files = append(whole.Files, f.path)
			whole.Concurrent = whole.Concurrent || f.concurrent
			if f.main {
				mains++
			}
		case f.main:
			list = append(list, f.alone())
		}
	}
	if mains == 1 {
		return append([]Source{whole}, list...), nil
	}
	for _, f := range files {
		if f.main && f.matches {
			list = append(list, f.alone())
		}
	}
	return list, nil
}

func (f mainFile) alone() Source {
	return Source{Name: f.path, Files: []string{f.path}, Concurrent: f.concurrent}
}

// mainFiles returns the files of package main in a directory, without tests. A
// file that does not parse is one as far as it can be read.
func mainFiles(dir string) ([]mainFile, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var list []mainFile
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, _ := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if f == nil || f.Name == nil || f.Name.Name != "main" {
			continue
		}
		matches, err := build.Default.MatchFile(dir, filepath.Base(name))
		if err != nil {
			matches = true // it has no end: let the compilers say so
		}
		list = append(list, mainFile{path: name, main: hasMain(f), matches: matches, concurrent: isConcurrent(f)})
	}
	return list, nil
}

func hasMain(f *ast.File) bool {
	return slices.ContainsFunc(f.Decls, func(d ast.Decl) bool {
		fn, ok := d.(*ast.FuncDecl)
		return ok && fn.Recv == nil && fn.Name.Name == "main"
	})
}

func isConcurrent(f *ast.File) bool {
	for _, imp := range f.Imports {
		switch path := strings.Trim(imp.Path.Value, "`\""); {
		case path == "sync", path == "sync/atomic", path == "context", strings.HasPrefix(path, "golang.org/x/sync/"):
			return true
		}
	}
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt, *ast.ChanType, *ast.SelectStmt:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}
