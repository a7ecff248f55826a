package check

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"

	"interleave/labs"
)

// emptied returns the starter with nothing in the functions that the learner
// is to write: those that are other ones in the solution. They return zero
// values.
func emptied(ex *labs.Exercise) ([]labs.File, error) {
	solved := make(map[string]string)
	for _, f := range ex.Solution {
		if err := eachFunc(f, func(name string, d *ast.FuncDecl, text func(ast.Node) string) { solved[name] = text(d.Body) }); err != nil {
			return nil, err
		}
	}
	var files []labs.File
	for _, f := range ex.Starter {
		type hole struct {
			from, to int
			text     string
		}
		var holes []hole
		err := eachFunc(f, func(name string, d *ast.FuncDecl, text func(ast.Node) string) {
			if name == "main" || solved[name] == text(d.Body) {
				return
			}
			// Positions of a file that is parsed alone begin at 1.
			holes = append(holes, hole{int(d.Body.Pos()) - 1, int(d.Body.End()) - 1, zeros(d, text)})
		})
		if err != nil {
			return nil, err
		}
		src := bytes.Clone(f.Src)
		for i := len(holes) - 1; i >= 0; i-- {
			h := holes[i]
			src = append(src[:h.from:h.from], append([]byte(h.text), src[h.to:]...)...)
		}
		if src, err = withoutUnused(src); err != nil {
			return nil, err
		}
		files = append(files, labs.File{Name: f.Name, Src: src})
	}
	return files, nil
}

func eachFunc(f labs.File, visit func(name string, d *ast.FuncDecl, text func(ast.Node) string)) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Src, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	text := func(n ast.Node) string { return string(f.Src[n.Pos()-1 : n.End()-1]) }
	for _, decl := range parsed.Decls {
		d, ok := decl.(*ast.FuncDecl)
		if !ok || d.Body == nil {
			continue
		}
		name := d.Name.Name
		if d.Recv != nil && len(d.Recv.List) > 0 {
			name = text(d.Recv.List[0].Type) + "." + name
		}
		visit(name, d, text)
	}
	return nil
}

// zeros is a body that returns zero values.
func zeros(d *ast.FuncDecl, text func(ast.Node) string) string {
	if d.Type.Results == nil {
		return "{}"
	}
	var b strings.Builder
	var names []string
	b.WriteString("{\n")
	for _, field := range d.Type.Results.List {
		if len(field.Names) > 0 {
			return "{ return }"
		}
		name := "zero" + strconv.Itoa(len(names))
		names = append(names, name)
		b.WriteString("var " + name + " " + text(field.Type) + "\n")
	}
	b.WriteString("return " + strings.Join(names, ", ") + "\n}")
	return b.String()
}

// withoutUnused drops imports that nothing uses any more.
func withoutUnused(src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	used := make(map[string]bool)
	ast.Inspect(parsed, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	for i := len(parsed.Imports) - 1; i >= 0; i-- {
		spec := parsed.Imports[i]
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		name := path.Base(p)
		if strings.HasPrefix(name, "v") && path.Dir(p) != "." {
			if _, err := strconv.Atoi(name[1:]); err == nil {
				name = path.Base(path.Dir(p))
			}
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if used[name] {
			continue
		}
		if from, to, ok := wholeImport(parsed, spec); ok {
			src = append(src[:from:from], src[to:]...)
		} else {
			src = append(src[:spec.Pos()-1:spec.Pos()-1], src[spec.End()-1:]...)
		}
	}
	return format.Source(src)
}

// wholeImport is where the import declaration of one that stands alone is.
func wholeImport(f *ast.File, spec *ast.ImportSpec) (from, to int, ok bool) {
	for _, decl := range f.Decls {
		d, isGen := decl.(*ast.GenDecl)
		if isGen && d.Tok == token.IMPORT && !d.Lparen.IsValid() && d.Specs[0] == ast.Spec(spec) {
			return int(d.Pos()) - 1, int(d.End()) - 1, true
		}
	}
	return 0, 0, false
}
