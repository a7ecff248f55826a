package rewrite

import (
	"go/ast"
	"go/token"
)

// What the constants and types of a package may come to. A type checker takes
// memory and time in proportion, and thirty lines can ask for more than any
// machine has: each constant string is twice the one before, or each struct
// holds the one before twice.
const (
	maxText      = 4 << 20 // bytes of all constant strings that are put together
	maxLeaves    = 1 << 16 // fields of a type, with those of the types in them,
	maxAllLeaves = 1 << 20 // and of all types that are written down
)

// Heavy tells where the declarations in the files of a package come to more
// than a type checker can be asked to look at. It reads no types, so it takes
// what has the same name in two scopes for one.
func Heavy(files []*ast.File) (at token.Pos, heavy bool) {
	h := &heft{
		consts: map[string][]ast.Expr{}, types: map[string][]ast.Expr{}, alias: map[string]bool{},
		text: map[string]int{}, leaves: map[string]int{},
	}
	for _, f := range files {
		ast.Inspect(f, h.note)
	}
	total := 0
	for _, e := range h.sums {
		if total += h.textOf(e); total > maxText || h.circle {
			return e.Pos(), true
		}
	}
	total = 0
	for _, e := range h.written {
		n := h.leavesOf(e, true)
		if total += n; n > maxLeaves || total > maxAllLeaves || h.circle {
			return e.Pos(), true
		}
	}
	return token.NoPos, false
}

// heft is what is known of the sizes of what has a name.
type heft struct {
	consts  map[string][]ast.Expr // by name, in whatever scope
	types   map[string][]ast.Expr
	alias   map[string]bool // such types have no name of their own
	sums    []ast.Expr      // values of constants, and whatever is added up
	written []ast.Expr      // types, wherever they are written down

	text   map[string]int // what is known so far; under way while negative
	leaves map[string]int
	circle bool // a size depends on itself by way of a name that means two things
}

// note collects declarations and sums.
func (h *heft) note(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GenDecl:
		if n.Tok == token.CONST {
			h.noteConsts(n)
		}
	case *ast.TypeSpec:
		h.types[n.Name.Name] = append(h.types[n.Name.Name], n.Type)
		h.written = append(h.written, n.Type)
		h.alias[n.Name.Name] = h.alias[n.Name.Name] || n.Assign.IsValid()
	case *ast.BinaryExpr:
		if n.Op == token.ADD {
			h.sums = append(h.sums, n)
			// Those inside are parts of it, and would count again for each.
			h.noteOperands(n)
			return false
		}
	case *ast.StructType, *ast.ArrayType, *ast.IndexExpr, *ast.IndexListExpr:
		h.written = append(h.written, n.(ast.Expr))
	}
	return true
}

// noteOperands looks for what else there is in the operands of a sum.
func (h *heft) noteOperands(e ast.Expr) {
	for {
		sum, ok := e.(*ast.BinaryExpr)
		if !ok || sum.Op != token.ADD {
			ast.Inspect(e, h.note)
			return
		}
		ast.Inspect(sum.Y, h.note)
		e = sum.X
	}
}

// noteConsts notes constants; one without a value has that of the one before.
func (h *heft) noteConsts(decl *ast.GenDecl) {
	var values []ast.Expr
	for _, spec := range decl.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if len(spec.Values) > 0 {
			values = spec.Values
		}
		for i, name := range spec.Names {
			if i < len(values) {
				h.consts[name.Name] = append(h.consts[name.Name], values[i])
				h.sums = append(h.sums, values[i])
			}
		}
	}
}

// sized returns the size of what has a name, the largest there is. What
// depends on itself has none: that is a mistake, which the type checker names,
// unless the name means two things.
func (h *heft) sized(known map[string]int, declared map[string][]ast.Expr, name string, size func(ast.Expr) int) int {
	n, ok := known[name]
	if ok && n < 0 {
		h.circle = h.circle || len(declared[name]) > 1
		return 0
	}
	if ok {
		return n
	}
	known[name] = -1
	for _, e := range declared[name] {
		n = max(n, size(e))
	}
	known[name] = n
	return n
}

// textOf returns how many bytes an expression may have as a constant string.
func (h *heft) textOf(e ast.Expr) int {
	n := 0
	ast.Inspect(e, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.BasicLit:
			if node.Kind == token.STRING {
				n += len(node.Value)
			}
		case *ast.Ident:
			n += h.sized(h.text, h.consts, node.Name, h.textOf)
		case *ast.FuncLit:
			return false // its own sums are counted by themselves
		}
		n = min(n, maxText+1)
		return true
	})
	return n
}

// leavesOf returns how many fields a type has, with all that is in them. Behind
// a pointer only what has no name of its own is looked at.
func (h *heft) leavesOf(e ast.Expr, whole bool) (n int) {
	switch e := e.(type) {
	case *ast.Ident:
		if whole || h.alias[e.Name] {
			n = h.sized(h.leaves, h.types, e.Name, func(e ast.Expr) int { return h.leavesOf(e, true) })
		}
	case *ast.ParenExpr:
		n = h.leavesOf(e.X, whole)
	case *ast.StarExpr:
		n = h.leavesOf(e.X, false)
	case *ast.ChanType:
		n = h.leavesOf(e.Value, false)
	case *ast.MapType:
		n = h.leavesOf(e.Key, false) + h.leavesOf(e.Value, false)
	case *ast.ArrayType:
		n = h.leavesOf(e.Elt, whole && e.Len != nil)
	case *ast.FuncType:
		n = h.fields(e.Params, false)
		n = min(n+h.fields(e.Results, false), maxLeaves+1)
	case *ast.InterfaceType:
		n = h.fields(e.Methods, false)
	case *ast.StructType:
		n = h.fields(e.Fields, whole)
	case *ast.IndexExpr:
		n = h.instance(e.X, []ast.Expr{e.Index}, whole)
	case *ast.IndexListExpr:
		n = h.instance(e.X, e.Indices, whole)
	}
	return min(max(n, 1), maxLeaves+1)
}

func (h *heft) fields(list *ast.FieldList, whole bool) int {
	if list == nil {
		return 0
	}
	n := 0
	for _, f := range list.List {
		n = min(n+h.leavesOf(f.Type, whole)*max(len(f.Names), 1), maxLeaves+1)
	}
	return n
}

// instance takes every field of a generic type to be of every argument's type.
func (h *heft) instance(of ast.Expr, args []ast.Expr, whole bool) int {
	n := 0
	for _, a := range args {
		n += h.leavesOf(a, true)
	}
	return min(h.leavesOf(of, whole)*min(n, maxLeaves+1), maxLeaves+1)
}

// checkHeft refuses what no type checker should be asked to look at.
func (u *unit) checkHeft() {
	var files []*ast.File
	for _, f := range u.files {
		files = append(files, f.ast)
	}
	if at, heavy := Heavy(files); heavy {
		u.problem(at, "what is declared here grows too large to be compiled (more than %d bytes of text, or %d fields)", maxText, maxLeaves)
	}
}
