package rewrite

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"io"
	"path"
	"slices"
	"strings"
)

// goVersion is the language of the programs.
const goVersion = "go1.26"

// program is what the packages of one program share.
type program struct {
	fset     *token.FileSet
	units    map[string]*unit // those that are checked, by import path
	local    bool             // may touch files
	probes   bool             // runs on the real runtime
	stock    bool             // and has no probes
	memory   bool             // accesses are rewritten, too
	observed bool             // runs on the real runtime, which is watched
	sites    sites
	starts   map[int]string // with probes: what go statements start, by their sites
}

// layout is that of the machine that the runtime is compiled for, near enough.
var layout = types.SizesFor("gc", "amd64")

// unit is a package on its way through.
type unit struct {
	*program
	shims *shims
	path  string // its import path
	dir   string // before its files' names
	lang  string // version of the language
	own   bool   // the learner's: what it does has sites
	std   bool   // of GOROOT: its variables are initialised where they stand
	embed bool   // may have go:embed directives
	files []*file
	pkg   *types.Package
	info  *types.Info

	escaped map[types.Object]bool // the local variables whose accesses are rewritten; nil if none is to be

	firstSite int // how many sites there were before its own

	inits    []string           // functions of package variables, in order
	setups   []string           // the renamed init functions, in order
	refused  map[string]bool    // import paths that are refused anyway
	noImport map[token.Pos]bool // and where they stand
	broken   error              // the standard library could not be read
	problems []Problem
}

// file is one file of a unit.
type file struct {
	*unit
	splice
	name  string // without directory
	shown string // as people read it
	ast   *ast.File

	usesRT  bool
	dropped bool              // its build constraint
	imports map[string]string // extra imports of the rewritten file: path → name
	funcs   map[ast.Node]string
	lits    map[string]int    // how many function literals a function has so far
	isLit   map[string]bool   // which of the names in funcs
	done    map[ast.Node]bool // written together with what surrounds it
	place   map[ast.Expr]bool // its address is wanted, or it is assigned to: no read
	skip    map[ast.Expr]bool // it is not evaluated
	temps   int               // names given to values
	depends []depend
}

func (u *unit) problem(pos token.Pos, format string, args ...any) {
	u.addProblem(pos, false, fmt.Sprintf(format, args...))
}

func (u *unit) refuse(pos token.Pos, format string, args ...any) {
	u.addProblem(pos, true, fmt.Sprintf(format, args...))
}

func (u *unit) addProblem(pos token.Pos, refused bool, msg string) {
	p := u.fset.PositionFor(pos, false)
	u.problems = append(u.problems, Problem{File: p.Filename, Line: p.Line, Col: p.Column, Msg: msg, Refused: refused})
}

