package grade

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"strings"

	"interleave/labs"
)

// goVersion is the language of an exercise, as the workspace's go.mod has it.
const goVersion = "go1.26"

// library is the part of the standard library that an exercise may import, as
// the type checker knows it. It is not changed once it is there.
type library map[string]*types.Package

// Import returns a package of those that an exercise may import.
func (l library) Import(path string) (*types.Package, error) {
	if pkg := l[path]; pkg != nil {
		return pkg, nil
	}
	return nil, fmt.Errorf("no package %s", path)
}

// newLibrary reads the export data of packages, by the name of its file.
func newLibrary(exports map[string]string) (library, error) {
	from := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	l := library{}
	for _, path := range allowedImports {
		pkg, err := from.Import(path)
		if err != nil {
			return nil, fmt.Errorf("import %s: %w", path, err)
		}
		l[path] = pkg
	}
	return l, nil
}

// admitTypes checks what can be seen only with types: whatever would let a
// program without import "unsafe" reach memory that is not its own, or change
// what the tests see of the standard library. The files were admitted. They use
// nothing of the tests', so they have to be correct without them.
func admitTypes(l library, files []labs.File) []problem {
	fset := token.NewFileSet()
	parsed := parseAll(fset, files)
	var wrong []problem
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{}, Uses: map[*ast.Ident]types.Object{},
	}
	conf := types.Config{
		GoVersion: goVersion, Importer: l,
		Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) {
				wrong = append(wrong, problem{text: err.Error()})
				return
			}
			p := fset.PositionFor(e.Pos, false)
			if n := len(wrong); n > 0 && strings.HasPrefix(e.Msg, "\t") {
				wrong[n-1].text += "; " + strings.TrimSpace(e.Msg) // it goes on with the complaint above it
				return
			}
			wrong = append(wrong, problem{file: p.Filename, line: p.Line, text: e.Msg})
		},
	}
	_, _ = conf.Check("main", fset, parsed, info) // Error has them
	if len(wrong) > 0 {
		return wrong
	}
	for i, file := range parsed {
		d := &door{fset: fset, name: files[i].Name, info: info}
		ast.Inspect(file, d.typed)
		wrong = append(wrong, d.problems...)
	}
	return wrong
}

// typed looks at one node of a file whose types are known.
func (d *door) typed(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.StarExpr:
		if d.info.Types[n].IsType() { // *time.Timer is how a timer is meant to be used
			if sel, ok := ast.Unparen(n.X).(*ast.SelectorExpr); ok && clock(d.info.Types[sel].Type) != "" {
				return false
			}
		}
	case *ast.AssignStmt:
		for _, e := range n.Lhs {
			d.changed(e)
		}
	case *ast.IncDecStmt:
		d.changed(n.X)
	case *ast.RangeStmt:
		d.changed(n.Key)
		d.changed(n.Value)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			d.changed(n.X)
		}
	case *ast.Ident:
		d.used(n)
		if inst, ok := d.info.Instances[n]; ok {
			for arg := range inst.TypeArgs.Types() {
				d.value(n, arg)
			}
		}
	}
	if e, ok := n.(ast.Expr); ok {
		if tv := d.info.Types[e]; tv.Type != nil {
			d.value(e, tv.Type)
		}
	}
	return len(d.problems) == 0 // one is enough: the rest follows from it
}

// value refuses an expression of a type that must not be had by value. The
// runtime takes the address of a time.Timer for that of something larger: with
// a copy, whatever lies behind the copy is a timer for it, and can be written.
func (d *door) value(at ast.Node, t types.Type) {
	if name := clock(t); name != "" {
		d.refuse(at, "grade.door.timer", "type", name)
	}
	if basic, ok := t.Underlying().(*types.Basic); ok && basic.Kind() == types.UnsafePointer {
		d.refuse(at, "grade.door.unsafe", "name", "unsafe.Pointer", "instead", "*T")
	}
}

// clock returns the name of t if it is one of those that must not be copied.
func clock(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "time" {
		return ""
	}
	if name := named.Obj().Name(); name == "Timer" || name == "Ticker" {
		return "time." + name
	}
	return ""
}

// changed refuses what a variable of another package is changed by, or may be:
// context.Canceled is what the tests compare with.
func (d *door) changed(e ast.Expr) {
	for e != nil {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			if v, ok := d.info.Uses[x.Sel].(*types.Var); ok && !v.IsField() {
				d.refuse(x, "grade.door.foreign", "name", v.Pkg().Name()+"."+v.Name())
				return
			}
			e = x.X
		default:
			return
		}
	}
}

// used refuses functions whose names are on no list of packages.
func (d *door) used(id *ast.Ident) {
	fn, ok := d.info.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil {
		return
	}
	switch fn.Pkg().Path() {
	case "log":
		if fn.Name() == "Writer" {
			d.refuse(id, "grade.door.descriptor", "name", "log.Writer")
		}
	case "sync/atomic":
		if strings.HasSuffix(fn.Name(), "Pointer") {
			d.refuse(id, "grade.door.unsafe", "name", "atomic."+fn.Name(), "instead", "atomic.Pointer[T]")
		}
	}
}
