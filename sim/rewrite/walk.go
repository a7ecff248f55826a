package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// rewrite makes the edits of every file.
func (u *unit) rewrite() []Problem {
	u.firstSite = u.sites.begin()
	for _, f := range u.files {
		f.dropConstraint()
		ast.PreorderStack(f.ast, nil, f.visit)
	}
	if !u.std {
		u.rewriteInits()
	}
	for _, f := range u.files {
		f.rewriteImports()
	}
	return u.sorted()
}

// dropConstraint removes the build constraint: it has had its effect, and our
// own first line would be before it.
func (f *file) dropConstraint() {
	if f.dropped {
		return
	}
	f.dropped = true
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			if c.Pos() < f.ast.Package && strings.HasPrefix(c.Text, "//go:build ") {
				f.edit(c.Pos(), c.End(), text("//"))
			}
		}
	}
}

// visit makes the edits for n alone; what is inside n is visited afterwards,
// so that of two edits of the same range the outer one comes first.
func (f *file) visit(n ast.Node, stack []ast.Node) bool {
	if f.seesMemory() {
		if inside, others := f.access(n, stack); !others {
			return inside
		}
	}
	switch n := n.(type) {
	case *ast.GoStmt:
		f.goStmt(n, stack)
	case *ast.DeferStmt:
		f.deferStmt(n, stack)
	case *ast.ExprStmt:
		f.exprStmt(n, stack)
	case *ast.SendStmt:
		f.send(n, stack)
	case *ast.SelectStmt:
		f.selectStmt(n, stack)
	case *ast.AssignStmt:
		f.assign(n, stack)
	case *ast.IncDecStmt:
		f.noteKey(n.X)
	case *ast.BranchStmt:
		f.branch(n, stack)
	case *ast.ForStmt:
		f.sharedLoopVars(n, stack)
		f.tick(n.Body)
	case *ast.RangeStmt:
		f.rangeStmt(n, stack)
	case *ast.UnaryExpr:
		f.receive(n, stack)
	case *ast.CallExpr:
		f.call(n, stack)
	case *ast.CompositeLit:
		f.noteKeys(n)
	case *ast.SelectorExpr:
		f.foreignUse(n)
	case *ast.FuncLit:
		f.litName(n, stack)
		f.noteDepends(n.Body)
	case *ast.FuncDecl:
		f.noteDepends(n.Body)
	case *ast.Ident:
		f.ident(n)
	}
	return true
}

// runtime is the path of the runtime that the edits call.
func (u *unit) runtime() string {
	if u.probes {
		return probePath
	}
	return rtPath
}

// rt returns text that uses the runtime.
func (f *file) rt(format string, args ...any) part {
	f.usesRT = true
	return text(format, args...)
}

// tick puts a look at the clock at the head of a loop's body.
func (f *file) tick(body *ast.BlockStmt) {
	f.insert(body.Lbrace+1, f.rt(" ɪ.Tick();"))
}

// branch puts a look at the clock before a goto that makes a loop.
func (f *file) branch(n *ast.BranchStmt, stack []ast.Node) {
	if n.Tok != token.GOTO || !inList(n, stack) {
		return
	}
	if label, ok := f.info.Uses[n.Label]; ok && label.Pos() < n.Pos() {
		f.replace(n, f.rt("{ ɪ.Tick(); "), source(n), text(" }"))
	}
}

// ident renames main and init: the generated file calls them.
func (f *file) ident(n *ast.Ident) {
	if f.std {
		return
	}
	obj := f.info.Defs[n]
	if obj == nil {
		obj = f.info.Uses[n]
	}
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() != f.pkg || fn.Signature().Recv() != nil {
		return
	}
	switch {
	case n.Name == "main" && f.path == "main" && fn.Parent() == f.pkg.Scope():
		f.replace(n, text("ɪmain"))
	case n.Name == "init" && f.info.Defs[n] != nil:
		f.setups = append(f.setups, fmt.Sprintf("ɪinit%d", len(f.setups)))
		f.replace(n, text("%s", f.setups[len(f.setups)-1]))
	}
}

// inList reports whether a block may stand in n's place.
func inList(n ast.Node, stack []ast.Node) bool {
	switch outer := stack[len(stack)-1].(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.LabeledStmt:
		return true
	case *ast.CommClause:
		return outer.Comm != n
	}
	return false
}

// rewriteImports sends imports to the shims and adds what the edits need.
func (f *file) rewriteImports() {
	for _, spec := range f.ast.Imports {
		if to := f.newPath(importPath(spec)); to != importPath(spec) {
			f.replace(spec.Path, text("%q", to))
		}
	}
	var added bytes.Buffer
	if f.usesRT {
		fmt.Fprintf(&added, "; import ɪ %q", f.runtime())
	}
	for _, path := range slices.Sorted(maps.Keys(f.imports)) {
		fmt.Fprintf(&added, "; import %s %q", f.imports[path], path)
	}
	if added.Len() > 0 {
		f.insert(f.ast.Name.End(), text("%s", added.String()))
	}
}

// newPath returns the path under which a rewritten program imports a package.
func (u *unit) newPath(path string) string {
	if !u.probes && path != u.path && (u.shims.has(path) || slices.Contains(Libraries, path)) {
		return shimPath + path
	}
	return path
}

func importPath(spec *ast.ImportSpec) string {
	path, _ := strconv.Unquote(spec.Path.Value)
	return path
}

// importPaths returns what the output imports, sorted.
func (u *unit) importPaths() []string {
	paths := map[string]bool{}
	if !u.probes {
		paths[rtPath] = true
	}
	for _, f := range u.files {
		if f.usesRT {
			paths[f.runtime()] = true
		}
		for _, spec := range f.ast.Imports {
			paths[u.newPath(importPath(spec))] = true
		}
		for path := range f.imports {
			paths[path] = true
		}
	}
	if u.observed && u.path == "main" {
		paths[observePath] = true
		if !u.stock {
			paths[probePath] = true
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// output returns the rewritten files.
func (u *unit) output() []File {
	var files []File
	for _, f := range u.files {
		src := f.src
		if !u.probes || len(f.edits) > 0 || u.own && !u.stock && u.dir != "" {
			src = f.apply() // and so it is called what people call it
		}
		files = append(files, File{Name: f.name, Src: src})
	}
	return files
}
