package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// probe puts calls of package probe around the operations of the learner's own
// packages. Whatever the program means stays: channels, locks and goroutines are
// the real ones, and what they are called with is evaluated once, in the same
// order.
func (u *unit) probe() {
	if !u.own {
		return
	}
	u.firstSite = u.sites.begin()
	for _, f := range u.files {
		ast.PreorderStack(f.ast, nil, f.visitProbed)
		if len(f.edits) > 0 {
			f.dropConstraint()
			f.rewriteImports()
		}
	}
}

// visitProbed is visit for a program with probes.
func (f *file) visitProbed(n ast.Node, stack []ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		f.goStmt(n, stack)
	case *ast.SendStmt:
		f.send(n, stack)
	case *ast.SelectStmt:
		f.probeSelect(n, stack)
	case *ast.AssignStmt:
		f.assign(n, stack)
	case *ast.ForStmt:
		f.sharedLoopVars(n, stack)
	case *ast.RangeStmt:
		shared := f.sharedLoopVars(n, stack)
		if _, ok := core(f.info.TypeOf(n.X)).(*types.Chan); ok {
			f.rangeChan(n, shared, stack)
		}
	case *ast.UnaryExpr:
		f.receive(n, stack)
	case *ast.CallExpr:
		f.probeCall(n, stack)
	case *ast.SelectorExpr:
		f.probeMethodValue(n, stack)
	case *ast.FuncLit:
		f.litName(n, stack)
	}
	return true
}

// started notes the function that the go statement at a site starts.
func (u *unit) started(site int, name string) {
	if u.starts == nil {
		u.starts = map[int]string{}
	}
	u.starts[site] = name
}

// yes is a text that means true. A program with probes may have given that
// name another meaning.
func (u *unit) yes() string {
	if u.probes {
		return "ɪ.Yes"
	}
	return "true"
}

// Codes of the values that records of package probe can hold: its Value….
const (
	signedValue = (iota + 1) << 16
	unsignedValue
	boolValue
)

// valueSite is a site together with the code of the values that a channel
// passes.
func (f *file) valueSite(site int, channel ast.Expr) int {
	if !f.probes {
		return site
	}
	ch, ok := core(f.info.TypeOf(channel)).(*types.Chan)
	if !ok {
		return site
	}
	return site | valueCode(ch.Elem())
}

func valueCode(t types.Type) int {
	basic, ok := t.Underlying().(*types.Basic)
	switch {
	case !ok:
		return 0
	case basic.Info()&types.IsBoolean != 0:
		return boolValue
	case basic.Info()&types.IsUnsigned != 0:
		return unsignedValue
	case basic.Info()&types.IsInteger != 0:
		return signedValue
	}
	return 0
}

// hasType reports whether x has its type wherever it stands. Constants and nil
// have not, and operators may not.
func (f *file) hasType(x ast.Expr) bool {
	tv := f.info.Types[x]
	if tv.Value != nil || tv.IsNil() {
		return false
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.BinaryExpr:
		return false
	case *ast.UnaryExpr:
		return x.Op == token.AND || x.Op == token.ARROW
	}
	return true
}

// probeCall rewrites calls that make or close a channel, and those of methods of
// package sync.
func (f *file) probeCall(n *ast.CallExpr, stack []ast.Node) {
	switch f.builtin(n) {
	case "close":
		f.replace(n, f.rt("ɪ.Close("), source(n.Args[0]), text(", %d)", f.site(n.Pos(), "close("+f.spelt(n.Args[0])+")", stack)))
		return
	case "make":
		if _, ok := core(f.info.TypeOf(n.Args[0])).(*types.Chan); ok {
			f.replace(n, f.rt("ɪ.Made("), source(n), text(", %d)", f.site(n.Pos(), "make("+assignedName(n, stack)+")", stack)))
		}
		return
	}
	sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
	if !ok {
		return
	}
	fn, recv := f.probed(sel)
	if fn == "" {
		return
	}
	site := f.callSite(n.Pos(), n, stack)
	if fn == "WaitGroupGo" {
		f.started(site, f.goName(&ast.CallExpr{Fun: n.Args[0]}, append(stack, n)))
	}
	parts := append([]part{f.rt("ɪ.%s(", fn)}, recv...)
	for _, arg := range n.Args {
		parts = append(parts, text(", "), source(arg))
	}
	f.replace(n, append(parts, text(", %d)", site))...)
}

