package rewrite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// rtPath is the import path of the runtime, probePath that of the probes on the
// real one, and shimPath what comes before the path of a package that a shim
// replaces.
const (
	rtPath    = "interleave/sim/rt"
	probePath = rtPath + "/probe"
	shimPath  = rtPath + "/std/"
)

// shims knows which packages have a shim and what each declares, from the
// sources.
type shims struct {
	fsys fs.FS

	mu    sync.Mutex
	known map[string]*shim // nil: there is none
}

func newShims(fsys fs.FS) *shims { return &shims{fsys: fsys, known: map[string]*shim{}} }

// shim is what a shim declares.
type shim struct {
	names   map[string]bool
	members map[string]map[string]bool // methods and fields of types that are its own
}

// has reports whether path has a shim.
func (s *shims) has(path string) bool { return s.get(path) != nil }

func (s *shims) get(importPath string) *shim {
	if s.fsys == nil || !fs.ValidPath(importPath) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sh, ok := s.known[importPath]
	if !ok {
		sh = s.scan(path.Join("rt/std", importPath))
		s.known[importPath] = sh
	}
	return sh
}

// scan reads the declarations in the Go files of a directory. Types that are
// aliases of rt's are followed there.
func (s *shims) scan(dir string) *shim {
	sh := &shim{names: map[string]bool{}, members: map[string]map[string]bool{}}
	for _, name := range Provided(strings.TrimPrefix(dir, "rt/std/")) {
		sh.names[name] = true
	}
	s.eachFile(dir, func(f *ast.File) { sh.collect(f, sh.names, nil) })
	if len(sh.names) == 0 {
		return nil
	}
	modelled := map[string]string{} // type of rt → its name in the shim
	s.eachFile(dir, func(f *ast.File) { rtAliases(f, modelled) })
	if len(modelled) > 0 {
		s.eachFile("rt", func(f *ast.File) { sh.collect(f, map[string]bool{}, modelled) })
	}
	return sh
}

func (s *shims) eachFile(dir string, visit func(*ast.File)) {
	names, err := fs.Glob(s.fsys, dir+"/*.go")
	if err != nil {
		return
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := fs.ReadFile(s.fsys, name)
		if err != nil {
			continue
		}
		if f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution); err == nil {
			visit(f)
		}
	}
}

// rtAliases notes declarations like type Mutex = rt.Mutex.
func rtAliases(f *ast.File, modelled map[string]string) {
	for _, d := range f.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.TYPE {
			continue
		}
		for _, spec := range gen.Specs {
			t := spec.(*ast.TypeSpec)
			sel, ok := t.Type.(*ast.SelectorExpr)
			if !ok || !t.Assign.IsValid() {
				continue
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "rt" {
				modelled[sel.Sel.Name] = t.Name.Name
			}
		}
	}
}

// collect notes the exported declarations of f in names, and the members of
// its types: of all of them, or of those in only, under the names there.
func (sh *shim) collect(f *ast.File, names map[string]bool, only map[string]string) {
	own := func(name string) (string, bool) {
		if only == nil {
			return name, true
		}
		as, ok := only[name]
		return as, ok
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names[d.Name.Name] = true
			} else if t, ok := own(typeName(d.Recv.List[0].Type)); ok {
				sh.member(t, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				sh.spec(spec, names, own)
			}
		}
	}
}

func (sh *shim) spec(spec ast.Spec, names map[string]bool, own func(string) (string, bool)) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			names[name.Name] = true
		}
	case *ast.TypeSpec:
		names[spec.Name.Name] = true
		t, ok := own(spec.Name.Name)
		if st, isStruct := spec.Type.(*ast.StructType); ok && isStruct {
			sh.member(t, "")
			for _, field := range st.Fields.List {
				for _, name := range field.Names {
					sh.member(t, name.Name)
				}
			}
		}
	}
}

func (sh *shim) member(t, name string) {
	if sh.members[t] == nil {
		sh.members[t] = map[string]bool{}
	}
	sh.members[t][name] = true
}

// lacks returns the name of obj as a learner writes it if sh declares no such
// thing.
func (sh *shim) lacks(obj types.Object) (name string, lacks bool) {
	if obj.Parent() == obj.Pkg().Scope() {
		return obj.Name(), obj.Exported() && !sh.names[obj.Name()]
	}
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Recv() == nil {
		return "", false
	}
	named, ok := deref(fn.Signature().Recv().Type()).(*types.Named)
	if !ok {
		return "", false
	}
	t := named.Obj().Name()
	members, own := sh.members[t]
	return t + "." + obj.Name(), own && !members[obj.Name()]
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return types.Unalias(p.Elem())
	}
	return types.Unalias(t)
}
