package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// rewriteInits moves the initialisers of package variables into functions
// that the generated main calls in the order that Go gives them, before the
// program's init functions.
func (u *unit) rewriteInits() {
	order := map[ast.Expr]int{}
	for i, init := range u.info.InitOrder {
		order[init.Rhs] = i
	}
	for _, f := range u.files {
		for _, d := range f.ast.Decls {
			if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.VAR {
				f.varDecl(gen, order)
			}
		}
	}
	slices.Sort(u.inits)
	for i, init := range u.inits {
		u.inits[i] = init[orderWidth:]
	}
}

// orderWidth is how many digits of order stand before a name in unit.inits
// until they are sorted.
const orderWidth = 8

func (f *file) varDecl(gen *ast.GenDecl, order map[ast.Expr]int) {
	var funcs []part
	for _, s := range gen.Specs {
		spec := s.(*ast.ValueSpec)
		if len(spec.Values) == 0 || !f.declare(gen, spec) {
			continue
		}
		for i, value := range spec.Values {
			name := fmt.Sprintf("ɪvar%d", order[value])
			f.inits = append(f.inits, fmt.Sprintf("%0*d%s", orderWidth, order[value], name))
			names := spec.Names
			if len(spec.Values) > 1 {
				names = spec.Names[i : i+1]
			}
			funcs = append(funcs, text("; func %s() { ", name))
			funcs = append(funcs, f.initialise(spec, names, value)...)
			funcs = append(funcs, text(" }"))
		}
	}
	if len(funcs) > 0 {
		f.insert(gen.End(), funcs...)
	}
}

// initialise assigns value to names. Where all of them are blank it declares
// them, so that value is converted as it was.
func (f *file) initialise(spec *ast.ValueSpec, names []*ast.Ident, value ast.Expr) []part {
	left := ""
	blank := true
	for i, name := range names {
		if i > 0 {
			left += ", "
		}
		left += name.Name
		blank = blank && name.Name == "_"
	}
	switch {
	case !blank:
		return []part{text("%s = ", left), source(value)}
	case spec.Type == nil:
		return []part{text("var %s = ", left), source(value)}
	}
	return []part{text("var %s ", left), source(spec.Type), text(" = "), source(value)}
}

// declare takes the values out of a declaration, spelling the types that they
// gave it. It reports false if the declaration must stay as it is.
func (f *file) declare(gen *ast.GenDecl, spec *ast.ValueSpec) bool {
	last := spec.Names[len(spec.Names)-1]
	if spec.Type != nil {
		f.edit(spec.Type.End(), spec.End())
		return true
	}
	spelt, s := make([]string, len(spec.Names)), f.speller(token.NoPos)
	for i, name := range spec.Names {
		spelt[i] = "struct{}"
		if name.Name == "_" {
			continue
		}
		var ok bool
		if spelt[i], ok = s.spell(f.info.Defs[name].Type()); !ok {
			f.unspeakable(spec, name)
			return false
		}
	}
	maps.Copy(f.imports, s.wanted)
	if len(slices.Compact(slices.Clone(spelt))) == 1 {
		f.edit(last.End(), spec.End(), text(" %s", spelt[0]))
		return true
	}
	between := "; "
	if !gen.Lparen.IsValid() {
		between = "; var "
	}
	var parts []part
	for i, name := range spec.Names {
		if i > 0 {
			parts = append(parts, text("%s", between))
		}
		parts = append(parts, source(name), text(" %s", spelt[i]))
	}
	f.replace(spec, parts...)
	return true
}

// unspeakable refuses a variable whose type cannot be written, unless its
// value depends on nothing in the program and may as well be there early.
func (f *file) unspeakable(spec *ast.ValueSpec, name *ast.Ident) {
	for _, v := range spec.Values {
		if f.refersTo(v) || f.acts(v) {
			f.refuse(name.Pos(), "the model cannot run the initialiser of %s, because the type %s cannot be written here: set it in func init or main",
				name.Name, types.TypeString(f.info.Defs[name].Type(), types.RelativeTo(f.pkg)))
			return
		}
	}
}

// generated returns the file that tells the runtime of the package: its sites,
// how its variables are initialised, and where they are. Go runs init functions
// of packages in the order in which they must be initialised, so the runtime
// hears of them in that order.
func (u *unit) generated() File {
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n\nimport ɪ %q\n\nfunc init() {\n\tɪ.Package(", u.pkg.Name(), rtPath)
	u.writeTable(&b)
	b.WriteString(", func() {\n")
	for _, name := range slices.Concat(u.inits, u.setups) {
		fmt.Fprintf(&b, "\t\t%s()\n", name)
	}
	b.WriteString("\t}")
	for _, name := range u.variables() {
		fmt.Fprintf(&b, ", &%s", name)
	}
	b.WriteString(")\n}\n")
	if u.path == "main" {
		b.WriteString("\nfunc main() { ɪ.Main(ɪmain) }\n")
	}
	return File{Name: generatedFile, Src: b.Bytes()}
}

// kept returns the file that tells the runtime where the variables of a library
// are, whose initialisers stay where they stand; false if it has none.
func (u *unit) kept() (f File, any bool) {
	vars := u.variables()
	if len(vars) == 0 {
		return File{}, false
	}
	src := fmt.Sprintf("package %s\n\nimport ɪ %q\n\nfunc init() { ɪ.Keep(&%s) }\n", u.pkg.Name(), rtPath, strings.Join(vars, ", &"))
	return File{Name: generatedFile, Src: []byte(src)}, true
}

// variables are the names of the package's variables, in order of appearance.
func (u *unit) variables() (vars []string) {
	for _, f := range u.files {
		for _, d := range f.ast.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, s := range gen.Specs {
				for _, name := range s.(*ast.ValueSpec).Names {
					if name.Name != "_" {
						vars = append(vars, name.Name)
					}
				}
			}
		}
	}
	return vars
}

// writeTable writes the sites of the package.
func (u *unit) writeTable(b *bytes.Buffer) {
	var files, funcs, operands names
	var rows bytes.Buffer
	var once []int
	for i, s := range u.sites.list[u.firstSite:] {
		if s.Once {
			once = append(once, u.firstSite+1+i)
		}
		fmt.Fprintf(&rows, "\t\t{%d, %d, %d, %d, %d},\n", files.index(s.File), funcs.index(s.Func), operands.index(s.Name), s.Line, s.Col)
	}
	fmt.Fprintf(b, "ɪ.Table{\n\tPath: %q, Own: %t, First: %d,\n\tFiles: %#v,\n\tFuncs: %#v,\n\tNames: %#v,\n\tSites: []ɪ.SiteRow{\n%s\t}",
		u.path, u.own, u.firstSite+1, files.list, funcs.list, operands.list, rows.Bytes())
	if len(once) > 0 {
		fmt.Fprintf(b, ", Once: %#v", once)
	}
	if deps := u.writeDepends(); deps != "" {
		fmt.Fprintf(b, ", Deps: []ɪ.Dep{%s}", deps)
	}
	b.WriteString("}")
}

// names numbers strings in order of appearance, from 0.
type names struct {
	list []string
	ids  map[string]int
}

func (n *names) index(s string) int {
	if i, ok := n.ids[s]; ok {
		return i
	}
	if n.ids == nil {
		n.ids = map[string]int{}
	}
	n.list = append(n.list, s)
	n.ids[s] = len(n.list) - 1
	return len(n.list) - 1
}
