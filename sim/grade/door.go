package grade

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"interleave/labs"
	"interleave/sim/rewrite"
)

// maxFile is how many bytes a file may have. It also bounds what the compiler
// can be made to read.
const maxFile = 64 << 10

// allowedImports is what an exercise may use: enough for every concurrent
// program, and no way to end the process with status 0, to reach its files,
// pipes or environment, or to meddle with the tests.
var allowedImports = []string{
	"bytes", "cmp", "container/heap", "container/list", "container/ring", "context", "errors", "flag", "fmt", "iter",
	"log", "maps", "math", "math/bits", "math/rand", "math/rand/v2", "slices", "sort", "strconv", "strings", "sync",
	"sync/atomic", "time", "unicode", "unicode/utf8",
}

// allowedFlags is what main may use of package flag. The rest could change the
// flags of the test binary, or leave it: Parse of "-h" exits with status 0.
var allowedFlags = []string{
	"Arg", "Args", "Bool", "BoolVar", "Duration", "DurationVar", "Float64", "Float64Var", "Int", "Int64", "Int64Var",
	"IntVar", "NArg", "Parse", "String", "StringVar", "Uint", "Uint64", "Uint64Var", "UintVar",
}

// admit checks a submission before anything of it is compiled. It returns the
// files as they are graded, without byte order marks and carriage returns.
func admit(ex *labs.Exercise, files map[string][]byte) ([]labs.File, []problem) {
	var admitted []labs.File
	var problems []problem
	for _, starter := range ex.Starter {
		src, ok := files[starter.Name]
		if !ok {
			problems = append(problems, problem{file: starter.Name, key: "grade.door.missing"})
			continue
		}
		src, wrong := admitText(starter.Name, src)
		if wrong == nil {
			wrong = admitSyntax(ex, starter.Name, src)
		}
		problems = append(problems, wrong...)
		admitted = append(admitted, labs.File{Name: starter.Name, Src: src})
	}
	if len(problems) == 0 {
		problems = admitTogether(ex, admitted)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !slices.ContainsFunc(ex.Starter, func(f labs.File) bool { return f.Name == name }) {
			problems = append(problems, problem{file: name, key: "grade.door.unknown"})
		}
	}
	return admitted, problems
}

// admitText checks that the file is text of a reasonable size.
func admitText(name string, src []byte) ([]byte, []problem) {
	if len(src) > maxFile {
		return nil, []problem{{file: name, key: "grade.door.size", args: []any{"max", maxFile >> 10}}}
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r"), nil) // what Go takes for white space; or else a tool might take it for a line
	if len(bytes.TrimSpace(src)) == 0 {
		return nil, []problem{{file: name, key: "grade.door.empty"}}
	}
	for i, line := range bytes.Split(src, []byte("\n")) {
		if !utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0 {
			return nil, []problem{{file: name, line: i + 1, key: "grade.door.text"}}
		}
	}
	return src, nil
}

// admitSyntax checks what can be seen without types.
func admitSyntax(ex *labs.Exercise, name string, src []byte) []problem {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return syntaxErrors(name, err)
	}
	d := &door{fset: fset, name: name}
	if file.Name.Name != ex.Package {
		d.refuse(file.Name, "grade.door.package", "want", ex.Package, "got", file.Name.Name)
	}
	for _, spec := range file.Imports {
		d.imported(spec)
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			d.comment(comment)
		}
	}
	for _, name := range names(file) {
		d.named(name)
	}
	for _, decl := range file.Decls {
		d.declared(decl)
	}
	slices.SortStableFunc(d.problems, func(a, b problem) int { return cmp.Compare(a.line, b.line) })
	return d.problems
}

// admitTogether checks what only all files together show: that they leave the
// tests alone, which are in the same package, and that the compiler can be
// asked to look at them.
func admitTogether(ex *labs.Exercise, files []labs.File) []problem {
	fset := token.NewFileSet()
	parsed := parseAll(fset, files)
	if at, heavy := rewrite.Heavy(parsed); heavy {
		p := fset.PositionFor(at, false)
		return []problem{{file: p.Filename, line: p.Line, key: "grade.door.heavy"}}
	}
	own := declaredIn(parsed)
	theirs := declaredIn(parseAll(token.NewFileSet(), ex.Tests))
	theirs["TestMain"] = true
	var problems []problem
	for i, file := range parsed {
		d := &door{fset: fset, name: files[i].Name}
		for _, name := range names(file) {
			if theirs[name.Name] && name.Name != "TestMain" { // which has a sentence of its own
				d.refuse(name, "grade.door.taken", "name", name.Name)
			}
		}
		for _, used := range file.Unresolved {
			if theirs[used.Name] && !own[used.Name] {
				d.refuse(used, "grade.door.tests", "name", used.Name)
			}
		}
		problems = append(problems, d.problems...)
	}
	return problems
}

