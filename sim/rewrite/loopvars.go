package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"go/version"
)

// sharedLoopVars moves the variables of a loop in front of it, where a module
// older than Go 1.22 asks for one variable a loop and not one an iteration.
// Everything is compiled as today's Go, so the source has to say it. It
// matters only where a function literal or a pointer keeps the variable; it
// reports whether that is so.
func (f *file) sharedLoopVars(loop ast.Stmt, stack []ast.Node) bool {
	if !f.oneVarALoop() {
		return false
	}
	from := loop.Pos()
	if label, ok := stack[len(stack)-1].(*ast.LabeledStmt); ok {
		from = label.Pos()
	}
	switch n := loop.(type) {
	case *ast.ForStmt:
		init, ok := n.Init.(*ast.AssignStmt)
		if !ok || init.Tok != token.DEFINE || !f.kept(n, init.Lhs) {
			return false
		}
		f.edit(from, init.End(), text("{ "), source(init), text("; "), part{from: from, to: init.Pos()})
	case *ast.RangeStmt:
		vars := rangeVars(n)
		if n.Tok != token.DEFINE || !f.kept(n, vars) {
			return false
		}
		decls := []part{text("{ ")}
		for _, v := range vars {
			name, ok := f.spell(f.info.TypeOf(v), n.Pos())
			if !ok {
				return false
			}
			decls = append(decls, text("var "), source(v), text(" %s; _ = ", name), source(v), text("; "))
		}
		f.insert(from, decls...)
		f.edit(n.TokPos, n.TokPos+token.Pos(len(":=")), text("="))
	}
	f.insert(loop.End(), text(" }"))
	return true
}

// oneVarALoop reports whether all iterations of a loop share its variables.
func (u *unit) oneVarALoop() bool { return version.Compare(u.lang, "go1.22") < 0 }

// rangeVars are the variables that a range clause names.
func rangeVars(n *ast.RangeStmt) (vars []ast.Expr) {
	for _, x := range []ast.Expr{n.Key, n.Value} {
		if x != nil && !isBlank(x) {
			vars = append(vars, x)
		}
	}
	return vars
}

// kept reports whether one of the variables is used in a function literal in
// the loop, or has its address taken there.
func (f *file) kept(loop ast.Node, vars []ast.Expr) bool {
	objs := map[types.Object]bool{}
	for _, v := range vars {
		if id, ok := v.(*ast.Ident); ok && f.info.Defs[id] != nil {
			objs[f.info.Defs[id]] = true
		}
	}
	found := false
	ast.PreorderStack(loop, nil, func(n ast.Node, stack []ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || !objs[f.info.Uses[id]] {
			return !found
		}
		for _, outer := range stack {
			switch outer := outer.(type) {
			case *ast.FuncLit:
				found = true
			case *ast.UnaryExpr:
				found = found || outer.Op == token.AND
			case *ast.SelectorExpr: // a method with a pointer receiver
				found = true
			}
		}
		return !found
	})
	return found
}
