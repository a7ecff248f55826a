package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Which writes of a variable depend on a read of it in the same function: if
// somebody else writes between the two, what he wrote is lost, or what was
// looked at is not true any more. The runtime knows what happens between them,
// and which variable it is; here is what it cannot know.
//
// A value depends on a read if it is computed from it, also by way of local
// variables; whether a statement is executed does if an if or a switch around it
// looks at such a value, or one before it that ends with a jump. The condition of
// a loop does not count: it is looked at again. The order of statements does not
// either, but for those jumps.

// A depend is a write at a place in the source that depends on a read at
// another: by the value that it writes, or only by whether it is executed.
type depend struct {
	read, write token.Pos
	value       bool
}

// A read is a place in the source where a variable is read that is called so.
type read struct {
	name string
	pos  token.Pos
}

// depends finds the dependences within one function, without those in it.
type depends struct {
	f     *file
	from  map[types.Object][]ast.Expr // what is assigned to a local variable
	known map[types.Object][]read     // which reads that comes from
	found []depend
	conds map[ast.Expr][]read // those of conditions
}

// noteDepends notes the dependences in a function's body.
func (f *file) noteDepends(body *ast.BlockStmt) {
	if body == nil || !f.own || !f.seesMemory() {
		return
	}
	d := &depends{f: f, from: map[types.Object][]ast.Expr{}, known: map[types.Object][]read{}, conds: map[ast.Expr][]read{}}
	d.assignments(body)
	d.block(body.List, nil)
	f.depends = append(f.depends, d.found...)
}

// assignments notes what the local variables get.
func (d *depends) assignments(body *ast.BlockStmt) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				d.assigned(l, n.Rhs[min(i, len(n.Rhs)-1)])
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if len(n.Values) > 0 {
					d.assigned(name, n.Values[min(i, len(n.Values)-1)])
				}
			}
		case *ast.RangeStmt:
			for _, l := range []ast.Expr{n.Key, n.Value} {
				if l != nil {
					d.assigned(l, n.X)
				}
			}
		}
		return true
	})
}

func (d *depends) assigned(to, value ast.Expr) {
	if v := d.f.localVar(to); v != nil {
		d.from[v] = append(d.from[v], value)
	}
}

// localVar is the variable of a function that x names; nil if it is none.
func (f *file) localVar(x ast.Expr) types.Object {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := f.info.ObjectOf(id).(*types.Var)
	if !ok || v.IsField() || v.Parent() == nil || v.Parent() == f.pkg.Scope() {
		return nil
	}
	return v
}

// reads are those from which the value of x comes.
func (d *depends) reads(x ast.Expr) (rs []read) {
	if x == nil {
		return nil
	}
	note := func(place ast.Expr, pos token.Pos) {
		if name := placeName(place); name != "" {
			rs = append(rs, read{name, pos})
		}
	}
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if op, place := d.f.atomicCall(n); place != nil {
				if op == "Load" {
					note(place, n.Pos())
				}
				return false
			}
		case *ast.IndexExpr:
			if _, isMap := core(d.f.info.TypeOf(n.X)).(*types.Map); isMap {
				rs = append(rs, d.reads(n.Index)...)
				return false
			}
			note(n, n.Pos())
		case *ast.SelectorExpr:
			if sel := d.f.info.Selections[n]; sel != nil && sel.Kind() == types.FieldVal {
				note(n, n.Pos())
			}
			rs = append(rs, d.reads(n.X)...)
			return false
		case *ast.StarExpr:
			note(n, n.Pos())
		case *ast.Ident:
			if v, ok := d.f.info.ObjectOf(n).(*types.Var); ok && !v.IsField() {
				note(n, n.Pos())
				rs = append(rs, d.behind(d.f.localVar(n))...)
			}
		}
		return true
	})
	return rs
}

// behind are the reads from which a local variable's values come.
func (d *depends) behind(v types.Object) []read {
	if v == nil {
		return nil
	}
	if rs, ok := d.known[v]; ok {
		return rs
	}
	d.known[v] = nil // for variables that come from each other
	var rs []read
	for _, x := range d.from[v] {
		rs = append(rs, d.reads(x)...)
	}
	d.known[v] = rs
	return rs
}

// atomicCall returns what a call of sync/atomic does ("Load", "Store", …) and
// to which variable; nil if it is no such call.
func (f *file) atomicCall(call *ast.CallExpr) (op string, place ast.Expr) {
	fn, ok := f.callee(call).(*types.Func)
	if !ok || !inPackage(fn, "sync/atomic") {
		return "", nil
	}
	if recv := fn.Signature().Recv(); recv != nil {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok {
			return "", nil
		}
		return fn.Name(), sel.X
	}
	for _, name := range []string{"Load", "Store"} {
		if strings.HasPrefix(fn.Name(), name) {
			op = name
		}
	}
	if len(call.Args) == 0 {
		return "", nil
	}
	if addr, ok := ast.Unparen(call.Args[0]).(*ast.UnaryExpr); ok && addr.Op == token.AND {
		return op, addr.X
	}
	return op, call.Args[0]
}

