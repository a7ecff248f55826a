package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// call rewrites calls of builtins, and in expressions calls of shims.
func (f *file) call(n *ast.CallExpr, stack []ast.Node) {
	switch f.builtin(n) {
	case "close":
		f.replace(n, f.rt("ɪ.Close("), source(n.Args[0]), text(", %d)", f.site(n.Pos(), "close("+f.spelt(n.Args[0])+")", stack)))
		return
	case "make":
		f.makeChan(n, stack)
		return
	case "len":
		f.lenOfChan(n, stack)
		return
	case "recover":
		f.recovers(n, stack)
		return
	case "print", "println":
		name := map[string]string{"print": "Print", "println": "Println"}[f.builtin(n)]
		f.replace(n.Fun, f.rt("ɪ.%s", name))
	}
	if !f.isShim(n) || !f.own {
		return
	}
	switch outer := stack[len(stack)-1].(type) {
	case *ast.GoStmt, *ast.DeferStmt:
		return
	case *ast.ExprStmt:
		if inList(outer, stack[:len(stack)-1]) {
			return
		}
	}
	f.mark(n, f.callSite(n.Pos(), n, stack))
}

// recovers lets the runtime see what recover() returns: the panic by which it
// ends goroutines goes on. Where recover itself is deferred, nothing can come
// between it and the panic.
func (f *file) recovers(n *ast.CallExpr, stack []ast.Node) {
	switch stack[len(stack)-1].(type) {
	case *ast.GoStmt, *ast.DeferStmt:
		return
	}
	f.replace(n, f.rt("ɪ.Recovered("), source(n), text(")"))
}

// exprStmt rewrites calls of shims that are statements: the site is set
// first, or last where evaluating an argument sets others.
func (f *file) exprStmt(n *ast.ExprStmt, stack []ast.Node) {
	call, ok := ast.Unparen(n.X).(*ast.CallExpr)
	if !ok || !f.own || !f.isShim(call) || !inList(n, stack) {
		return
	}
	site := f.callSite(n.Pos(), call, stack)
	if !slices.ContainsFunc(call.Args, f.acts) {
		f.replace(n, f.rt("ɪ.At(%d); ", site), source(n))
		return
	}
	if last := f.lastArg(call); last != nil {
		f.replace(last, f.rt("ɪ.AtX(%d, ", site), source(last), text(")"))
		return
	}
	temps, body := f.capture(call, site)
	if len(temps) == 0 {
		f.replace(n, body...)
		return
	}
	parts := append(append([]part{text("{ ")}, temps...), text("; "))
	f.replace(n, append(append(parts, body...), text(" }"))...)
}

// mark sets the site of a call of a shim that is part of an expression: with
// its receiver or, where arguments act, with the last argument.
func (f *file) mark(call *ast.CallExpr, site int) {
	fun := ast.Unparen(call.Fun)
	sel, isSel := fun.(*ast.SelectorExpr)
	method := isSel && f.info.Selections[sel] != nil && f.info.Selections[sel].Kind() == types.MethodVal
	last := f.lastArg(call)
	if method && (last == nil || !slices.ContainsFunc(call.Args, f.acts)) {
		ref := ""
		tv := f.info.Types[sel.X]
		if _, isPointer := core(tv.Type).(*types.Pointer); !isPointer && !types.IsInterface(tv.Type) && tv.Addressable() {
			ref = "&"
		}
		f.replace(sel.X, f.rt("ɪ.AtX(%d, %s", site, ref), source(sel.X), text(")"))
		return
	}
	if last != nil {
		f.replace(last, f.rt("ɪ.AtX(%d, ", site), source(last), text(")"))
		return
	}
	if sig, ok := f.info.TypeOf(fun).(*types.Signature); ok && f.builtin(call) == "" && !f.isGeneric(call, sig) {
		f.replace(call.Fun, f.rt("ɪ.AtX(%d, ", site), source(call.Fun), text(")"))
	}
}

func (f *file) isGeneric(call *ast.CallExpr, sig *types.Signature) bool {
	if sig.TypeParams().Len() > 0 {
		return true
	}
	fn, ok := f.callee(call).(*types.Func)
	return ok && fn.Signature().TypeParams().Len() > 0
}

// lastArg returns the last argument that is not fixed, if a function that
// returns its argument may be put around it.
func (f *file) lastArg(call *ast.CallExpr) ast.Expr {
	for _, arg := range slices.Backward(call.Args) {
		if f.fixed(arg) {
			if _, lit := ast.Unparen(arg).(*ast.FuncLit); !lit {
				continue
			}
		}
		if _, many := f.info.TypeOf(arg).(*types.Tuple); many {
			return nil
		}
		switch x := ast.Unparen(arg).(type) {
		case *ast.BinaryExpr:
			return nil
		case *ast.UnaryExpr:
			if x.Op != token.AND && x.Op != token.ARROW {
				return nil
			}
		}
		return arg
	}
	return nil
}

// acts reports whether evaluating x may do something at a site of its own.
func (f *file) acts(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.CallExpr:
			found = found || !f.info.Types[n.Fun].IsType() && (f.builtin(n) == "" || f.builtin(n) == "make")
		}
		return !found
	})
	return found
}

// builtin returns the name of the builtin function that n calls, or "".
func (f *file) builtin(n *ast.CallExpr) string {
	if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok {
		if b, ok := f.info.Uses[id].(*types.Builtin); ok {
			return b.Name()
		}
	}
	return ""
}

// callee returns what call calls, if it has a name.
func (f *file) callee(call *ast.CallExpr) types.Object {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	}
	switch x := fun.(type) {
	case *ast.Ident:
		return f.info.Uses[x]
	case *ast.SelectorExpr:
		return f.info.Uses[x.Sel]
	}
	return nil
}

// isShim reports whether call does something in the model that wants a site.
func (f *file) isShim(call *ast.CallExpr) bool {
	if f.probes {
		return false
	}
	if b := f.builtin(call); b != "" {
		return b == "print" || b == "println"
	}
	if t, ok := types.Unalias(f.info.TypeOf(call.Fun)).(*types.Named); ok && inPackage(t.Obj(), "context") {
		return true // a CancelFunc
	}
	fn, ok := f.callee(call).(*types.Func)
	if !ok || fn.Pkg() == nil {
		return false
	}
	name := objName(fn)
	switch fn.Pkg().Path() {
	case "sync", "sync/atomic", "log", "runtime/trace", "runtime/pprof":
		return true
	case "time":
		return slices.Contains(timed, name) || strings.HasPrefix(name, "Timer.") || strings.HasPrefix(name, "Ticker.")
	case "fmt":
		return strings.HasPrefix(name, "Print") || strings.HasPrefix(name, "Fprint")
	case "os":
		return name == "Exit" || name == "File.Write" || name == "File.WriteString"
	case "runtime":
		return name == "Gosched" || name == "Goexit" || name == "GOMAXPROCS"
	case "context":
		return strings.HasPrefix(name, "With") || name == "AfterFunc" || name == "Context.Done" || name == "Context.Err"
	case "flag", "maps":
		return false
	}
	if dep := f.units[fn.Pkg().Path()]; dep != nil {
		return !dep.own
	}
	return slices.Contains(Libraries, fn.Pkg().Path())
}

// timed are the functions of package time that do more than compute.
var timed = []string{"After", "AfterFunc", "NewTicker", "NewTimer", "Sleep", "Tick"}

func inPackage(obj types.Object, path string) bool {
	return obj.Pkg() != nil && obj.Pkg().Path() == path
}
