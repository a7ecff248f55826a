package rewrite

import (
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

// outside are functions and methods of packages that are otherwise taken as
// they are, by package, with what is wrong with them. What only makes one run
// unlike another is left to users with their own programs.
var outside = map[string]map[string]string{
	"reflect": {
		"MakeChan": useChan, "Select": useChan, "Value.Close": useChan, "Value.Recv": useChan,
		"Value.Send": useChan, "Value.TryRecv": useChan, "Value.TrySend": useChan,
		"Value.MapKeys": useOrder, "Value.MapRange": useOrder, "Value.Seq": useOrder, "Value.Seq2": useOrder,
		"Value.Pointer": useAddress, "Value.UnsafeAddr": useAddress, "Value.UnsafePointer": useAddress,
	},
}

// sizes are what package unsafe has that is safe.
var sizes = []string{"Alignof", "Offsetof", "Sizeof"}

const (
	useChan    = "works on channels behind the model's back"
	useOrder   = "visits a map in another order in every run, and a run in the model can be repeated"
	useAddress = "gives another address in every run, and a run in the model can be repeated"
)

// checkUses refuses what a program uses and the model does not have.
func (u *unit) checkUses() {
	for _, f := range u.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				f.checkUse(n)
				f.checkShadow(n)
			case *ast.CallExpr:
				f.checkFormat(n)
			}
			return true
		})
	}
}

func (f *file) checkUse(id *ast.Ident) {
	obj := f.info.Uses[id]
	if obj == nil || obj.Pkg() == nil || obj.Pkg() == f.pkg {
		return
	}
	if _, isName := obj.(*types.PkgName); isName {
		return
	}
	path := obj.Pkg().Path()
	name := objName(obj)
	if path == "unsafe" && !slices.Contains(sizes, name) && !(f.local && name != "Pointer") {
		f.refuse(id.Pos(), "unsafe.%s gets at memory behind the model's back: %s", name, realMode)
		return
	}
	if !f.local && reachesFiles(path, name) {
		f.refuse(id.Pos(), "%s.%s reaches files, and a program in the page may not: interleave run and go run can run it", obj.Pkg().Name(), name)
		return
	}
	if why, ok := outside[path][name]; ok && !(f.local && why != useChan) {
		f.refuse(id.Pos(), "%s.%s %s: %s", obj.Pkg().Name(), name, why, realMode)
		return
	}
	if sh := f.shims.get(path); sh != nil {
		if name, lacks := sh.lacks(obj); lacks {
			f.refuse(id.Pos(), "%s.%s is not in the model yet: %s", obj.Pkg().Name(), name, realMode)
		}
	}
}

// checkShadow refuses new meanings of the predeclared names that we put into
// programs.
func (f *file) checkShadow(id *ast.Ident) {
	if !slices.Contains(emitted, id.Name) {
		return
	}
	switch obj := f.info.Defs[id].(type) {
	case nil:
		return
	case *types.Var:
		if obj.IsField() {
			return
		}
	case *types.Func:
		if obj.Signature().Recv() != nil {
			return
		}
	}
	f.refuse(id.Pos(), "the model needs %s to mean what it means in Go: give this another name", id.Name)
}

// objName returns the name of a function, or Type.Name of a method.
func objName(obj types.Object) string {
	if fn, ok := obj.(*types.Func); ok && fn.Signature().Recv() != nil {
		if named, ok := deref(fn.Signature().Recv().Type()).(*types.Named); ok {
			return named.Obj().Name() + "." + fn.Name()
		}
	}
	return obj.Name()
}

var pointerVerb = regexp.MustCompile(`%[-+# 0-9.*\[\]]*p`)

// checkFormat refuses %p where our fmt has no hand in the formatting.
func (f *file) checkFormat(call *ast.CallExpr) {
	obj := f.callee(call)
	if obj == nil || obj.Pkg() == nil || !strings.HasSuffix(obj.Name(), "f") {
		return
	}
	switch obj.Pkg().Path() {
	case "log":
	case "fmt":
		if obj.Name() != "Errorf" && obj.Name() != "Appendf" {
			return
		}
	default:
		return
	}
	for _, arg := range call.Args {
		v := f.info.Types[arg].Value
		if v != nil && v.Kind() == constant.String && pointerVerb.MatchString(strings.ReplaceAll(constant.StringVal(v), "%%", "")) {
			f.refuse(arg.Pos(), "%%p in %s.%s prints another address in every run: fmt.Printf and fmt.Sprintf number addresses in order of appearance", obj.Pkg().Name(), obj.Name())
			return
		}
	}
}
