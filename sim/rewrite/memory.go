package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// The accesses to memory: each read of a place that several goroutines may
// reach becomes a call of the runtime that reads it, each assignment one that
// writes it once the right side has been evaluated.
//
// The specification leaves open whether a variable is read before or after
// the calls in the same expression. The compiler reads it after them, and so
// do we: x + f() loads x when f has returned, and x += f() evaluates f first.

// seesMemory reports whether accesses are rewritten: those of the learner's
// own packages, where the program asks for it.
func (u *unit) seesMemory() bool { return u.escaped != nil }

// access makes the edits for a node's accesses. It reports whether what is
// inside n is to be visited, and whether the other edits of n are still to be
// made.
func (f *file) access(n ast.Node, stack []ast.Node) (inside, others bool) {
	if x, ok := n.(ast.Expr); ok && (f.info.Types[x].Value != nil || f.skip[x]) {
		return false, false // len(array): nothing is evaluated
	}
	switch n := n.(type) {
	case *ast.Ident, *ast.StarExpr:
		f.readPlace(n.(ast.Expr), stack)
	case *ast.SelectorExpr:
		f.selector(n, stack)
	case *ast.IndexExpr:
		f.index(n, stack)
	case *ast.ParenExpr:
		f.inPlaceOf(n, n.X)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			f.place[unparen(n.X)] = true
		}
	case *ast.SliceExpr:
		if _, ok := core(f.info.TypeOf(n.X)).(*types.Array); ok {
			f.place[unparen(n.X)] = true
		}
	case *ast.CallExpr:
		if sel, ok := n.Fun.(*ast.SelectorExpr); ok {
			if _, ok := f.info.Uses[sel.Sel].(*types.Builtin); ok {
				return false, false // unsafe.Sizeof(x): nothing is evaluated
			}
		}
		return true, !f.accessCall(n, stack)
	case *ast.AssignStmt:
		return true, !f.accessAssign(n, stack)
	case *ast.IncDecStmt:
		f.accessIncDec(n, stack)
	case *ast.RangeStmt:
		return true, !f.accessRange(n, stack)
	}
	return true, true
}

// inPlaceOf makes x a place if outer is one.
func (f *file) inPlaceOf(outer, x ast.Expr) {
	if f.place[outer] {
		f.place[unparen(x)] = true
	}
}

// readPlace makes x, if its value is wanted and others may reach it, a read.
func (f *file) readPlace(x ast.Expr, stack []ast.Node) {
	if f.place[x] || !f.isShared(x) || f.isHuge(x) {
		return
	}
	site := f.accessSite(x, stack)
	addr := f.address(x)
	if f.late(x, stack) {
		f.replace(x, append(append([]part{f.rt("(*ɪ.Late(")}, addr...), text(", %d))", site))...)
		return
	}
	f.replace(x, append(append([]part{f.rt("ɪ.%s(", reader(f.info.TypeOf(x)))}, addr...), text(", %d)", site))...)
}

func reader(t types.Type) string {
	if hasParts(t) {
		return "LoadAll"
	}
	return "Load"
}

// address is the address of the place x.
func (f *file) address(x ast.Expr) []part {
	if star, ok := ast.Unparen(x).(*ast.StarExpr); ok {
		return []part{source(star.X)}
	}
	return []part{text("&"), source(x)}
}

// selector is x.f or x.M. A field's base is not read, but for the pointer that
// it may be; a method's receiver is, if the method takes a copy.
func (f *file) selector(n *ast.SelectorExpr, stack []ast.Node) {
	sel := f.info.Selections[n]
	if sel == nil {
		f.readPlace(n, stack) // a variable of another package
		return
	}
	pointer := isPointer(f.info.TypeOf(n.X))
	switch {
	case sel.Kind() == types.FieldVal:
		if !pointer && f.info.Types[n.X].Addressable() {
			f.place[unparen(n.X)] = true
		}
		f.readPlace(n, stack)
	case f.byAddress(n):
		f.place[unparen(n.X)] = true
	case sel.Kind() == types.MethodVal && len(sel.Index()) > 1 && !pointer && f.info.Types[n.X].Addressable():
		f.place[unparen(n.X)] = true // only a part of it is copied, and that is not seen
	case sel.Kind() == types.MethodVal && len(sel.Index()) == 1 && pointer && !f.isCaller(n, stack):
		recv := sel.Obj().(*types.Func).Signature().Recv()
		if recv != nil && !isPointer(recv.Type()) && !types.IsInterface(recv.Type()) {
			f.replace(n.X, f.rt("ɪ.LoadAll("), source(n.X), text(", %d)", f.siteOf(n.X.Pos(), placeName(n.X), stack)))
		}
	}
}

// isCaller reports whether n is the function of a call that gets a site by an
// edit of its receiver.
func (f *file) isCaller(n *ast.SelectorExpr, stack []ast.Node) bool {
	call, ok := stack[len(stack)-1].(*ast.CallExpr)
	return ok && call.Fun == n && f.isShim(call)
}

// index is x[i].
func (f *file) index(n *ast.IndexExpr, stack []ast.Node) {
	switch core(f.info.TypeOf(n.X)).(type) {
	case *types.Array:
		if f.info.Types[n.X].Addressable() {
			f.place[unparen(n.X)] = true
		}
		f.readPlace(n, stack)
	case *types.Slice, *types.Pointer:
		f.readPlace(n, stack)
	case *types.Map:
		if f.place[n] {
			return
		}
		get := "Get"
		if _, two := f.info.Types[n].Type.(*types.Tuple); two {
			get = "Get2"
		}
		f.replace(n, f.rt("ɪ.MapAt("), source(n.X), text(", %d).%s(", f.siteOf(n.Pos(), placeName(n.X), stack), get), source(n.Index), text(")"))
	}
}

