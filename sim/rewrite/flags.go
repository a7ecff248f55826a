package rewrite

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"time"
)

// Flag is a flag that a program defines on the command line, as far as its
// source shows it.
type Flag struct {
	Name    string
	Type    string // int, uint, float64, bool, string or duration
	Default string // as it would be written on the command line; "" if it is computed
	Usage   string
	Line    int
}

// flagTypes are the functions of package flag that define a flag, and the
// type of its value.
var flagTypes = map[string]string{
	"Bool": "bool", "Int": "int", "Int64": "int", "Uint": "uint", "Uint64": "uint",
	"Float64": "float64", "String": "string", "Duration": "duration",
	"Func": "string", "BoolFunc": "bool", "TextVar": "string", "Var": "string",
}

// flags finds the calls of package flag with a constant name.
func (u *unit) flags() []Flag {
	var flags []Flag
	var order []token.Pos
	at := map[token.Pos]Flag{}
	for _, f := range u.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if flag, ok := f.flag(call); ok {
					at[call.Pos()] = flag
					order = append(order, call.Pos())
				}
			}
			return true
		})
	}
	slices.SortFunc(order, func(a, b token.Pos) int { return cmp.Compare(a, b) })
	for _, pos := range order {
		flags = append(flags, at[pos])
	}
	return flags
}

func (f *file) flag(call *ast.CallExpr) (Flag, bool) {
	fn, ok := f.callee(call).(*types.Func)
	if !ok || !inPackage(fn, "flag") || fn.Signature().Recv() != nil {
		return Flag{}, false
	}
	args := call.Args
	typ, ok := flagTypes[fn.Name()]
	if base, isVar := strings.CutSuffix(fn.Name(), "Var"); isVar {
		if base != "" && base != "Text" {
			typ, ok = flagTypes[base]
		}
		args = args[min(1, len(args)):]
	}
	if !ok || len(args) < 2 {
		return Flag{}, false
	}
	name, ok := f.constant(args[0])
	if !ok {
		return Flag{}, false
	}
	flag := Flag{Name: constant.StringVal(name), Type: typ, Line: f.fset.PositionFor(call.Pos(), false).Line}
	usage, value := args[1], ast.Expr(nil)
	switch fn.Name() {
	case "Var", "Func", "BoolFunc":
	default:
		if len(args) < 3 {
			return Flag{}, false
		}
		usage, value = args[2], args[1]
	}
	if v, ok := f.constant(usage); ok && v.Kind() == constant.String {
		flag.Usage = constant.StringVal(v)
	}
	if v, ok := f.constant(value); ok {
		flag.Default = flagDefault(typ, v)
	}
	return flag, true
}

func (f *file) constant(x ast.Expr) (constant.Value, bool) {
	v := f.info.Types[x].Value
	return v, v != nil
}

// flagDefault writes v as package flag would.
func flagDefault(typ string, v constant.Value) string {
	switch {
	case typ == "duration":
		if ns, ok := constant.Int64Val(constant.ToInt(v)); ok {
			return time.Duration(ns).String()
		}
	case v.Kind() == constant.String:
		return constant.StringVal(v)
	case typ == "float64":
		x, _ := constant.Float64Val(v)
		return constant.MakeFloat64(x).String()
	}
	return v.ExactString()
}
