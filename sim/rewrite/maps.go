package rewrite

import (
	"go/ast"
	"go/types"
)

// noteKey lets the runtime see the key of m[k] where x, an operand that is
// assigned to, is that and the key holds pointers: addresses have no order
// that another run would repeat, their first appearance has.
func (f *file) noteKey(x ast.Expr) {
	index, ok := unparen(x).(*ast.IndexExpr)
	if !ok || f.done[index] {
		return
	}
	f.done[index] = true
	if m, ok := core(f.info.TypeOf(index.X)).(*types.Map); ok && f.needsNote(index.Index, m.Key()) {
		f.replace(index.Index, f.rt("ɪ.Key("), source(index.Index), text(")"))
	}
}

// noteKeys does the same for the keys of a map's composite literal.
func (f *file) noteKeys(n *ast.CompositeLit) {
	m, ok := core(f.info.TypeOf(n)).(*types.Map)
	if !ok || !addressed(m.Key()) {
		return
	}
	for _, elt := range n.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok || !f.needsNote(kv.Key, m.Key()) {
			continue
		}
		name := ""
		if lit, ok := kv.Key.(*ast.CompositeLit); ok && lit.Type == nil {
			key, ok := f.spell(deref(m.Key()), n.Pos())
			if !ok {
				continue
			}
			if _, isPointer := m.Key().Underlying().(*types.Pointer); isPointer {
				key = "&" + key
			}
			name = key
		}
		f.replace(kv.Key, f.rt("ɪ.Key(%s", name), source(kv.Key), text(")"))
	}
}

func (f *file) needsNote(key ast.Expr, t types.Type) bool {
	tv := f.info.Types[key]
	return tv.Value == nil && !tv.IsNil() && addressed(t)
}

// addressed reports whether values of type t can hold an address that
// comparison looks at.
func addressed(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Chan, *types.Interface:
		return true
	case *types.Struct:
		for field := range u.Fields() {
			if addressed(field.Type()) {
				return true
			}
		}
	case *types.Array:
		return addressed(u.Elem())
	}
	return false
}

// unparen is ast.Unparen that lets nil pass.
func unparen(x ast.Expr) ast.Expr {
	if x == nil {
		return nil
	}
	return ast.Unparen(x)
}
