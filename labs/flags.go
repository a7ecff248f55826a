package labs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Flag is a command-line flag that a program defines.
type Flag struct {
	Name    string
	Type    string // int, uint, float64, bool, string or duration
	Default string // as on a command line; "" if it has to be computed
	Usage   string
}

// flagKinds are the functions of package flag that define a flag of a type
// for which the workbench has a control.
var flagKinds = map[string]string{
	"Bool": "bool", "Int": "int", "Int64": "int", "Uint": "uint", "Uint64": "uint",
	"Float64": "float64", "String": "string", "Duration": "duration",
}

// ReadFlags finds the flags of a program as far as they can be read without
// types: calls like flag.Int("workers", 3, "how many"), in the order of the
// files. A file that does not parse gives what could be read of it, since a
// learner's program is often half-written; building it finds the flags that
// count.
func ReadFlags(files []File) []Flag {
	var flags []Flag
	for _, f := range files {
		// The error is the learner's and is shown by the build.
		parsed, _ := parser.ParseFile(token.NewFileSet(), f.Name, f.Src, parser.SkipObjectResolution)
		if parsed == nil {
			continue
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if flag, ok := readFlag(call); ok {
					flags = append(flags, flag)
				}
			}
			return true
		})
	}
	return flags
}

// Args are flags as on a command line, in the order of their names.
func Args(flags map[string]string) []string {
	args := make([]string, 0, len(flags))
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		args = append(args, "-"+name+"="+flags[name])
	}
	return args
}

func readFlag(call *ast.CallExpr) (Flag, bool) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return Flag{}, false
	}
	if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != "flag" {
		return Flag{}, false
	}
	kind, isVar := strings.CutSuffix(sel.Sel.Name, "Var")
	args := call.Args
	if isVar && len(args) > 0 {
		args = args[1:]
	}
	if flagKinds[kind] == "" || len(args) != 3 {
		return Flag{}, false
	}
	name, ok := literal(args[0])
	if !ok {
		return Flag{}, false
	}
	usage, _ := literal(args[2])
	return Flag{Name: name, Type: flagKinds[kind], Default: flagDefault(args[1]), Usage: usage}, true
}

// literal returns the text of a string literal.
func literal(x ast.Expr) (string, bool) {
	lit, ok := x.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// units are the constants of package time that a default is written with.
var units = map[string]string{"Nanosecond": "ns", "Microsecond": "µs", "Millisecond": "ms", "Second": "s", "Minute": "m", "Hour": "h"}

// flagDefault returns a default as it would be written on the command line;
// "" if it has to be computed.
func flagDefault(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.BasicLit:
		if s, ok := literal(x); ok {
			return s
		}
		return x.Value
	case *ast.Ident:
		if x.Name == "true" || x.Name == "false" {
			return x.Name
		}
	case *ast.UnaryExpr:
		if v := flagDefault(x.X); x.Op == token.SUB && v != "" {
			return "-" + v
		}
	case *ast.SelectorExpr:
		if unit := units[x.Sel.Name]; unit != "" {
			return "1" + unit
		}
	case *ast.BinaryExpr: // 20 * time.Millisecond
		n, okN := x.X.(*ast.BasicLit)
		unit, okUnit := x.Y.(*ast.SelectorExpr)
		if x.Op == token.MUL && okN && okUnit && units[unit.Sel.Name] != "" {
			return n.Value + units[unit.Sel.Name]
		}
	}
	return ""
}
