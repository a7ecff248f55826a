package rewrite

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// harmless are packages that give another result in every run or look at the
// machine, but that neither wait for a goroutine nor depend on the scheduler:
// other people's packages, and programs that are the user's own, may have them
// as they are.
var harmless = strings.Fields(`
	crypto/ecdh crypto/ecdsa crypto/ed25519 crypto/elliptic crypto/rsa crypto/x509 crypto/x509/pkix
	encoding/gob hash/maphash os/user unique weak`)

// checkForeign refuses what not even other people's packages may contain.
func (f *file) checkForeign() {
	for _, spec := range f.ast.Imports {
		switch {
		case importPath(spec) != "C":
		case f.stock:
			f.refuse(spec.Pos(), "a file with C code cannot be observed: go run can run it")
		case f.probes:
			f.refuse(spec.Pos(), "a file with C code cannot have probes: run it without them")
		default:
			f.refuse(spec.Pos(), "C code cannot be run step by step: %s", realMode)
		}
	}
}

// foreignUse handles a name of the standard library that other people's
// packages use and the model does not have. Importing is not using: the name
// is the real package's, and a function ends the run, with the sentence that
// says why, when somebody is about to call it.
func (f *file) foreignUse(n *ast.SelectorExpr) {
	if f.own {
		return
	}
	obj := f.info.Uses[n.Sel]
	if obj == nil || obj.Pkg() == nil || f.units[obj.Pkg().Path()] != nil {
		return
	}
	pkg, qualified := n.X.(*ast.Ident)
	if qualified {
		_, qualified = f.info.Uses[pkg].(*types.PkgName)
	}
	fn, isFunc := obj.(*types.Func)
	path := obj.Pkg().Path()
	switch sh := f.shims.get(path); {
	case sh != nil:
		if _, lacks := sh.lacks(obj); !lacks || !qualified {
			return
		}
		f.imports[path] = reserved + strings.NewReplacer("/", "_", ".", "_").Replace(path)
		f.replace(n.X, text("%s", f.imports[path]))
	case slices.Contains(pure, path), slices.Contains(Libraries, path), slices.Contains(harmless, path):
		return
	}
	if f.std || !isFunc || !qualified || fn.Signature().TypeParams() != nil {
		return
	}
	f.replace(n, f.rt("ɪ.NeedsReal(%q, ", path+"."+fn.Name()), source(n), text(")"))
}
