package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// send rewrites ch <- v. It takes two steps where the type of the element must
// come from the channel alone; a function is cheaper to compile than a type
// with a method.
func (f *file) send(n *ast.SendStmt, stack []ast.Node) {
	if f.done[n] {
		return
	}
	site := f.valueSite(f.site(n.Pos(), f.spelt(n.Chan)+"<-", stack), n.Chan)
	if f.sendsElem(n) {
		f.replace(n, f.rt("ɪ.Send("), source(n.Chan), text(", "), source(n.Value), text(", %d)", site))
		return
	}
	f.replace(n, f.rt("ɪ.To("), source(n.Chan), text(").Send("), source(n.Value), text(", %d)", site))
}

// sendsElem reports whether the value sent has the channel's element type
// already, so that no conversion is left to be inferred.
func (f *file) sendsElem(n *ast.SendStmt) bool {
	ch, ok := core(f.info.TypeOf(n.Chan)).(*types.Chan)
	return ok && types.Identical(ch.Elem(), f.info.TypeOf(n.Value))
}

// receive rewrites <-ch in an expression.
func (f *file) receive(n *ast.UnaryExpr, stack []ast.Node) {
	if n.Op != token.ARROW || f.done[n] || f.info.Types[n].IsType() {
		return
	}
	fn := "Recv"
	if _, two := f.info.Types[n].Type.(*types.Tuple); two {
		fn = "Recv2"
	}
	f.replace(n, f.rt("ɪ.%s(", fn), source(n.X), text(", %d)", f.valueSite(f.site(n.Pos(), "<-"+f.spelt(n.X), stack), n.X)))
}

// lenOfChan rewrites len(ch).
func (f *file) lenOfChan(n *ast.CallExpr, stack []ast.Node) {
	ch, ok := core(f.info.TypeOf(n.Args[0])).(*types.Chan)
	if !ok {
		return
	}
	fn := "Len"
	if ch.Dir() == types.SendOnly {
		fn = "LenOut"
	}
	f.replace(n, f.rt("ɪ.%s(", fn), source(n.Args[0]), text(", %d)", f.site(n.Pos(), "len("+f.spelt(n.Args[0])+")", stack)))
}

// assign rewrites v, ok = <-ch where ok is not a bool: a function's result,
// unlike the operator's, does not convert itself. It also notes keys of maps.
func (f *file) assign(n *ast.AssignStmt, stack []ast.Node) {
	if !f.probes {
		for _, l := range n.Lhs {
			f.noteKey(l)
		}
	}
	if len(n.Lhs) != 2 || len(n.Rhs) != 1 || !f.ownBool(n.Tok, n.Lhs[1]) || !inList(n, stack) {
		return
	}
	recv, ok := ast.Unparen(n.Rhs[0]).(*ast.UnaryExpr)
	if ok && recv.Op == token.ARROW || f.seesMemory() && f.isMapElem(n.Rhs[0]) {
		f.replace(n, text("{ ɪv, ɪok := "), source(n.Rhs[0]), text("; "),
			source(n.Lhs[0]), text(", "), source(n.Lhs[1]), text(" = ɪv, ɪok == %s }", f.yes()))
	}
}

// ownBool reports whether x is assigned to and has a boolean type of the
// program's own.
func (f *file) ownBool(tok token.Token, x ast.Expr) bool {
	if tok != token.ASSIGN || isBlank(x) {
		return false
	}
	t := f.info.TypeOf(x)
	basic, ok := core(t).(*types.Basic)
	return ok && basic.Info()&types.IsBoolean != 0 && !types.Identical(t, types.Typ[types.Bool])
}

func isBlank(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "_"
}

// makeChan rewrites make(chan T, n); stack is what surrounds the call.
func (f *file) makeChan(n *ast.CallExpr, stack []ast.Node) {
	ch, ok := core(f.info.TypeOf(n.Args[0])).(*types.Chan)
	if !ok {
		return
	}
	size := []part{text("0")}
	if len(n.Args) > 1 {
		size = f.asInt(n.Args[1])
	}
	name := assignedName(n, stack)
	tail := append(size, text(", %d, %q)", f.site(n.Pos(), "make("+name+")", stack), name))
	lit, isLit := ast.Unparen(n.Args[0]).(*ast.ChanType)
	switch {
	case isLit && ch.Dir() == types.SendRecv:
		f.replace(n, append([]part{f.rt("ɪ.Make["), source(lit.Value), text("](")}, tail...)...)
	case isLit:
		f.replace(n, append([]part{f.rt("("), source(lit), text(")(ɪ.Make["), source(lit.Value), text("](")}, append(tail, text(")"))...)...)
	case ch.Dir() == types.SendRecv:
		f.replace(n, append([]part{f.rt("ɪ.MakeNamed["), source(n.Args[0]), text("](")}, tail...)...)
	default: // a named directional type: useless, but Go has it
		elem, ok := f.spell(ch.Elem(), n.Pos())
		if !ok {
			f.refuse(n.Pos(), "the model cannot make a %s, whose element type has no name here: make it of a type that has both directions", f.info.TypeOf(n.Args[0]))
			return
		}
		f.replace(n, append([]part{f.rt("("), source(n.Args[0]), text(")(ɪ.Make[%s](", elem)}, append(tail, text(")"))...)...)
	}
}