// sorted returns the problems in order of position, each once.
func (u *unit) sorted() []Problem {
	slices.SortStableFunc(u.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return slices.Compact(u.problems)
}

// parse parses the files of a package and checks what can be seen without
// types.
func (r *Rewriter) parse(prog *program, pkg Package) (*unit, []Problem) {
	if problems := prog.checkFiles(pkg); len(problems) > 0 {
		return nil, problems
	}
	u := r.unit(prog, pkg)
	if len(u.problems) == 0 {
		if u.own && !(u.probes && u.local) {
			u.checkHeft()
		}
		u.checkSyntax()
	}
	return u, u.fatal()
}

// fatal returns the problems found so far if one of them makes it senseless to
// look for more. What is only refused has types all the same.
func (u *unit) fatal() []Problem {
	if slices.ContainsFunc(u.problems, func(p Problem) bool { return !p.Refused }) {
		return u.sorted()
	}
	return nil
}

// unit parses files, noting problems.
func (r *Rewriter) unit(prog *program, pkg Package) *unit {
	u := &unit{
		program: prog, shims: r.shims, path: pkg.Path, dir: pkg.Dir, lang: cmp.Or(pkg.Lang, goVersion), own: !pkg.Foreign, embed: pkg.Embed != nil,
		refused: map[string]bool{}, noImport: map[token.Pos]bool{},
	}
	if u.probes {
		u.shims = newShims(nil) // it gets the real packages
	}
	files := slices.SortedFunc(slices.Values(pkg.Files), func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range files {
		shown := path.Join(pkg.Dir, f.Name)
		parsed, err := parser.ParseFile(u.fset, shown, f.Src, parser.AllErrors|parser.ParseComments|parser.SkipObjectResolution)
		u.syntaxErrors(shown, err)
		if err != nil {
			continue
		}
		u.files = append(u.files, &file{
			unit: u, name: f.Name, shown: shown, ast: parsed,
			splice:  splice{src: f.Src, tok: u.fset.File(parsed.FileStart)},
			imports: map[string]string{}, funcs: map[ast.Node]string{}, lits: map[string]int{}, isLit: map[string]bool{}, done: map[ast.Node]bool{}, place: map[ast.Expr]bool{}, skip: map[ast.Expr]bool{},
		})
	}
	return u
}

func (u *unit) syntaxErrors(name string, err error) {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return
	}
	line := 0
	for _, e := range list {
		if e.Pos.Line == line || line > 0 && strings.HasSuffix(e.Msg, "found 'EOF'") {
			continue // follows from the first
		}
		line = e.Pos.Line
		u.problems = append(u.problems, Problem{File: name, Line: e.Pos.Line, Col: e.Pos.Column, Msg: "syntax error: " + e.Msg})
	}
}

// check type-checks a parsed package and looks for what the model refuses.
func (r *Rewriter) check(u *unit) []Problem {
	if problems := r.checkTypes(u); len(problems) > 0 {
		return problems
	}
	if u.own && !u.probes {
		u.checkUses()
	}
	return u.sorted()
}

func (r *Rewriter) checkTypes(u *unit) []Problem {
	u.info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Instances:  map[*ast.Ident]types.Instance{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	conf := types.Config{
		GoVersion: u.lang,
		Importer:  importerFunc(func(path string) (*types.Package, error) { return r.loader.load(path, u) }),
		Sizes:     layout,
		Error:     u.typeError,
	}
	var parsed []*ast.File
	for _, f := range u.files {
		parsed = append(parsed, f.ast)
	}
	u.pkg, _ = conf.Check(u.path, u.fset, parsed, u.info) // typeError has the errors
	if u.own {
		u.checkFuncs()
	}
	return u.sorted()
}

// typeError notes an error of the type checker. A message that begins with a
// tab belongs to the one before it.
func (u *unit) typeError(err error) {
	var e types.Error
	if !errors.As(err, &e) || u.noImport[e.Pos] {
		return
	}
	if n := len(u.problems); n > 0 && strings.HasPrefix(e.Msg, "\t") {
		u.problems[n-1].Msg += fmt.Sprintf("\n\t%s: %s", u.fset.PositionFor(e.Pos, false), strings.TrimSpace(e.Msg))
		return
	}
	u.problem(e.Pos, "%s", e.Msg)
}

// checkFuncs finds what the compiler complains about and go/types does not.
func (u *unit) checkFuncs() {
	if u.path == "main" && u.pkg.Scope().Lookup("main") == nil && len(u.problems) == 0 {
		u.problem(u.files[0].ast.Package, "function main is undeclared in the main package")
	}
	for _, f := range u.files {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body == nil && !u.probes {
				u.problem(fn.Name.Pos(), "missing function body")
			}
		}
	}
}

// loader reads packages of the standard library from their export data, each
// once. Positions in them mean nothing to us, so they have a file set of their
// own.
type loader struct{ types.Importer }

func newLoader(open Importer) *loader {
	lookup := func(path string) (io.ReadCloser, error) { return open(path) }
	return &loader{importer.ForCompiler(token.NewFileSet(), "gc", lookup)}
}

var errRefusedImport = errors.New("refused import")

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// load returns a package for u. A package that u may not have does not exist:
// its problem is noted already, and the checker keeps quiet about its uses.
func (l *loader) load(path string, u *unit) (*types.Package, error) {
	if u.refused[path] {
		return nil, errRefusedImport
	}
	if dep := u.units[path]; dep != nil {
		return dep.pkg, nil
	}
	if u.shims.has(path) && strings.HasPrefix(path, "interleave/") {
		path = shimPath + path // declares what the real one does
	}
	if u.std && strings.HasPrefix(path, "golang.org/x/") {
		path = "vendor/" + path
	}
	pkg, err := l.Import(path)
	if err != nil && u.broken == nil && !u.probes { // which may import what there is not
		u.broken = fmt.Errorf("import %s: %w", path, err)
	}
	return pkg, err
}
