package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// ref is the place x, as a value of the runtime that can be read and written.
func (f *file) ref(x ast.Expr, stack []ast.Node) []part {
	site := f.accessSite(x, stack)
	if f.isMapElem(x) {
		index := unparen(x).(*ast.IndexExpr)
		return []part{f.rt("ɪ.MapAt("), source(index.X), text(", %d).Elem(", site), source(index.Index), text(")")}
	}
	return append(append([]part{f.rt("ɪ.Var(")}, f.address(x)...), text(", %d)", site))
}

// set is the method that writes the place x.
func (f *file) set(x ast.Expr) string {
	if !f.isMapElem(x) && hasParts(f.info.TypeOf(x)) {
		return ".SetAll("
	}
	return ".Set("
}

// store is the assignment of a value to x, tracked or not.
func (f *file) store(x ast.Expr, stack []ast.Node, value ...part) []part {
	if !f.tracked(x) {
		return append([]part{source(x), text(" = ")}, value...)
	}
	f.place[unparen(x)] = true
	f.noteKey(x)
	parts := append(f.ref(x, stack), text("%s", f.set(x)))
	return append(append(parts, value...), text(")"))
}

// accessAssign rewrites an assignment to places that others may reach. It
// reports whether that is all there is to do.
func (f *file) accessAssign(n *ast.AssignStmt, stack []ast.Node) bool {
	any := false
	for _, l := range n.Lhs {
		if id, ok := l.(*ast.Ident); ok && f.info.Defs[id] != nil {
			continue
		}
		f.place[unparen(l)] = true
		any = any || f.tracked(l)
	}
	switch {
	case !any || f.done[n]:
		return f.done[n]
	case n.Tok != token.ASSIGN && n.Tok != token.DEFINE:
		return f.opAssign(n, stack)
	case len(n.Lhs) == 1:
		f.assignOne(n, stack)
		return true
	case !inList(n, stack):
		return false
	case n.Tok == token.DEFINE:
		return f.redefine(n, stack)
	}
	return f.assignMany(n, stack)
}

// assignOne rewrites x = e. The address of x is taken after e was evaluated:
// a call in e may move what x is in.
func (f *file) assignOne(n *ast.AssignStmt, stack []ast.Node) {
	l, r := n.Lhs[0], n.Rhs[0]
	if _, bare := unparen(l).(*ast.Ident); !bare && f.acts(r) && !f.acts(l) && inList(n, stack) {
		if temp, ok := f.temp(r); ok {
			parts := append(append([]part{text("{ ɪv := ")}, temp...), text("; "))
			f.replace(n, append(append(parts, f.store(l, stack, text("ɪv"))...), text(" }"))...)
			return
		}
	}
	f.replace(n, f.store(l, stack, source(r))...)
}

// temp is x so that a variable defined by it has the type that x has here; it
// reports false if that cannot be written.
func (f *file) temp(x ast.Expr) ([]part, bool) {
	tv := f.info.Types[x]
	if tv.IsNil() || tv.Value != nil {
		return nil, false
	}
	unary, isUnary := unparen(x).(*ast.UnaryExpr)
	_, isBinary := unparen(x).(*ast.BinaryExpr)
	if !isBinary && (!isUnary || unary.Op == token.AND || unary.Op == token.ARROW) {
		return []part{source(x)}, true
	}
	if types.Identical(tv.Type, types.Typ[types.Bool]) || types.Identical(tv.Type, types.Typ[types.Int]) {
		return []part{source(x)}, true
	}
	name, ok := f.spell(tv.Type, x.Pos())
	return []part{text("(%s)(", name), source(x), text(")")}, ok
}