// accessSite numbers the place in the source of an access to x.
func (f *file) accessSite(x ast.Expr, stack []ast.Node) int {
	if f.isMapElem(x) {
		return f.siteOf(x.Pos(), placeName(unparen(x).(*ast.IndexExpr).X), stack)
	}
	name := placeName(x)
	if star, ok := unparen(x).(*ast.StarExpr); ok && hasParts(f.info.TypeOf(x)) {
		name = placeName(star.X)
	}
	return f.siteOf(x.Pos(), name, stack)
}

// maxPlace bounds the name of a place, in bytes.
const maxPlace = 40

// placeName is what the learner calls a place: "count", "p.total", "seats[i]".
func placeName(x ast.Expr) string {
	name := ""
	switch x := unparen(x).(type) {
	case *ast.Ident:
		name = x.Name
	case *ast.SelectorExpr:
		if name = x.Sel.Name; placeName(x.X) != "" {
			name = placeName(x.X) + "." + name
		}
	case *ast.StarExpr:
		name = "*" + placeName(x.X)
	case *ast.IndexExpr:
		name = placeName(x.X) + "[" + indexName(x.Index) + "]"
	}
	if len(name) > maxPlace {
		return ""
	}
	return name
}

func indexName(x ast.Expr) string {
	switch x := unparen(x).(type) {
	case *ast.Ident:
		return x.Name
	case *ast.BasicLit:
		return x.Value
	}
	return "…"
}

// late reports whether the value of x is wanted only when calls to its right
// have returned.
func (f *file) late(x ast.Expr, stack []ast.Node) bool {
	var child ast.Node = x
	for i := len(stack) - 1; i >= 0; i-- {
		switch outer := stack[i].(type) {
		case *ast.BinaryExpr:
			if outer.Op == token.LAND || outer.Op == token.LOR {
				return false
			}
			if child == outer.X && f.acts(outer.Y) {
				return true
			}
		case *ast.CallExpr:
			if f.actsAfter(child, append([]ast.Expr{outer.Fun}, outer.Args...)) {
				return true
			}
			if f.builtin(outer) == "" && !f.info.Types[outer.Fun].IsType() {
				return false
			}
		case *ast.IndexExpr:
			if child == outer.X && f.acts(outer.Index) {
				return true
			}
		case *ast.CompositeLit:
			if f.actsAfter(child, outer.Elts) {
				return true
			}
		case *ast.UnaryExpr:
			if outer.Op == token.ARROW {
				return false
			}
		case *ast.ParenExpr, *ast.SelectorExpr, *ast.StarExpr, *ast.KeyValueExpr, *ast.TypeAssertExpr, *ast.SliceExpr:
		case *ast.AssignStmt:
			return f.actsAfter(child, outer.Rhs)
		case *ast.ReturnStmt:
			return f.actsAfter(child, outer.Results)
		default:
			return false
		}
		child = stack[i]
	}
	return false
}

// actsAfter reports whether one of list behind child acts.
func (f *file) actsAfter(child ast.Node, list []ast.Expr) bool {
	seen := false
	for _, x := range list {
		if seen && f.acts(x) {
			return true
		}
		seen = seen || x == child
	}
	return false
}

// accessCall rewrites the builtin functions that access what they are given.
func (f *file) accessCall(n *ast.CallExpr, stack []ast.Node) bool {
	name := f.builtin(n)
	if name == "" || len(n.Args) == 0 {
		return false
	}
	t := f.info.TypeOf(n.Args[0])
	if _, many := t.(*types.Tuple); many {
		return false // copy(f()): rare, and not seen
	}
	_, isMap := core(t).(*types.Map)
	site := func() int { return f.siteOf(n.Pos(), placeName(n.Args[0]), stack) }
	onMap := func(rest ...part) bool {
		f.replace(n, append([]part{f.rt("ɪ.MapAt("), source(n.Args[0]), text(", %d).", site())}, rest...)...)
		return true
	}
	switch {
	case name == "len" && isMap:
		return onMap(text("Len()"))
	case name == "delete":
		return onMap(text("Delete("), source(n.Args[1]), text(")"))
	case name == "clear" && isMap:
		return onMap(text("Clear()"))
	case name == "clear" && isSlice(t):
		f.replace(n, f.rt("ɪ.Clear("), source(n.Args[0]), text(", %d)", site()))
		return true
	case name == "copy" && isSlice(t) && isSlice(f.info.TypeOf(n.Args[1])):
		f.replace(n, f.rt("ɪ.Copy("), source(n.Args[0]), text(", "), source(n.Args[1]), text(", %d)", site()))
		return true
	case name == "append" && len(n.Args) > 1 && isSlice(t):
		return f.accessAppend(n, site())
	}
	return false
}

func isSlice(t types.Type) bool {
	_, ok := core(t).(*types.Slice)
	return ok
}

func (f *file) accessAppend(n *ast.CallExpr, site int) bool {
	parts := []part{f.rt("ɪ.Appending("), source(n.Args[0]), text(", %d).Add(", site)}
	for i, arg := range n.Args[1:] {
		if i > 0 {
			parts = append(parts, text(", "))
		}
		if n.Ellipsis.IsValid() {
			if !isSlice(f.info.TypeOf(arg)) || f.info.Types[arg].IsNil() {
				return false
			}
			parts = append(parts, text("ɪ.Elems("), source(arg), text(", %d)...", site))
			continue
		}
		parts = append(parts, source(arg))
	}
	f.replace(n, append(parts, text(")"))...)
	return true
}