// asInt returns x converted to int if it is an integer of another type.
func (f *file) asInt(x ast.Expr) []part {
	tv := f.info.Types[x]
	if tv.Value != nil || types.Identical(tv.Type, types.Typ[types.Int]) {
		if tv.Value == nil || isUntypedOrInt(tv.Type) {
			return []part{source(x)}
		}
	}
	return []part{text("int("), source(x), text(")")}
}

func isUntypedOrInt(t types.Type) bool {
	b, ok := types.Unalias(t).(*types.Basic)
	return ok && (b.Kind() == types.Int || b.Info()&types.IsUntyped != 0)
}

// assignedName returns the name of the variable or field that gets n's value.
func assignedName(n ast.Expr, stack []ast.Node) string {
	switch outer := stack[len(stack)-1].(type) {
	case *ast.AssignStmt:
		for i, r := range outer.Rhs {
			if r == n && len(outer.Lhs) == len(outer.Rhs) {
				return exprName(outer.Lhs[i])
			}
		}
	case *ast.ValueSpec:
		for i, v := range outer.Values {
			if v == n && len(outer.Names) == len(outer.Values) {
				return exprName(outer.Names[i])
			}
		}
	case *ast.KeyValueExpr:
		if outer.Value == n {
			return exprName(outer.Key)
		}
	}
	return ""
}

func exprName(x ast.Expr) string {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		if x.Name != "_" {
			return x.Name
		}
	case *ast.SelectorExpr:
		return x.Sel.Name
	case *ast.IndexExpr:
		return exprName(x.X)
	case *ast.StarExpr:
		return exprName(x.X)
	}
	return ""
}

// rangeStmt rewrites loops over channels and maps; every other loop only
// looks at the clock.
func (f *file) rangeStmt(n *ast.RangeStmt, stack []ast.Node) {
	shared := f.sharedLoopVars(n, stack)
	switch core(f.info.TypeOf(n.X)).(type) {
	case *types.Chan:
		f.rangeChan(n, shared, stack)
		return
	case *types.Map:
		fn := "RangeMap"
		if f.seesMemory() {
			fn = "RangeMapSeen"
		}
		f.replace(n.X, f.rt("ɪ.%s(", fn), source(n.X), text(", %d)", f.site(n.For, "range("+f.spelt(n.X)+")", stack)))
	}
	if n.Tok == token.ASSIGN {
		f.noteKey(n.Key)
		f.noteKey(n.Value)
	}
	f.tick(n.Body)
}

// assignTo assigns a value of ours to x.
func (f *file) assignTo(x ast.Expr, stack []ast.Node, value string) []part {
	if f.seesMemory() {
		return f.store(x, stack, text("%s", value))
	}
	return []part{source(x), text(" = %s", value)}
}

// rangeChan rewrites a loop over a channel. The body gets a block of its own
// where the loop declares a variable, which the body may declare again.
func (f *file) rangeChan(n *ast.RangeStmt, shared bool, stack []ast.Node) {
	site := f.valueSite(f.site(n.For, "range("+f.spelt(n.X)+")", stack), n.X)
	tick := " ɪ.Tick();"
	if f.probes {
		tick = ""
	}
	head := []part{f.rt("for ɪc := "), source(n.X)}
	switch {
	case n.Key == nil || isBlank(n.Key):
		head = append(head, text("; ; {%s if _, ɪok := ɪ.Recv2(ɪc, %d); !ɪok { break };", tick, site))
	case n.Tok == token.DEFINE && !shared:
		head = append(head, text("; ; {%s ", tick), source(n.Key), text(", ɪok := ɪ.Recv2(ɪc, %d); if !ɪok { break }; {", site))
		f.insert(n.Body.Rbrace, text("}"))
	default:
		if !f.probes {
			f.noteKey(n.Key)
		}
		head = append(head, text("; ; {%s ɪv, ɪok := ɪ.Recv2(ɪc, %d); if !ɪok { break }; ", tick, site))
		head = append(append(head, f.assignTo(n.Key, stack, "ɪv")...), text(";"))
	}
	f.edit(n.For, n.Body.Lbrace+1, head...)
}