// opAssign rewrites x op= e: e is evaluated, x is read, x is written.
func (f *file) opAssign(n *ast.AssignStmt, stack []ast.Node) bool {
	l, r := n.Lhs[0], n.Rhs[0]
	op := strings.TrimSuffix(n.Tok.String(), "=")
	f.noteKey(l)
	right := []part{text(" %s (", op), source(r), text("))")}
	if !inList(n, stack) {
		if f.acts(l) {
			return false
		}
		parts := append(append(f.ref(l, stack), text("%s", f.set(l))), f.ref(l, stack)...)
		f.replace(n, append(append(parts, text(".Load()")), right...)...)
		return true
	}
	place := append(append([]part{text("ɪp := ")}, f.ref(l, stack)...), text("; "))
	var value []part
	if f.acts(r) {
		if temp, ok := f.temp(r); ok {
			value = append(append([]part{text("ɪv := ")}, temp...), text("; "))
			right = []part{text(" %s ɪv)", op)}
		}
	}
	first, second := value, place
	if f.acts(l) {
		first, second = place, value
	}
	parts := append(append([]part{text("{ ")}, first...), second...)
	parts = append(parts, text("ɪp%sɪp.Load()", f.set(l)))
	f.replace(n, append(append(parts, right...), text(" }"))...)
	return true
}

// accessIncDec rewrites x++ and x--.
func (f *file) accessIncDec(n *ast.IncDecStmt, stack []ast.Node) {
	if !f.tracked(n.X) {
		f.place[unparen(n.X)] = true
		return
	}
	f.place[unparen(n.X)] = true
	if !f.isMapElem(n.X) {
		name := map[token.Token]string{token.INC: "Inc", token.DEC: "Dec"}[n.Tok]
		f.replace(n, append(append([]part{f.rt("ɪ.%s(", name)}, f.address(n.X)...), text(", %d)", f.accessSite(n.X, stack)))...)
		return
	}
	op := n.Tok.String()[:1]
	if inList(n, stack) {
		parts := append([]part{text("{ ɪp := ")}, f.ref(n.X, stack)...)
		f.replace(n, append(parts, text("; ɪp.Set(ɪp.Load() %s 1) }", op))...)
	} else if !f.acts(n.X) {
		parts := append(append(f.ref(n.X, stack), text(".Set(")), f.ref(n.X, stack)...)
		f.replace(n, append(parts, text(".Load() %s 1)", op))...)
	}
}

// assignMany rewrites x, y = a, b and x, y = f(): what the places depend on
// and the values are evaluated, then the assignments are made from left to
// right.
func (f *file) assignMany(n *ast.AssignStmt, stack []ast.Node) bool {
	values, each, ok := f.values(n)
	if !ok {
		return false
	}
	var refs, sets [][]part
	for i, l := range n.Lhs {
		_, bare := unparen(l).(*ast.Ident)
		switch {
		case isBlank(l):
			sets = append(sets, append([]part{text("_ = ")}, each[i]))
		case bare:
			sets = append(sets, f.store(l, stack, each[i]))
		case f.tracked(l):
			f.noteKey(l)
			refs = append(refs, append([]part{text("ɪp%d := ", i)}, f.ref(l, stack)...))
			sets = append(sets, []part{text("ɪp%d%s", i, f.set(l)), each[i], text(")")})
		default:
			refs = append(refs, []part{text("ɪp%d := &", i), source(l)})
			sets = append(sets, []part{text("*ɪp%d = ", i), each[i]})
		}
	}
	stmts := append(refs, values...)
	if slices.ContainsFunc(n.Rhs, f.acts) && !slices.ContainsFunc(n.Lhs, f.acts) {
		stmts = append(values, refs...)
	}
	parts := []part{text("{ ")}
	for i, stmt := range append(stmts, sets...) {
		if i > 0 {
			parts = append(parts, text("; "))
		}
		parts = append(parts, stmt...)
	}
	f.replace(n, append(parts, text(" }"))...)
	return true
}

