package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// waitsOnce reports whether call is a Wait of a sync.Cond after which nobody
// looks at the condition again, as the documentation of Wait wants: no loop of
// its function is around it, or it is the end of an if of the loop that goes on
// to something else. What does nothing but wait leaves that to its caller.
func (f *file) waitsOnce(call *ast.CallExpr, stack []ast.Node) bool {
	fn, ok := f.callee(call).(*types.Func)
	if !ok || !inPackage(fn, "sync") || objName(fn) != "Cond.Wait" {
		return false
	}
	for i := len(stack) - 1; i >= 0; i-- {
		switch n := stack[i].(type) {
		case *ast.ForStmt:
			if contains(n.Body, call) {
				return goesOn(n.Body, call)
			}
			if n.Init == nil || !contains(n.Init, call) {
				return false
			}
		case *ast.RangeStmt:
			if contains(n.Body, call) {
				return goesOn(n.Body, call)
			}
		case *ast.FuncLit:
			return f.runsOnce(n.Body, call)
		case *ast.FuncDecl:
			return f.runsOnce(n.Body, call)
		}
	}
	return false
}

func contains(outer, inner ast.Node) bool {
	return outer.Pos() <= inner.Pos() && inner.End() <= outer.End()
}

// goesOn reports whether call, in the body of a loop, is what an if ends with
// that has other statements of the loop behind it.
func goesOn(body *ast.BlockStmt, call *ast.CallExpr) bool {
	for i, s := range body.List {
		if cond, ok := s.(*ast.IfStmt); ok && contains(cond.Body, call) {
			last := cond.Body.List[len(cond.Body.List)-1]
			return contains(last, call) && i < len(body.List)-1
		}
	}
	return false
}

// runsOnce reports whether call, which is in no loop of the function of that
// body, is in none made of goto either, and not all that the function does.
func (f *file) runsOnce(body *ast.BlockStmt, call *ast.CallExpr) bool {
	if len(body.List) == 1 {
		if only, ok := body.List[0].(*ast.ExprStmt); ok && ast.Unparen(only.X) == call {
			return false
		}
	}
	again := false
	ast.Inspect(body, func(n ast.Node) bool {
		if jump, ok := n.(*ast.BranchStmt); ok && jump.Tok == token.GOTO && jump.Pos() > call.Pos() {
			label := f.info.Uses[jump.Label]
			again = again || label != nil && label.Pos() < call.Pos()
		}
		return !again
	})
	return !again
}
