package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// shared finds the local variables that more than one goroutine may reach:
// those whose address is taken, and those that a function literal uses and
// that somebody writes after their declaration. Every other local variable is
// its goroutine's own.
func (u *unit) shared() map[types.Object]bool {
	s := sharing{unit: u, home: map[types.Object]ast.Node{}, found: map[types.Object]bool{}, captured: map[types.Object]bool{}, written: map[types.Object]bool{}}
	for _, f := range u.files {
		ast.PreorderStack(f.ast, nil, s.visit)
	}
	for v := range s.captured {
		if s.written[v] {
			s.found[v] = true
		}
	}
	return s.found
}

type sharing struct {
	*unit
	home     map[types.Object]ast.Node // the innermost function that declares it
	found    map[types.Object]bool
	captured map[types.Object]bool
	written  map[types.Object]bool
}

func (s *sharing) visit(n ast.Node, stack []ast.Node) bool {
	switch n := n.(type) {
	case *ast.Ident:
		s.ident(n, stack)
	case *ast.CaseClause:
		if v := s.info.Implicits[n]; v != nil {
			s.home[v] = innermost(stack)
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			s.address(n.X)
		}
	case *ast.SliceExpr:
		if _, ok := core(s.info.TypeOf(n.X)).(*types.Array); ok {
			s.address(n.X)
		}
	case *ast.SelectorExpr:
		if s.byAddress(n) {
			s.address(n.X)
		}
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			s.write(l, stack)
		}
	case *ast.IncDecStmt:
		s.write(n.X, append(stack, n))
	case *ast.RangeStmt:
		for _, v := range rangeVars(n) {
			if n.Tok == token.ASSIGN {
				s.write(v, stack)
			} else if s.oneVarALoop() {
				s.written[s.info.Defs[v.(*ast.Ident)]] = true
			}
		}
	}
	return true
}

func innermost(stack []ast.Node) ast.Node {
	for i := len(stack) - 1; i >= 0; i-- {
		switch stack[i].(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return stack[i]
		}
	}
	return nil
}

func (s *sharing) ident(n *ast.Ident, stack []ast.Node) {
	if v := s.info.Defs[n]; v != nil {
		s.home[v] = innermost(stack)
		return
	}
	v, ok := s.info.Uses[n].(*types.Var)
	if !ok || v.IsField() || v.Parent() == s.pkg.Scope() {
		return
	}
	if home, known := s.home[v]; known && home != innermost(stack) {
		s.captured[v] = true
	}
}

func (s *sharing) address(x ast.Expr) {
	if v := s.root(x); v != nil {
		s.found[v] = true
	}
}

// write notes that x is assigned to. The post statement of a loop works on
// the next iteration's copy of the loop's variable, which is nobody else's yet.
func (s *sharing) write(x ast.Expr, stack []ast.Node) {
	v := s.root(x)
	if v == nil {
		return
	}
	for _, n := range stack {
		if loop, ok := n.(*ast.ForStmt); ok && !s.oneVarALoop() && loop.Post != nil && declares(s.info, loop.Init, v) && within(x, loop.Post) {
			return
		}
	}
	s.written[v] = true
}

func within(x, outer ast.Node) bool { return outer.Pos() <= x.Pos() && x.End() <= outer.End() }

func declares(info *types.Info, init ast.Stmt, v types.Object) bool {
	assign, ok := init.(*ast.AssignStmt)
	if !ok || assign.Tok != token.DEFINE {
		return false
	}
	for _, l := range assign.Lhs {
		if id, ok := l.(*ast.Ident); ok && info.Defs[id] == v {
			return true
		}
	}
	return false
}

// root returns the variable that the place x is in; nil if x is reached
// through a pointer, or is no place.
func (u *unit) root(x ast.Expr) types.Object {
	switch x := unparen(x).(type) {
	case *ast.Ident:
		if v, ok := u.info.Uses[x].(*types.Var); ok {
			return v
		}
	case *ast.SelectorExpr:
		if sel := u.info.Selections[x]; sel != nil && sel.Kind() == types.FieldVal && !sel.Indirect() {
			return u.root(x.X)
		}
	case *ast.IndexExpr:
		if _, ok := core(u.info.TypeOf(x.X)).(*types.Array); ok {
			return u.root(x.X)
		}
	}
	return nil
}

// byAddress reports whether x is a method whose receiver is the address of
// x.X, or of what is in it.
func (u *unit) byAddress(x *ast.SelectorExpr) bool {
	sel := u.info.Selections[x]
	if sel == nil || sel.Kind() != types.MethodVal || !u.info.Types[x.X].Addressable() || isPointer(u.info.TypeOf(x.X)) {
		return false
	}
	fn, ok := sel.Obj().(*types.Func)
	return ok && fn.Signature().Recv() != nil && isPointer(fn.Signature().Recv().Type())
}

func isPointer(t types.Type) bool {
	_, ok := core(t).(*types.Pointer)
	return ok
}

// isShared reports whether the place x may be reached by several goroutines.
func (f *file) isShared(x ast.Expr) bool {
	switch x := unparen(x).(type) {
	case *ast.Ident:
		v, ok := f.info.Uses[x].(*types.Var)
		return ok && (v.Parent() == f.pkg.Scope() || f.escaped[v])
	case *ast.StarExpr:
		return !f.info.Types[x].IsType()
	case *ast.SelectorExpr:
		sel := f.info.Selections[x]
		if sel == nil {
			v, ok := f.info.Uses[x.Sel].(*types.Var)
			return ok && v.Pkg() != nil && f.units[v.Pkg().Path()] != nil && f.units[v.Pkg().Path()].own
		}
		return sel.Kind() == types.FieldVal && f.info.Types[x].Addressable() && (sel.Indirect() || f.isShared(x.X))
	case *ast.IndexExpr:
		if !f.info.Types[x].Addressable() {
			return false
		}
		_, array := core(f.info.TypeOf(x.X)).(*types.Array)
		return !array || f.isShared(x.X)
	}
	return false
}

// isMapElem reports whether x is m[k] of a map.
func (f *file) isMapElem(x ast.Expr) bool {
	index, ok := unparen(x).(*ast.IndexExpr)
	if !ok {
		return false
	}
	_, ok = core(f.info.TypeOf(index.X)).(*types.Map)
	return ok
}

// tracked reports whether assigning to x is an access.
func (f *file) tracked(x ast.Expr) bool {
	return x != nil && !isBlank(x) && (f.isMapElem(x) || f.isShared(x) && !f.isHuge(x))
}

// maxWhole is the size of the largest value whose copy is an access, part by
// part.
const maxWhole = 4096

func (f *file) isHuge(x ast.Expr) bool {
	t := f.info.TypeOf(x)
	if _, ok := types.Unalias(t).(*types.TypeParam); ok || !hasParts(t) || hasTypeParam(t) {
		return false
	}
	return layout.Sizeof(t) > maxWhole
}

// hasTypeParam reports whether the size of t depends on a type parameter, as
// far as that can be seen.
func hasTypeParam(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		return t.TypeArgs().Len() > 0 || t.TypeParams().Len() > 0 || hasTypeParam(t.Underlying())
	case *types.Array:
		return hasTypeParam(t.Elem())
	case *types.Struct:
		for v := range t.Fields() {
			if hasTypeParam(v.Type()) {
				return true
			}
		}
	}
	return false
}

// hasParts reports whether values of type t are read and written part by
// part, as far as can be told.
func hasParts(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}