// values gives names to the values of n's right side: their definition, as a
// statement or none, and for each place on the left what it gets. It reports
// false if the types of some cannot be written.
func (f *file) values(n *ast.AssignStmt) (define [][]part, each []part, ok bool) {
	var names []string
	name := func(i int) string {
		names = append(names, fmt.Sprintf("ɪv%d", i))
		return names[len(names)-1]
	}
	var values []part
	if len(n.Rhs) == 1 {
		_, call := unparen(n.Rhs[0]).(*ast.CallExpr)
		for i, l := range n.Lhs {
			value := name(i)
			if !call && i == 1 && f.ownBool(n.Tok, l) {
				value += " == true"
			}
			each = append(each, text("%s", value))
		}
		values = []part{source(n.Rhs[0])}
	} else {
		for i, r := range n.Rhs {
			if tv := f.info.Types[r]; tv.Value != nil || tv.IsNil() {
				each = append(each, source(r))
				continue
			}
			temp, can := f.temp(r)
			if !can {
				return nil, nil, false
			}
			if len(values) > 0 {
				values = append(values, text(", "))
			}
			values = append(values, temp...)
			each = append(each, text("%s", name(i)))
		}
	}
	if len(names) > 0 {
		define = [][]part{append([]part{text("%s := ", strings.Join(names, ", "))}, values...)}
	}
	return define, each, true
}

// redefine rewrites x, err := f() where err is there already: the new ones
// are defined as they were, the old ones assigned to.
func (f *file) redefine(n *ast.AssignStmt, stack []ast.Node) bool {
	if len(n.Rhs) > 1 {
		for i, r := range n.Rhs {
			if tv := f.info.Types[r]; f.tracked(n.Lhs[i]) && (tv.IsNil() || tv.Value != nil) {
				return false
			}
			if _, ok := f.temp(r); f.tracked(n.Lhs[i]) && !ok {
				return false
			}
		}
	}
	var parts, sets []part
	for i, l := range n.Lhs {
		if i > 0 {
			parts = append(parts, text(", "))
		}
		if !f.tracked(l) {
			parts = append(parts, source(l))
			continue
		}
		name := f.fresh()
		parts = append(parts, text("%s", name))
		sets = append(append(sets, text("; ")), f.store(l, stack, text("%s", name))...)
	}
	parts = append(parts, text(" := "))
	for i, r := range n.Rhs {
		if i > 0 {
			parts = append(parts, text(", "))
		}
		if temp, ok := f.temp(r); ok && len(n.Rhs) > 1 && f.tracked(n.Lhs[i]) {
			parts = append(parts, temp...)
		} else {
			parts = append(parts, source(r))
		}
	}
	f.replace(n, append(parts, sets...)...)
	return true
}

// fresh returns a name that the file does not have yet.
func (f *file) fresh() string {
	f.temps++
	return fmt.Sprintf("ɪt%d", f.temps)
}

// storeReceived assigns what case number k of a select received.
func (f *file) storeReceived(comm *ast.AssignStmt, k int, stack []ast.Node) []part {
	f.done[comm] = true
	for _, l := range comm.Lhs {
		f.place[unparen(l)] = true
	}
	if len(comm.Lhs) == 1 {
		return f.storeUnlessBlank(comm.Lhs[0], stack, fmt.Sprintf("ɪ%d.Value()", k))
	}
	ok := "ɪok"
	if f.ownBool(comm.Tok, comm.Lhs[1]) {
		ok = "ɪok == true"
	}
	parts := []part{text(" ɪv, ɪok := ɪ%d.Value2(); _, _ = ɪv, ɪok;", k)}
	parts = append(parts, f.storeUnlessBlank(comm.Lhs[0], stack, "ɪv")...)
	return append(parts, f.storeUnlessBlank(comm.Lhs[1], stack, ok)...)
}

