package mutate

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// function notes every change of one function's body.
func (m *mutator) function(name string, body *ast.BlockStmt) {
	m.within = name
	m.pairs(body)
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			m.list(n.List)
		case *ast.CaseClause:
			m.list(n.Body)
		case *ast.CommClause:
			m.list(n.Body)
		case *ast.CallExpr:
			m.call(n)
		case *ast.ForStmt:
			m.loop(n)
		case *ast.SelectStmt:
			m.choice(n)
		}
		return true
	})
}

// list notes what can be done to statements that follow each other.
func (m *mutator) list(stmts []ast.Stmt) {
	for i, s := range stmts {
		m.statement(s)
		if i == 0 {
			continue
		}
		m.swap(stmts[i-1], s)
		if add, ok := method(stmts[i-1], "Add"); ok {
			if start, ok := s.(*ast.GoStmt); ok {
				m.addInside(stmts[i-1], add, start)
			}
		}
	}
}

// dropped are the methods whose call is dropped where it is a statement.
var dropped = []string{"Lock", "RLock", "Unlock", "RUnlock", "Add", "Done", "Wait", "Signal", "Broadcast", "Stop", "Store"}

// statement notes what can be done to one statement.
func (m *mutator) statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.SendStmt:
		m.add([]edit{m.drop(s)}, "drop %s", m.short(s))
	case *ast.GoStmt:
		m.add([]edit{{m.offset(s.Go), m.offset(s.Call.Pos()), ""}}, "no go before %s", m.short(s.Call))
	case *ast.DeferStmt:
		m.add([]edit{{m.offset(s.Defer), m.offset(s.Call.Pos()), ""}}, "no defer before %s", m.short(s.Call))
		m.droppable(s, s.Call)
	case *ast.ExprStmt:
		switch x := s.X.(type) {
		case *ast.CallExpr:
			m.droppable(s, x)
		case *ast.UnaryExpr:
			if x.Op == token.ARROW {
				m.add([]edit{m.drop(s)}, "drop %s", m.short(s))
			}
		}
	}
}

// droppable notes that a call is dropped, or made twice.
func (m *mutator) droppable(s ast.Stmt, call *ast.CallExpr) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	isCancel := strings.HasPrefix(strings.ToLower(name), "cancel") || strings.HasPrefix(strings.ToLower(name), "stop")
	switch {
	case name == "close" && len(call.Args) == 1:
		m.add([]edit{m.drop(s)}, "drop %s", m.short(s))
		m.add([]edit{{m.offset(s.End()), m.offset(s.End()), "\n" + m.text(s)}}, "%s twice", m.short(s))
	case isCancel && len(call.Args) == 0:
		m.add([]edit{m.replace(s, "_ = "+m.text(call.Fun))}, "drop %s", m.short(s))
	case slices.Contains(dropped, name):
		m.add([]edit{m.drop(s)}, "drop %s", m.short(s))
	}
}

// swap notes that two neighbouring statements change places, where each is
// done in one go and one of them has to do with other goroutines.
func (m *mutator) swap(a, b ast.Stmt) {
	if !simple(a) || !simple(b) || !shared(a) && !shared(b) {
		return
	}
	m.add([]edit{m.replace(a, m.text(b)), m.replace(b, m.text(a))}, "swap %s and %s", m.short(a), m.short(b))
}

func simple(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.ExprStmt, *ast.SendStmt, *ast.AssignStmt, *ast.IncDecStmt, *ast.GoStmt:
		return true
	}
	return false // a defer does the same wherever it stands, nearly always
}

// shared reports whether a statement starts a goroutine, or does something that
// another one can notice.
func shared(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.SendStmt, *ast.GoStmt:
		return true
	}
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.CallExpr:
			switch f := n.Fun.(type) {
			case *ast.SelectorExpr:
				found = found || slices.Contains(dropped, f.Sel.Name)
			case *ast.Ident:
				found = found || f.Name == "close"
			}
		}
		return true
	})
	return found
}

// addInside notes that a goroutine counts itself in, instead of whoever starts
// it.
func (m *mutator) addInside(s ast.Stmt, add *ast.CallExpr, start *ast.GoStmt) {
	counts := m.text(add)
	if lit, ok := start.Call.Fun.(*ast.FuncLit); ok {
		at := m.offset(lit.Body.Lbrace) + 1
		m.add([]edit{m.drop(s), {at, at, "\n" + counts}}, "%s inside the goroutine", counts)
		return
	}
	m.add([]edit{m.drop(s), m.replace(start.Call, "func() {\n"+counts+"\n"+m.text(start.Call)+"\n}()")}, "%s inside the goroutine", counts)
}

// opposite names what undoes a call.
var opposite = map[string]string{"Lock": "Unlock", "RLock": "RUnlock"}