// parseAll parses files that have been parsed before.
func parseAll(fset *token.FileSet, files []labs.File) []*ast.File {
	var all []*ast.File
	for _, f := range files {
		parsed, err := parser.ParseFile(fset, f.Name, f.Src, parser.ParseComments)
		if err != nil { // a lab's tests are compiled by its own tests
			panic(fmt.Sprintf("parse %s again: %v", f.Name, err))
		}
		all = append(all, parsed)
	}
	return all
}

// names returns the identifiers that a file declares for the whole package.
func names(file *ast.File) []*ast.Ident {
	var all []*ast.Ident
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil && decl.Name.Name != "init" {
				all = append(all, decl.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					all = append(all, spec.Name)
				case *ast.ValueSpec:
					all = append(all, spec.Names...)
				}
			}
		}
	}
	return slices.DeleteFunc(all, func(id *ast.Ident) bool { return id.Name == "_" })
}

func declaredIn(files []*ast.File) map[string]bool {
	all := map[string]bool{}
	for _, f := range files {
		for _, name := range names(f) {
			all[name.Name] = true
		}
	}
	return all
}

func syntaxErrors(name string, err error) []problem {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return []problem{{file: name, text: err.Error()}}
	}
	var problems []problem
	for _, e := range list {
		problems = append(problems, problem{file: name, line: e.Pos.Line, text: e.Msg})
	}
	return problems
}

// door looks at one file and notes what may not come in.
type door struct {
	fset      *token.FileSet
	name      string
	flagNames []string    // the names under which package flag was imported
	info      *types.Info // nil while types are not known
	problems  []problem
}

func (d *door) refuse(at ast.Node, key string, args ...any) {
	// Not Position: a line directive must not move the place.
	line := d.fset.PositionFor(at.Pos(), false).Line
	d.problems = append(d.problems, problem{file: d.name, line: line, key: key, args: args})
}

func (d *door) imported(spec *ast.ImportSpec) {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil || !slices.Contains(allowedImports, path) {
		d.refuse(spec, "grade.door.import", "path", path, "allowed", strings.Join(allowedImports, ", "))
		return
	}
	if spec.Name != nil && (spec.Name.Name == "." || spec.Name.Name == "_") {
		d.refuse(spec, "grade.door.import.name", "path", path)
	}
	if path == "flag" {
		local := "flag"
		if spec.Name != nil {
			local = spec.Name.Name
		}
		d.flagNames = append(d.flagNames, local)
	}
}

// comment refuses instructions to the toolchain. They are comments of no
// meaning to a reader, and could switch off the race detector or embed files.
func (d *door) comment(comment *ast.Comment) {
	text := comment.Text
	if old := strings.TrimSpace(strings.TrimPrefix(text, "//")); strings.HasPrefix(old, "+build") {
		text = "//" + old
	}
	for _, instruction := range []string{"//go:", "//line ", "/*line ", "//+build", "//export ", "//extern ", "#cgo"} {
		if strings.HasPrefix(text, instruction) {
			d.refuse(comment, "grade.door.directive", "directive", strings.Fields(text)[0])
			return
		}
	}
}

func (d *door) declared(decl ast.Decl) {
	isMain := false
	if fn, ok := decl.(*ast.FuncDecl); ok {
		isMain = fn.Recv == nil && fn.Name.Name == "main"
		if fn.Body == nil {
			d.refuse(fn, "grade.door.nobody", "name", fn.Name.Name)
		}
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			d.flagUsed(selector, isMain)
		}
		return true
	})
}

// named refuses names of the package that would change what the tests mean,
// which are in the same package.
func (d *door) named(name *ast.Ident) {
	switch {
	case types.Universe.Lookup(name.Name) != nil:
		d.refuse(name, "grade.door.predeclared", "name", name.Name)
	case name.Name == "TestMain":
		d.refuse(name, "grade.door.testmain")
	}
}

// flagUsed refuses uses of package flag other than reading the program's own
// flags in main.
func (d *door) flagUsed(selector *ast.SelectorExpr, inMain bool) {
	pkg, ok := selector.X.(*ast.Ident)
	if !ok || !slices.Contains(d.flagNames, pkg.Name) {
		return
	}
	if !inMain || !slices.Contains(allowedFlags, selector.Sel.Name) {
		d.refuse(selector, "grade.door.flag", "name", selector.Sel.Name)
	}
}