// accessRange rewrites loops over slices whose elements are wanted, and loops
// that assign to places that others may reach. It reports whether that is all
// there is to do.
func (f *file) accessRange(n *ast.RangeStmt, stack []ast.Node) bool {
	if n.Tok == token.DEFINE && f.oneVarALoop() {
		return false
	}
	assigns := n.Tok == token.ASSIGN && (f.tracked(n.Key) || f.tracked(n.Value))
	if n.Tok == token.ASSIGN {
		f.place[unparen(n.Key)], f.place[unparen(n.Value)] = true, true
	}
	wantsValue := n.Value != nil && !isBlank(n.Value)
	switch t := core(f.info.TypeOf(n.X)).(type) {
	case *types.Chan, *types.Map:
		return false
	case *types.Array:
		f.skip[n.X] = !wantsValue && !f.acts(n.X) // its length is known: it is not evaluated
	case *types.Pointer:
		f.skip[n.X] = !wantsValue && !f.acts(n.X)
		if wantsValue {
			return f.rangeElems(n, stack)
		}
	case *types.Slice:
		if wantsValue {
			return f.rangeElems(n, stack)
		}
	case *types.Basic:
		if t.Info()&types.IsInteger != 0 && f.info.Types[n.X].Value != nil {
			return false
		}
	}
	if !assigns {
		return false
	}
	names, sets := "ɪk", f.storeBoth(n, stack, "ɪk")
	if isBlank(n.Key) {
		names = "_"
	}
	if wantsValue {
		names += ", ɪv"
	}
	f.edit(n.Key.Pos(), n.TokPos+1, text("%s :=", names))
	f.insert(n.Body.Lbrace+1, append([]part{f.rt(" ɪ.Tick();")}, sets...)...)
	return true
}

func (f *file) storeUnlessBlank(x ast.Expr, stack []ast.Node, value string) []part {
	if x == nil || isBlank(x) {
		return nil
	}
	return append(append([]part{text(" ")}, f.store(x, stack, text("%s", value))...), text(";"))
}

// storeBoth assigns key and ɪv to the places of a loop, which are found before
// either is assigned to.
func (f *file) storeBoth(n *ast.RangeStmt, stack []ast.Node, key string) []part {
	if n.Value == nil || isBlank(n.Value) {
		return f.storeUnlessBlank(n.Key, stack, key)
	}
	if _, bare := unparen(n.Value).(*ast.Ident); bare || !f.tracked(n.Value) || isBlank(n.Key) {
		return append(f.storeUnlessBlank(n.Key, stack, key), f.storeUnlessBlank(n.Value, stack, "ɪv")...)
	}
	parts := append(append([]part{text(" ɪp := ")}, f.ref(n.Value, stack)...), text(";"))
	parts = append(parts, f.storeUnlessBlank(n.Key, stack, key)...)
	return append(parts, text(" ɪp%sɪv);", f.set(n.Value)))
}

// rangeElems rewrites for i, v := range slice: v is read from the slice as it
// was at the loop's beginning, in each iteration when its turn comes. The body
// gets a block of its own, as it may declare i and v again.
func (f *file) rangeElems(n *ast.RangeStmt, stack []ast.Node) bool {
	if !f.speller(n.For).means("len", types.Universe.Lookup("len")) {
		return false
	}
	elem := text("ɪ.%s(&ɪr[ɪi], %d)", reader(f.info.TypeOf(n.Value)), f.siteOf(n.Value.Pos(), elemName(n.X), stack))
	head := []part{f.rt("for ɪr, ɪi := "), source(n.X), text(", 0; ɪi < len(ɪr); ɪi++ { ɪ.Tick(); ")}
	key := n.Key != nil && !isBlank(n.Key)
	switch {
	case n.Tok == token.DEFINE && key:
		head = append(head, source(n.Key), text(", "), source(n.Value), text(" := ɪi, "), elem, text("; {"))
	case n.Tok == token.DEFINE:
		head = append(head, source(n.Value), text(" := "), elem, text("; {"))
	default:
		head = append(head, text("ɪv := "), elem, text(";"))
		head = append(append(head, f.storeBoth(n, stack, "ɪi")...), text(" {"))
	}
	f.insert(n.Body.Rbrace, text("}"))
	f.edit(n.For, n.Body.Lbrace+1, head...)
	return true
}

// elemName is the name of an element that has no number yet.
func elemName(x ast.Expr) string {
	if name := placeName(x); name != "" {
		return name + "[…]"
	}
	return ""
}