// probedMethods are the methods of package sync that have probes.
var probedMethods = map[string][]string{
	"Mutex":     {"Lock", "Unlock", "TryLock"},
	"RWMutex":   {"Lock", "Unlock", "TryLock", "RLock", "RUnlock", "TryRLock"},
	"WaitGroup": {"Add", "Done", "Wait", "Go"},
	"Once":      {"Do"},
	"Cond":      {"Wait", "Signal", "Broadcast"},
}

// probed returns the function of package probe that does what the method sel
// does, and its first argument; "" if there is none.
func (f *file) probed(sel *ast.SelectorExpr) (fn string, recv []part) {
	s := f.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return "", nil
	}
	method := s.Obj().(*types.Func)
	path, t, ok := f.embeddedPath(s)
	if !ok {
		return "", nil
	}
	recv = []part{source(sel.X), text("%s", path)}
	if types.IsInterface(t) {
		sig := method.Signature()
		if name := method.Name(); (name == "Lock" || name == "Unlock") && sig.Params().Len() == 0 && sig.Results().Len() == 0 {
			return name, recv
		}
		return "", nil
	}
	named, ok := deref(t).(*types.Named)
	if !ok || !inPackage(named.Obj(), "sync") || !slices.Contains(probedMethods[named.Obj().Name()], method.Name()) {
		return "", nil
	}
	if _, isPointer := types.Unalias(t).(*types.Pointer); !isPointer {
		recv = append([]part{text("&")}, recv...)
	}
	return named.Obj().Name() + method.Name(), recv
}

// embeddedPath returns the embedded fields on the way to a promoted method, and
// the type at its end; false if one of them cannot be written here.
func (f *file) embeddedPath(s *types.Selection) (path string, t types.Type, ok bool) {
	var b strings.Builder
	t = s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		st, ok := core(deref(t)).(*types.Struct)
		if !ok {
			return "", nil, false
		}
		field := st.Field(i)
		if !field.Exported() && field.Pkg() != f.pkg {
			return "", nil, false
		}
		b.WriteString("." + field.Name())
		t = field.Type()
	}
	return b.String(), t, true
}

// probeMethodValue rewrites x.m where it is not called, m being a func() of
// package sync. In go x.m() it is not called, either: a goroutine calls it.
func (f *file) probeMethodValue(n *ast.SelectorExpr, stack []ast.Node) {
	if call, ok := callOf(n, stack); ok {
		if _, isGo := stack[slices.Index(stack, ast.Node(call))-1].(*ast.GoStmt); !isGo {
			return
		}
	}
	sig, ok := f.info.TypeOf(n).(*types.Signature)
	if !ok || sig.Params().Len() > 0 || sig.Results().Len() > 0 {
		return
	}
	fn, recv := f.probed(n)
	if fn == "" || fn == "Lock" || fn == "Unlock" {
		return
	}
	site := f.number(Site{Name: exprName(n.X)}, n.Pos(), stack)
	f.replace(n, append(append([]part{f.rt("ɪ.Method(ɪ.%s, ", fn)}, recv...), text(", %d)", site))...)
}

// callOf returns the call whose function is x.
func callOf(x ast.Expr, stack []ast.Node) (*ast.CallExpr, bool) {
	for _, outer := range slices.Backward(stack) {
		switch outer := outer.(type) {
		case *ast.ParenExpr:
		case *ast.CallExpr:
			return outer, ast.Unparen(outer.Fun) == x
		default:
			return nil, false
		}
	}
	return nil, false
}