// pairs notes what is done to a Lock together with its Unlock: both dropped,
// or both turned into those of a reader.
func (m *mutator) pairs(body *ast.BlockStmt) {
	calls := make(map[string][]ast.Stmt) // "p.mu.Lock" → statements
	var order []string
	ast.Inspect(body, func(n ast.Node) bool {
		s, ok := n.(ast.Stmt)
		if !ok {
			return true
		}
		for _, name := range []string{"Lock", "Unlock", "RLock", "RUnlock"} {
			if call, ok := method(s, name); ok {
				fun := m.text(call.Fun)
				if calls[fun] == nil {
					order = append(order, fun)
				}
				calls[fun] = append(calls[fun], s)
			}
		}
		return true
	})
	for _, fun := range order {
		of, name := fun[:strings.LastIndexByte(fun, '.')], fun[strings.LastIndexByte(fun, '.')+1:]
		undo := opposite[name]
		if undo == "" {
			continue
		}
		both := slices.Concat(calls[fun], calls[of+"."+undo])
		var drops, reads []edit
		for _, s := range both {
			drops = append(drops, m.drop(s))
			for _, call := range []string{"Lock", "Unlock"} {
				if c, ok := method(s, call); ok {
					sel, _ := c.Fun.(*ast.SelectorExpr)
					reads = append(reads, m.replace(sel.Sel, "R"+call))
				}
			}
		}
		m.add(drops, "drop %s and %s", fun, of+"."+undo)
		if name == "Lock" {
			m.add(reads, "%s only for reading", fun)
		}
	}
}

// method returns the call if a statement is one of a method of that name.
func method(s ast.Stmt, name string) (*ast.CallExpr, bool) {
	var call *ast.CallExpr
	switch s := s.(type) {
	case *ast.ExprStmt:
		call, _ = s.X.(*ast.CallExpr)
	case *ast.DeferStmt:
		call = s.Call
	}
	if call == nil {
		return nil, false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return call, ok && sel.Sel.Name == name
}

// call notes what can be done to a call wherever it stands.
func (m *mutator) call(call *ast.CallExpr) {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		if f.Name == "make" && len(call.Args) > 0 {
			if _, ok := call.Args[0].(*ast.ChanType); ok {
				m.room(call)
			}
		}
	case *ast.SelectorExpr:
		switch f.Sel.Name {
		case "Broadcast":
			m.add([]edit{m.replace(f.Sel, "Signal")}, "Signal for %s", m.text(call))
		case "Do":
			if len(call.Args) == 1 {
				m.add([]edit{m.replace(call, m.text(call.Args[0])+"()")}, "%s each time", m.text(f))
			}
		case "Add":
			if len(call.Args) == 1 {
				x := m.text(f.X)
				m.add([]edit{m.replace(call, x+".Store("+x+".Load() + "+m.text(call.Args[0])+")")}, "%s in two steps", m.text(call))
			}
		case "CompareAndSwap":
			if len(call.Args) == 2 {
				x := m.text(f.X)
				m.add([]edit{m.replace(call, "func() bool { if "+x+".Load() != "+m.text(call.Args[0])+" { return false }; "+x+".Store("+m.text(call.Args[1])+"); return true }()")}, "%s in two steps", m.short(call))
			}
		}
	}
}

// room notes that a channel has no buffer, or one that is larger by one.
func (m *mutator) room(call *ast.CallExpr) {
	if len(call.Args) == 1 {
		m.add([]edit{{m.offset(call.Rparen), m.offset(call.Rparen), ", 1"}}, "room for one in %s", m.text(call))
		return
	}
	size := call.Args[1]
	m.add([]edit{{m.offset(call.Args[0].End()), m.offset(call.Rparen), ""}}, "no room in %s", m.text(call))
	more := m.text(size) + "+1"
	if n, err := strconv.Atoi(m.text(size)); err == nil {
		more = strconv.Itoa(n + 1)
	}
	m.add([]edit{m.replace(size, more)}, "room for one more in %s", m.text(call))
}

// loop notes that a condition is looked at only once before a Wait.
func (m *mutator) loop(loop *ast.ForStmt) {
	if loop.Init != nil || loop.Cond == nil || loop.Post != nil {
		return
	}
	for _, s := range loop.Body.List {
		if call, ok := method(s, "Wait"); ok {
			m.add([]edit{{m.offset(loop.For), m.offset(loop.For) + len("for"), "if"}}, "if for the loop around %s", m.text(call))
		}
	}
}

// choice notes that a select lacks one of its cases.
func (m *mutator) choice(s *ast.SelectStmt) {
	if len(s.Body.List) < 2 {
		return
	}
	for _, c := range s.Body.List {
		clause, ok := c.(*ast.CommClause)
		if !ok {
			continue
		}
		name := "default"
		if clause.Comm != nil {
			name = "case " + m.short(clause.Comm)
		}
		m.add([]edit{m.drop(clause)}, "drop %s", name)
	}
}
