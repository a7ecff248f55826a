package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
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

// spell writes t as it can be written at the top level of f, importing what
// that takes, and reports whether it can be.
func (f *file) spell(t types.Type) (string, bool) {
	s := speller{f: f, wanted: map[string]string{}}
	if !s.can(t) {
		return "", false
	}
	text := types.TypeString(t, s.qualifier)
	if s.failed || strings.Contains(text, "invalid type") {
		return "", false
	}
	for path, name := range s.wanted {
		f.imports[path] = name
	}
	return text, true
}

type speller struct {
	f      *file
	wanted map[string]string // imports: path → name
	failed bool
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
			return pkg.Name()
		case spec.Name.Name == ".":
			return ""
		case spec.Name.Name != "_":
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

// can reports whether every name in t means the same at the top level.
func (s *speller) can(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return t.Kind() != types.UnsafePointer && t.Info()&types.IsUntyped == 0 && s.predeclared(t.Name())
	case *types.Named:
		return s.name(t.Obj()) && s.all(t.TypeArgs())
	case *types.Alias:
		return s.name(t.Obj()) && s.all(t.TypeArgs())
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
		return true
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

// name reports whether a declared type is visible from the top level.
func (s *speller) name(obj *types.TypeName) bool {
	switch pkg := obj.Pkg(); {
	case pkg == nil:
		return s.predeclared(obj.Name())
	case pkg == s.f.pkg:
		return obj.Parent() == pkg.Scope() || obj.Parent() == nil
	}
	if sh := s.f.shims.get(obj.Pkg().Path()); sh != nil && !sh.names[obj.Name()] {
		return false
	}
	return token.IsExported(obj.Name())
}

// predeclared reports whether the program leaves a predeclared name alone.
func (s *speller) predeclared(name string) bool { return s.f.pkg.Scope().Lookup(name) == nil }

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
