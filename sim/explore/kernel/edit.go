package kernel

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"slices"
	"strings"
)

// Insert puts a line into a program that has nothing to do with what the
// program is about: one that prints, or that changes a variable of its own. It
// stands at a place that seed decides, before a statement of a function that is
// not in avoid (as in "main" or "meter.add", closures included); if there is no
// other function, of any.
func Insert(src []byte, seed uint64, avoid []string) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("insert a line: %w", err)
	}
	outer := make([]string, len(avoid))
	for i, name := range avoid {
		outer[i] = withoutClosures(name)
	}
	elsewhere := statements(file, func(f *ast.FuncDecl) bool { return !slices.Contains(outer, nameOf(f)) })
	if len(elsewhere) == 0 {
		elsewhere = statements(file, func(*ast.FuncDecl) bool { return true })
	}
	if len(elsewhere) == 0 {
		return nil, errors.New("insert a line: there is no statement to put it before")
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	at := fset.Position(elsewhere[rng.IntN(len(elsewhere))]).Offset
	line := "{ unrelated := len(\"unrelated\"); unrelated++; _ = unrelated }\n"
	if rng.IntN(2) == 0 && imports(file, "fmt") {
		line = "fmt.Println(\"unrelated\")\n"
	}
	return slices.Concat(src[:at], []byte(line), src[at:]), nil
}

// statements are where the statements begin of the functions that are wanted.
func statements(file *ast.File, wanted func(*ast.FuncDecl) bool) (at []token.Pos) {
	add := func(list []ast.Stmt) {
		for _, s := range list {
			switch s.(type) {
			case *ast.CaseClause, *ast.CommClause: // no statement can stand before them
			default:
				at = append(at, s.Pos())
			}
		}
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil || !wanted(f) {
			continue
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BlockStmt:
				add(n.List)
			case *ast.CaseClause:
				add(n.Body)
			case *ast.CommClause:
				add(n.Body)
			}
			return true
		})
	}
	return at
}

// nameOf is what a function is called in a place: a method by its type and name.
func nameOf(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	for {
		switch inner := t.(type) {
		case *ast.StarExpr:
			t = inner.X
			continue
		case *ast.IndexExpr:
			t = inner.X
			continue
		case *ast.IndexListExpr:
			t = inner.X
			continue
		case *ast.Ident:
			return inner.Name + "." + f.Name.Name
		}
		return f.Name.Name
	}
}

// withoutClosures is the declared function that a closure such as
// "meter.add.func1.2" is in.
func withoutClosures(name string) string {
	name = strings.NewReplacer("(*", "", ")", "").Replace(name)
	parts := strings.Split(name, ".")
	for i, p := range parts {
		if digits, ok := strings.CutPrefix(p, "func"); i > 0 && ok && digits != "" && strings.Trim(digits, "0123456789") == "" {
			return strings.Join(parts[:i], ".")
		}
	}
	return name
}

func imports(file *ast.File, path string) bool {
	return slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool { return s.Name == nil && s.Path.Value == `"`+path+`"` })
}