// block goes through statements that are executed if what is looked at in under
// is as it must be.
func (d *depends) block(list []ast.Stmt, under []ast.Expr) {
	for _, s := range list {
		d.stmt(s, under)
		if cond, ok := s.(*ast.IfStmt); ok && jumps(cond.Body) {
			under = append(slices.Clip(under), cond.Cond)
		}
	}
}

// jumps reports whether what follows a block is not executed after it.
func jumps(body *ast.BlockStmt) bool {
	if len(body.List) == 0 {
		return false
	}
	switch last := body.List[len(body.List)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		call, ok := last.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		id, ok := call.Fun.(*ast.Ident)
		return ok && id.Name == "panic"
	}
	return false
}

func (d *depends) stmt(s ast.Stmt, under []ast.Expr) {
	if s == nil {
		return
	}
	switch s := s.(type) {
	case *ast.AssignStmt:
		for i, l := range s.Lhs {
			value := s.Rhs[min(i, len(s.Rhs)-1)]
			d.write(l, l.Pos(), d.reads(value), under)
			if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
				d.itself(l)
			}
		}
	case *ast.IncDecStmt:
		d.write(s.X, s.X.Pos(), nil, under)
		d.itself(s.X)
	case *ast.ExprStmt:
		call, ok := ast.Unparen(s.X).(*ast.CallExpr)
		if !ok {
			return
		}
		if op, place := d.f.atomicCall(call); op == "Store" && place != nil {
			d.write(place, call.Pos(), d.reads(call.Args[len(call.Args)-1]), under)
		}
	case *ast.BlockStmt:
		d.block(s.List, under)
	case *ast.LabeledStmt:
		d.stmt(s.Stmt, under)
	case *ast.IfStmt:
		d.stmt(s.Init, under)
		inside := append(slices.Clip(under), s.Cond)
		d.block(s.Body.List, inside)
		d.stmt(s.Else, inside)
	case *ast.ForStmt:
		d.stmt(s.Init, under)
		d.stmt(s.Post, under)
		d.block(s.Body.List, under)
	case *ast.RangeStmt:
		d.block(s.Body.List, under)
	case *ast.SwitchStmt:
		d.stmt(s.Init, under)
		inside := slices.Clip(under)
		if s.Tag != nil {
			inside = append(inside, s.Tag)
		}
		for _, c := range s.Body.List {
			c := c.(*ast.CaseClause)
			inside = append(inside, c.List...)
			d.block(c.Body, inside)
		}
	case *ast.TypeSwitchStmt:
		for _, c := range s.Body.List {
			d.block(c.(*ast.CaseClause).Body, under)
		}
	case *ast.SelectStmt:
		for _, c := range s.Body.List {
			d.block(c.(*ast.CommClause).Body, under)
		}
	}
}

// write notes on which reads of the same name a write depends.
func (d *depends) write(place ast.Expr, pos token.Pos, value []read, under []ast.Expr) {
	name := placeName(place)
	if name == "" || d.f.isMapElem(place) {
		return
	}
	of := func(rs []read, byValue bool) {
		for _, r := range rs {
			if r.name == name {
				d.note(depend{r.pos, pos, byValue})
			}
		}
	}
	of(value, true)
	for _, cond := range under {
		rs, ok := d.conds[cond]
		if !ok {
			rs = d.reads(cond)
			d.conds[cond] = rs
		}
		of(rs, false)
	}
}

// itself notes that place is read in order to be written.
func (d *depends) itself(place ast.Expr) {
	if placeName(place) != "" && !d.f.isMapElem(place) {
		d.note(depend{place.Pos(), place.Pos(), true})
	}
}

// note keeps a dependence once; that by value is the stronger one, and comes
// first.
func (d *depends) note(n depend) {
	if !slices.ContainsFunc(d.found, func(o depend) bool { return o.read == n.read && o.write == n.write }) {
		d.found = append(d.found, n)
	}
}

// writeDepends writes the dependences of the package between its sites.
func (u *unit) writeDepends() string {
	type place struct {
		file      string
		line, col int
	}
	at := map[place][]int{}
	for i, s := range u.sites.list[u.firstSite:] {
		p := place{s.File, s.Line, s.Col}
		at[p] = append(at[p], u.firstSite+1+i)
	}
	var b strings.Builder
	for _, f := range u.files {
		sitesAt := func(pos token.Pos) []int {
			p := f.fset.PositionFor(pos, false)
			return at[place{f.shown, p.Line, p.Column}]
		}
		for _, d := range f.depends {
			for _, r := range sitesAt(d.read) {
				for _, w := range sitesAt(d.write) {
					fmt.Fprintf(&b, "{%d, %d, %t}, ", r, w, d.value)
				}
			}
		}
	}
	return strings.TrimSuffix(b.String(), ", ")
}
