package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// goStmt rewrites go f(a, b): f, a and b are evaluated here and now, the call
// is a closure's.
func (f *file) goStmt(n *ast.GoStmt, stack []ast.Node) {
	call, name := n.Call, f.goName(n.Call, append(stack, n, n.Call))
	called := name
	if _, lit := ast.Unparen(call.Fun).(*ast.FuncLit); lit {
		called = "func" // whose number changes with the program
	}
	site := f.site(n.Pos(), "go("+called+")", stack)
	if f.probes {
		f.started(site, name)
	}
	if f.plain(call) && !f.isShim(call) {
		f.replace(n, f.rt("ɪ.Go(%d, %q, ", site, name), source(call.Fun), text(")"))
		return
	}
	temps, body := f.capture(call, site)
	if len(temps) == 0 {
		f.replace(n, append(append([]part{f.rt("ɪ.Go(%d, %q, func() { ", site, name)}, body...), text(" })"))...)
		return
	}
	parts := append([]part{text("{ ")}, temps...)
	parts = append(parts, f.rt("; ɪ.Go(%d, %q, func() { ", site, name))
	f.replace(n, append(append(parts, body...), text(" }) }"))...)
}

// deferStmt gives deferred calls of shims their site.
func (f *file) deferStmt(n *ast.DeferStmt, stack []ast.Node) {
	call := n.Call
	if !f.isShim(call) || !f.own {
		return
	}
	site := f.callSite(n.Pos(), call, stack)
	if f.plain(call) {
		f.replace(n, f.rt("defer ɪ.Deferred(%d, ", site), source(call.Fun), text(")()"))
		return
	}
	temps, body := f.capture(call, site)
	closure := append(append([]part{f.rt("defer func() { ")}, body...), text(" }()"))
	if len(temps) == 0 {
		f.replace(n, closure...)
		return
	}
	parts := append(append([]part{text("{ ")}, temps...), text("; "))
	f.replace(n, append(append(parts, closure...), text(" }"))...)
}

// plain reports whether the function called is a func() and no builtin.
func (f *file) plain(call *ast.CallExpr) bool {
	sig, ok := core(f.info.TypeOf(call.Fun)).(*types.Signature)
	return ok && f.builtin(call) == "" && sig.Params().Len() == 0 && sig.Results().Len() == 0
}

// goName names the goroutine that runs call.
func (f *file) goName(call *ast.CallExpr, stack []ast.Node) string {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) {
	case *ast.FuncLit:
		return f.litName(x, stack)
	case *ast.IndexExpr:
		fun = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	}
	switch x := fun.(type) {
	case *ast.Ident:
		return f.qualify(x.Name)
	case *ast.SelectorExpr:
		obj := f.info.Uses[x.Sel]
		if fn, ok := obj.(*types.Func); ok && fn.Signature().Recv() == nil {
			return fn.Pkg().Name() + "." + fn.Name()
		}
		if obj != nil {
			return f.qualify(objName(obj))
		}
		return f.qualify(x.Sel.Name)
	}
	return f.qualify("func")
}

// capture splits a call in two: temps evaluates function and arguments, as a
// definition (or nothing), and body makes the call with the results.
func (f *file) capture(call *ast.CallExpr, site int) (temps, body []part) {
	c := capture{file: f}
	if f.isShim(call) && f.own {
		c.body = append(c.body, f.rt("ɪ.At(%d); ", site))
	}
	after := ")"
	switch b := f.builtin(call); {
	case b == "close":
		c.body, after = append(c.body, f.rt("ɪ.Close(")), fmt.Sprintf(", %d)", site)
	case b == "print" && !f.probes:
		c.body = append(c.body, f.rt("ɪ.Print("))
	case b == "println" && !f.probes:
		c.body = append(c.body, f.rt("ɪ.Println("))
	default:
		c.operand(call.Fun)
		c.body = append(c.body, text("("))
	}
	for i, arg := range call.Args {
		if i > 0 {
			c.body = append(c.body, text(", "))
		}
		c.operand(arg)
	}
	if call.Ellipsis.IsValid() {
		after = "..." + after
	}
	return c.temps(), append(c.body, text("%s", after))
}

// capture is a call whose operands are being given names.
type capture struct {
	*file
	names        int
	values, body []part
}

// operand adds x to the call: as it is, if it may as well be evaluated later,
// or by the names that its values get now.
func (c *capture) operand(x ast.Expr) {
	if c.fixed(x) {
		c.body = append(c.body, source(x))
		return
	}
	if len(c.values) > 0 {
		c.values = append(c.values, text(", "))
	}
	c.values = append(c.values, c.typed(x)...)
	n := 1
	if tuple, ok := c.info.TypeOf(x).(*types.Tuple); ok {
		n = tuple.Len()
	}
	for i := range n {
		if i > 0 {
			c.body = append(c.body, text(", "))
		}
		c.body = append(c.body, text("ɪ%d", c.names))
		c.names++
	}
}

// temps returns the definition of the names.
func (c *capture) temps() []part {
	if c.names == 0 {
		return nil
	}
	left := "ɪ0"
	for i := 1; i < c.names; i++ {
		left += fmt.Sprintf(", ɪ%d", i)
	}
	return append([]part{text("%s := ", left)}, c.values...)
}

// fixed reports whether x gives the same whenever it is evaluated: a constant,
// nil, a declared function, a function literal.
func (f *file) fixed(x ast.Expr) bool {
	tv := f.info.Types[x]
	if tv.Value != nil || tv.IsNil() || tv.IsBuiltin() || tv.IsType() {
		return true
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.FuncLit:
		return true
	case *ast.Ident:
		_, ok := f.info.Uses[x].(*types.Func)
		return ok
	case *ast.IndexExpr:
		_, generic := core(f.info.TypeOf(x.X)).(*types.Signature)
		return generic && f.fixed(x.X)
	case *ast.IndexListExpr:
		return f.fixed(x.X)
	case *ast.SelectorExpr:
		if sel, ok := f.info.Selections[x]; ok {
			return sel.Kind() == types.MethodExpr
		}
		_, ok := f.info.Uses[x.Sel].(*types.Func)
		return ok
	}
	return false
}

// typed returns x such that a variable defined by it has the type that x has
// here: an untyped comparison or shift would take another.
func (f *file) typed(x ast.Expr) []part {
	op, ok := ast.Unparen(x).(*ast.BinaryExpr)
	t := f.info.TypeOf(x)
	if !ok || !mayBeUntyped(op.Op) || types.Identical(t, types.Typ[types.Bool]) || types.Identical(t, types.Typ[types.Int]) {
		return []part{source(x)}
	}
	name, ok := f.spell(t, x.Pos())
	if !ok {
		return []part{source(x)}
	}
	return []part{text("(%s)(", name), source(x), text(")")}
}

func mayBeUntyped(op token.Token) bool {
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ, token.LAND, token.LOR,
		token.SHL, token.SHR, token.ADD, token.SUB, token.MUL, token.OR, token.XOR, token.AND, token.AND_NOT:
		return true
	}
	return false
}
