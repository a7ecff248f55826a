package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// Site is a place in the learner's source where something happens.
//
// Its name is that of what is operated on, if it is a call of a shim, "mu" of
// s.mu.Lock(), or an access to memory; after a = that of the context that it
// makes; after a ! it is no name of an object but what schedules call the
// operation: "!Sleep", "!<-jobs", "!go(worker)", "!select".
type Site struct {
	File, Func string
	Name       string
	Line, Col  int
	Once       bool // a Cond's Wait after which nobody looks at the condition again
}

// sites numbers places from 1, in order of appearance.
type sites struct {
	list []Site
	ids  map[Site]int
}

// maxSites is how many sites an event can tell apart.
const maxSites = 1<<16 - 1

// siteStep is what a package's sites are numbered from a multiple of, so that
// a small change of one package leaves the numbers of the next alone.
const siteStep = 32

// begin returns how many numbers are taken before those of the next package.
func (s *sites) begin() int {
	for len(s.list)%siteStep != 0 && len(s.list) < maxSites {
		s.list = append(s.list, Site{})
	}
	return len(s.list)
}

// id returns the number of a site, or 0 if there are too many.
func (s *sites) id(site Site) int {
	id, ok := s.ids[site]
	if ok || len(s.list) == maxSites {
		return id
	}
	if s.ids == nil {
		s.ids = map[Site]int{}
	}
	s.list = append(s.list, site)
	s.ids[site] = len(s.list)
	return len(s.list)
}

// site numbers the place of an operation that schedules call by this name;
// stack is what surrounds it. What a library does has site 0: it happens where
// the program called the library.
func (f *file) site(pos token.Pos, name string, stack []ast.Node) int {
	return f.siteOf(pos, "!"+name, stack)
}

// callSite numbers the place of a call of a shim at pos.
func (f *file) callSite(pos token.Pos, call *ast.CallExpr, stack []ast.Node) int {
	name := f.operand(call)
	switch made := f.madeContext(call, stack); {
	case name != "":
	case made != "":
		name = "=" + made
	default:
		name = "!" + f.calleeName(call)
	}
	return f.number(Site{Name: name, Once: f.waitsOnce(call, stack)}, pos, stack)
}

// calleeName is what the learner calls the function that is called.
func (f *file) calleeName(call *ast.CallExpr) string {
	if b := f.builtin(call); b != "" {
		return b
	}
	if obj := f.callee(call); obj != nil {
		return obj.Name()
	}
	return "func"
}

// spelt is what schedules call a channel or a map: its place, or the call that
// returns it.
func (f *file) spelt(x ast.Expr) string {
	if call, ok := unparen(x).(*ast.CallExpr); ok {
		return f.calleeName(call) + "()"
	}
	return placeName(x)
}

// madeContext names the context that call returns: the variable that gets it.
func (f *file) madeContext(call *ast.CallExpr, stack []ast.Node) string {
	results, several := f.info.TypeOf(call).(*types.Tuple)
	if !several {
		if isContext(f.info.TypeOf(call)) {
			return assignedName(call, stack)
		}
		return ""
	}
	for i := range results.Len() {
		if !isContext(results.At(i).Type()) {
			continue
		}
		switch outer := stack[len(stack)-1].(type) {
		case *ast.AssignStmt:
			return exprName(outer.Lhs[i])
		case *ast.ValueSpec:
			return exprName(outer.Names[i])
		}
	}
	return ""
}

func isContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && inPackage(named.Obj(), "context") && named.Obj().Name() == "Context"
}

func (f *file) siteOf(pos token.Pos, name string, stack []ast.Node) int {
	return f.number(Site{Name: name}, pos, stack)
}

// number completes a site and returns its number.
func (f *file) number(s Site, pos token.Pos, stack []ast.Node) int {
	if !f.own {
		return 0
	}
	p := f.fset.PositionFor(pos, false)
	s.File, s.Func, s.Line, s.Col = f.shown, f.enclosing(stack), p.Line, p.Column
	return f.sites.id(s)
}

// operand names the lock, wait group or variable that call is about: its
// receiver, or what the first argument points to.
func (f *file) operand(call *ast.CallExpr) string {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if f.info.Selections[sel] != nil {
		return exprName(sel.X)
	}
	if len(call.Args) > 0 {
		if addr, ok := ast.Unparen(call.Args[0]).(*ast.UnaryExpr); ok && addr.Op == token.AND {
			return exprName(addr.X)
		}
	}
	return ""
}

// enclosing names the innermost function around.
func (f *file) enclosing(stack []ast.Node) string {
	for i := len(stack) - 1; i >= 0; i-- {
		switch n := stack[i].(type) {
		case *ast.FuncLit:
			return f.litName(n, stack[:i])
		case *ast.FuncDecl:
			return f.qualify(declName(n))
		}
	}
	return f.qualify("init")
}

// maxName bounds the names of nested function literals, each of which holds
// the one around it.
const maxName = 100

// litName names a function literal as the compiler does: after the function
// around it, with a number.
func (f *file) litName(n *ast.FuncLit, stack []ast.Node) string {
	if name, ok := f.funcs[n]; ok {
		return name
	}
	outer := f.enclosing(stack)
	if len(outer) > maxName {
		return outer
	}
	f.lits[outer]++
	form := "%s.func%d"
	if f.isLit[outer] {
		form = "%s.%d"
	}
	name := fmt.Sprintf(form, outer, f.lits[outer])
	f.funcs[n], f.isLit[name] = name, true
	return name
}

// qualify is a function's name in the lanes: outside package main it carries
// its package.
func (f *file) qualify(name string) string {
	if f.path == "main" {
		return name
	}
	return f.pkg.Name() + "." + name
}

// declName is a function's name, after its receiver's type if it has one.
func declName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	return typeName(d.Recv.List[0].Type) + "." + d.Name.Name
}

// typeName is the name of a receiver's type.
func typeName(x ast.Expr) string {
	switch x := ast.Unparen(x).(type) {
	case *ast.StarExpr:
		return typeName(x.X)
	case *ast.IndexExpr:
		return typeName(x.X)
	case *ast.IndexListExpr:
		return typeName(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}
