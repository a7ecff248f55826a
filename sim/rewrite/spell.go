package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path"
	"strings"
)

// core returns the underlying type of t; for a type parameter that of the
// first type in its set, which for channels and maps is as good as any.
func core(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	tp, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	return firstTerm(tp.Constraint().Underlying())
}

func firstTerm(t types.Type) types.Type {
	iface, ok := t.(*types.Interface)
	if !ok {
		return t
	}
	for e := range iface.EmbeddedTypes() {
		if union, ok := e.(*types.Union); ok && union.Len() > 0 {
			e = union.Term(0).Type()
		}
		if u := firstTerm(e.Underlying()); u != nil {
			return u
		}
	}
	return nil
}

// spell writes t as it can be written at pos in f, or at the top level if pos
// is invalid, importing what that takes, and reports whether it can be.
func (f *file) spell(t types.Type, pos token.Pos) (string, bool) {
	s := f.speller(pos)
	name, ok := s.spell(t)
	if ok {
		maps.Copy(f.imports, s.wanted)
	}
	return name, ok
}

// speller writes types for a place in a file.
type speller struct {
	f      *file
	pos    token.Pos
	scope  *types.Scope      // what is visible there
	wanted map[string]string // imports that it takes: path → name
	failed bool
}

func (f *file) speller(pos token.Pos) *speller {
	s := &speller{f: f, pos: pos, scope: f.pkg.Scope(), wanted: map[string]string{}}
	if pos.IsValid() {
		s.scope = f.pkg.Scope().Innermost(pos)
	}
	return s
}

func (s *speller) spell(t types.Type) (string, bool) {
	if !s.can(t) {
		return "", false
	}
	name := types.TypeString(t, s.qualifier)
	return name, !s.failed
}

// means reports whether name means obj there; for an import obj is nil.
func (s *speller) means(name string, obj types.Object) bool {
	_, found := s.scope.LookupParent(name, s.pos)
	if obj == nil {
		_, isImport := found.(*types.PkgName)
		return found == nil || isImport
	}
	return found == obj
}

// qualifier returns the name by which f knows a package.
func (s *speller) qualifier(pkg *types.Package) string {
	if pkg == s.f.pkg {
		return ""
	}
	for _, spec := range s.f.ast.Imports {
		if importPath(spec) != pkg.Path() {
			continue
		}
		switch {
		case spec.Name == nil:
			s.failed = s.failed || !s.means(pkg.Name(), nil)
			return pkg.Name()
		case spec.Name.Name == ".":
			return ""
		case spec.Name.Name != "_":
			s.failed = s.failed || !s.means(spec.Name.Name, nil)
			return spec.Name.Name
		}
	}
	if s.f.checkImport(pkg.Path()) != "" {
		s.failed = true
	}
	name := reserved + strings.ReplaceAll(path.Base(pkg.Path()), ".", "_")
	s.wanted[s.f.newPath(pkg.Path())] = name
	return name
}

// can reports whether every name in t can be written and means the same there.
func (s *speller) can(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return t.Kind() != types.UnsafePointer && t.Info()&types.IsUntyped == 0 && s.means(t.Name(), types.Universe.Lookup(t.Name()))
	case *types.Named:
		return s.name(t, nil) && s.all(t.TypeArgs())
	case *types.Alias:
		return s.name(nil, t.Origin().Obj()) && s.all(t.TypeArgs())
	case *types.Pointer:
		return s.can(t.Elem())
	case *types.Slice:
		return s.can(t.Elem())
	case *types.Array:
		return s.can(t.Elem())
	case *types.Chan:
		return s.can(t.Elem())
	case *types.Map:
		return s.can(t.Key()) && s.can(t.Elem())
	case *types.Signature:
		return s.can(t.Params()) && s.can(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if !s.can(v.Type()) {
				return false
			}
		}
		return true
	case *types.Struct:
		for v := range t.Fields() {
			if !v.Exported() && v.Pkg() != s.f.pkg || !s.can(v.Type()) {
				return false
			}
		}
		return true
	case *types.Interface:
		return s.iface(t)
	case *types.TypeParam:
		return s.means(t.Obj().Name(), t.Obj())
	}
	return false
}

func (s *speller) all(list *types.TypeList) bool {
	for t := range list.Types() {
		if !s.can(t) {
			return false
		}
	}
	return true
}

func (s *speller) iface(t *types.Interface) bool {
	for m := range t.ExplicitMethods() {
		if !m.Exported() && m.Pkg() != s.f.pkg || !s.can(m.Signature()) {
			return false
		}
	}
	for e := range t.EmbeddedTypes() {
		if !s.can(e) {
			return false
		}
	}
	return true
}

// name reports whether a declared type is visible there.
func (s *speller) name(t *types.Named, obj *types.TypeName) bool {
	if t != nil {
		obj = t.Origin().Obj()
	}
	switch obj.Pkg() {
	case nil, s.f.pkg:
		return s.means(obj.Name(), obj)
	}
	if sh := s.f.shims.get(obj.Pkg().Path()); sh != nil && !sh.names[obj.Name()] {
		return false
	}
	return token.IsExported(obj.Name())
}

// refersTo reports whether x mentions anything that the program declares.
func (f *file) refersTo(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			obj := f.info.Uses[id]
			found = found || obj != nil && obj.Parent() == f.pkg.Scope()
		}
		return !found
	})
	return found
}
