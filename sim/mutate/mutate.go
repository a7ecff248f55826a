// Package mutate makes wrong programs of a right one: it drops an Unlock, takes
// the buffer from a channel, swaps two statements. A test that cannot tell such
// a mutant from the original has a hole.
//
// The method is mutation analysis (DeMillo, Lipton and Sayward, "Hints on test
// data selection", 1978), with changes that break concurrency in the ways in
// which people break it; compare Bradbury, Cordy and Dingel, "Mutation operators
// for concurrent Java", 2006.
//
// # Decisions
//
// A mutant is the source with some bytes replaced, not a printed syntax tree:
// its difference to the original is then exactly the change. What does not
// compile is not sorted out here: that takes types, and whoever runs a mutant
// builds it anyway.
package mutate

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
)

// A File is one file of a program.
type File struct {
	Name string
	Src  []byte
}

// A Mutant is a program with one change.
type Mutant struct {
	// Name says what was changed and in which function: "Pool.Close: drop
	// close(p.queue)". Where a function has the same change twice, the second
	// one is called "… (2)". It does not change when the file grows elsewhere.
	Name string
	File string
	Line int // of the original
	Src  []byte
	Diff string // the lines that differ, those of the original behind a -
}

// Mutants returns the mutants of a program, in the order of its files and
// lines. The function main is left as it is, since tests do not call it. The
// error is the first file's that does not parse.
func Mutants(files []File) ([]Mutant, error) {
	var all []Mutant
	for _, f := range files {
		mutants, err := ofFile(f)
		if err != nil {
			return nil, err
		}
		all = append(all, mutants...)
	}
	return all, nil
}

func ofFile(f File) ([]Mutant, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, f.Name, f.Src, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	m := &mutator{src: f.Src, file: fset.File(parsed.Pos())}
	for _, decl := range parsed.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil && funcName(fn) != "main" {
			m.function(funcName(fn), fn.Body)
		}
	}
	return m.mutants(f), nil
}

// edit replaces the bytes from from to to.
type edit struct {
	from, to int
	text     string
}

// change is a mutant to be: some edits of one file.
type change struct {
	name  string
	edits []edit
}

// mutator collects the changes of one file.
type mutator struct {
	src     []byte
	file    *token.File
	within  string // the function that is looked at
	changes []change
}

func (m *mutator) offset(p token.Pos) int { return m.file.Offset(p) }

func (m *mutator) text(n ast.Node) string { return string(m.src[m.offset(n.Pos()):m.offset(n.End())]) }

// short is the text of a node up to the end of its first line.
func (m *mutator) short(n ast.Node) string {
	line, rest, more := bytes.Cut([]byte(m.text(n)), []byte("\n"))
	if more && len(rest) > 0 {
		return string(bytes.TrimSpace(line)) + "…"
	}
	return string(line)
}

// add notes a change. The name is completed by the function.
func (m *mutator) add(edits []edit, format string, args ...any) {
	m.changes = append(m.changes, change{m.within + ": " + fmt.Sprintf(format, args...), edits})
}

// replace is the edit that puts text in the place of a node.
func (m *mutator) replace(n ast.Node, text string) edit {
	return edit{m.offset(n.Pos()), m.offset(n.End()), text}
}

// drop is the edit that removes a statement, with its line if it has one to
// itself.
func (m *mutator) drop(n ast.Node) edit {
	from, to := m.offset(n.Pos()), m.offset(n.End())
	start := bytes.LastIndexByte(m.src[:from], '\n') + 1
	end := to + bytes.IndexByte(m.src[to:], '\n') + 1
	alone := end > to && len(bytes.TrimSpace(m.src[start:from])) == 0
	if rest := bytes.TrimSpace(m.src[to:max(end, to)]); alone && (len(rest) == 0 || bytes.HasPrefix(rest, []byte("//"))) {
		return edit{start, end, ""}
	}
	return edit{from, to, ""}
}

// mutants carries out the changes. Those that come to the same text as one
// before them, or to the original's, are left out.
func (m *mutator) mutants(f File) []Mutant {
	original, err := format.Source(f.Src)
	if err != nil {
		original = f.Src
	}
	seen := map[string]bool{string(original): true}
	names := make(map[string]int)
	var all []Mutant
	for _, c := range m.changes {
		src, err := format.Source(m.apply(c.edits))
		if err != nil || seen[string(src)] {
			continue
		}
		seen[string(src)] = true
		names[c.name]++
		if n := names[c.name]; n > 1 {
			c.name = fmt.Sprintf("%s (%d)", c.name, n)
		}
		line, text := difference(original, src)
		all = append(all, Mutant{Name: c.name, File: f.Name, Line: line, Src: src, Diff: text})
	}
	slices.SortStableFunc(all, func(a, b Mutant) int { return cmp.Compare(a.Line, b.Line) })
	return all
}

func (m *mutator) apply(edits []edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out []byte
	at := 0
	for _, e := range edits {
		if e.from < at {
			continue // within what an edit before it replaced
		}
		out = append(append(out, m.src[at:e.from]...), e.text...)
		at = e.to
	}
	return append(out, m.src[at:]...)
}

// funcName is a function's name, Type.Name for a method.
func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) != 1 {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "." + d.Name.Name
		default:
			return d.Name.Name
		}
	}
}
