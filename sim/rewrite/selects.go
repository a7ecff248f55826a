package rewrite

import (
	"go/ast"
	"go/token"
)

// selectStmt rewrites select to a switch over cases that were prepared, and
// so their operands evaluated, in source order. Labels and break survive; the
// default clause at the end keeps it a terminating statement.
func (f *file) selectStmt(n *ast.SelectStmt, stack []ast.Node) {
	site := f.site(n.Select, "select", stack)
	if len(n.Body.List) == 0 {
		f.replace(n, f.rt("for { ɪ.Block(%d) }", site))
		return
	}
	var names, prepared, args []part
	hasDefault := false
	k := 0
	for _, c := range n.Body.List {
		clause := c.(*ast.CommClause)
		if clause.Comm == nil {
			hasDefault = true
			continue
		}
		if k > 0 {
			names, prepared = append(names, text(", ")), append(prepared, text(", "))
		}
		names = append(names, text("ɪ%d", k))
		args = append(args, text(", &ɪ%d.Case", k))
		prepared = append(prepared, f.prepare(clause, k, stack)...)
		k++
	}
	head := []part{f.rt("switch ")}
	if k > 0 {
		head = append(append(append(append(head, names...), text(" := ")), prepared...), text("; "))
	}
	head = append(head, text("ɪ.Select(%d, %t", site, hasDefault))
	head = append(head, args...)
	f.edit(n.Select, n.Body.Lbrace+1, append(head, text(") {"))...)
	if !hasDefault {
		f.insert(n.Body.Rbrace, text(`; default: panic("unreachable") `))
	}
}

// prepare returns the text that prepares case number k, and makes its clause
// one of the switch.
func (f *file) prepare(clause *ast.CommClause, k int, stack []ast.Node) []part {
	pos := clause.Comm.Pos()
	body := []part{text("case %d:", k)}
	defer func() { f.edit(clause.Case, clause.Colon+1, body...) }()
	switch comm := clause.Comm.(type) {
	case *ast.SendStmt:
		f.done[comm] = true
		site := f.site(pos, f.spelt(comm.Chan)+"<-", stack)
		if f.sendsElem(comm) {
			return []part{text("ɪ.SendCase("), source(comm.Chan), text(", "), source(comm.Value), text(", %d)", site)}
		}
		return []part{text("ɪ.To("), source(comm.Chan), text(").Case("), source(comm.Value), text(", %d)", site)}
	case *ast.ExprStmt:
		return f.prepareRecv(comm.X, pos, stack)
	case *ast.AssignStmt:
		body = append(body, f.received(comm, k, stack)...)
		return f.prepareRecv(comm.Rhs[0], pos, stack)
	}
	panic("rewrite: a case that neither sends nor receives")
}

func (f *file) prepareRecv(x ast.Expr, pos token.Pos, stack []ast.Node) []part {
	recv := ast.Unparen(x).(*ast.UnaryExpr)
	f.done[recv] = true
	site := f.site(pos, "<-"+f.spelt(recv.X), stack)
	return []part{text("ɪ.RecvCase("), source(recv.X), text(", %d)", site)}
}

// received assigns what case number k received, as comm says.
func (f *file) received(comm *ast.AssignStmt, k int, stack []ast.Node) []part {
	if f.seesMemory() && comm.Tok == token.ASSIGN {
		return f.storeReceived(comm, k, stack)
	}
	if len(comm.Lhs) == 1 {
		if isBlank(comm.Lhs[0]) {
			return nil
		}
		return []part{text(" "), source(comm.Lhs[0]), text(" %s ɪ%d.Value();", comm.Tok, k)}
	}
	left := []part{text(" "), source(comm.Lhs[0]), text(", "), source(comm.Lhs[1])}
	if comm.Tok == token.ASSIGN && f.ownBool(comm.Tok, comm.Lhs[1]) {
		return append(append([]part{text(" ɪv, ɪok := ɪ%d.Value2();", k)}, left...), text(" = ɪv, ɪok == true;"))
	}
	return append(left, text(" %s ɪ%d.Value2();", comm.Tok, k))
}