// probeSelect rewrites the operands of a select, which stays one: what they are
// is noted in a variable of the function around it, and recorded when the last of
// them has been evaluated and when a case was chosen.
func (f *file) probeSelect(n *ast.SelectStmt, stack []ast.Node) {
	site := f.site(n.Select, "select", stack)
	var cases []*ast.CommClause
	hasDefault := false
	for _, c := range n.Body.List {
		if clause := c.(*ast.CommClause); clause.Comm != nil {
			cases = append(cases, clause)
		} else {
			hasDefault = true
			f.insert(clause.Colon+1, f.rt(" ɪ.Default(%d);", site))
		}
	}
	if len(n.Body.List) == 0 {
		f.insert(n.Select, f.rt("ɪ.Forever(%d); ", site))
	}
	if len(cases) == 0 {
		return
	}
	s := caseList{file: f, name: fmt.Sprintf("ɪs%d", f.temps), hasDefault: hasDefault, site: site}
	f.temps++
	f.insert(bodyAround(stack).Lbrace+1, f.rt(" var %s [%d]ɪ.Case;", s.name, len(cases)))
	for i, clause := range cases {
		s.add(i, clause, i == len(cases)-1, stack)
	}
}

// bodyAround is the body of the innermost function around.
func bodyAround(stack []ast.Node) *ast.BlockStmt {
	for _, n := range slices.Backward(stack) {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n.Body
		case *ast.FuncDecl:
			return n.Body
		}
	}
	panic("rewrite: a select outside a function")
}

// caseList is the variable that the cases of a select are noted in.
type caseList struct {
	*file
	name       string
	hasDefault bool
	site       int
}

// ready puts what records the beginning of the select around its last operand.
func (s caseList) ready(last bool, operand ...part) []part {
	if !last {
		return operand
	}
	hasDefault := s.yes()
	if !s.hasDefault {
		hasDefault = "!" + hasDefault
	}
	return append(append([]part{text("ɪ.Ready(%s[:], ", s.name)}, operand...), text(", %s)", hasDefault))
}

// add rewrites case number i.
func (s caseList) add(i int, clause *ast.CommClause, last bool, stack []ast.Node) {
	pos := clause.Comm.Pos()
	chosen := text(" ɪ.Chosen(%s[:], %d, %d);", s.name, i, s.site)
	receive := func(x ast.Expr) (site int) {
		recv := ast.Unparen(x).(*ast.UnaryExpr)
		s.done[recv] = true
		site = s.valueSite(s.file.site(pos, "<-"+s.spelt(recv.X), stack), recv.X)
		s.replace(recv.X, s.ready(last, text("ɪ.In(&%s[%d], ", s.name, i), source(recv.X), text(", %d)", site))...)
		return site
	}
	switch comm := clause.Comm.(type) {
	case *ast.SendStmt:
		s.done[comm] = true
		site := s.valueSite(s.file.site(pos, s.spelt(comm.Chan)+"<-", stack), comm.Chan)
		value := s.hasType(comm.Value) && s.sendsElem(comm)
		s.replace(comm.Chan, s.ready(last && !value, text("ɪ.OutOf(&%s[%d], ", s.name, i), source(comm.Chan), text(", %d)", site))...)
		if value {
			s.replace(comm.Value, s.ready(last, text("ɪ.Value(&%s[%d], ", s.name, i), source(comm.Value), text(", %d)", site))...)
		}
	case *ast.ExprStmt:
		receive(comm.X)
	case *ast.AssignStmt:
		site := receive(comm.Rhs[0])
		if v, ok := comm.Lhs[0].(*ast.Ident); ok && comm.Tok == token.DEFINE && v.Name != "_" {
			code := site &^ maxSites
			chosen = text(" ɪ.Got(%s[:], %d, %s, %d);", s.name, i, v.Name, s.site|code)
			if len(comm.Lhs) == 2 && !isBlank(comm.Lhs[1]) {
				chosen = text(" ɪ.Got2(%s[:], %d, %s, %s, %d);", s.name, i, v.Name, exprName(comm.Lhs[1]), s.site|code)
			}
		}
	}
	s.insert(clause.Colon+1, chosen)
}
