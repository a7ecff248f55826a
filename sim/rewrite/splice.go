package rewrite

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// A part is a piece of what an edit puts in the place of source text: text as
// it is, or a range of the source with the edits inside it.
type part struct {
	text     string
	from, to token.Pos // a range of the source, if from is valid
}

// text returns formatted text as a part.
func text(format string, args ...any) part {
	if len(args) == 0 {
		return part{text: format}
	}
	return part{text: fmt.Sprintf(format, args...)}
}

// source returns the source of n as a part.
func source(n ast.Node) part { return part{from: n.Pos(), to: n.End()} }

// splice collects the edits of one file and makes them. What is not edited
// stays byte for byte: nothing is ever printed from a syntax tree, and a line
// directive after each edit gives the compiler the learner's own lines and
// columns.
type splice struct {
	src   []byte
	tok   *token.File
	edits []edit
}

// An edit replaces the source in [pos, end) with parts. Edits nest: one that
// lies inside another appears where the parts of the outer one cover it. Of
// two edits of the same range the one that was registered first is the outer.
type edit struct {
	pos, end int
	seq      int
	parts    []part
}

// edit replaces [from, to).
func (s *splice) edit(from, to token.Pos, parts ...part) {
	s.edits = append(s.edits, edit{s.tok.Offset(from), s.tok.Offset(to), len(s.edits), parts})
}

// replace replaces the source of n.
func (s *splice) replace(n ast.Node, parts ...part) { s.edit(n.Pos(), n.End(), parts...) }

// insert puts parts before pos.
func (s *splice) insert(pos token.Pos, parts ...part) { s.edit(pos, pos, parts...) }

// apply returns the source with all edits made.
func (s *splice) apply() []byte {
	slices.SortFunc(s.edits, func(a, b edit) int {
		if a.pos == b.pos && a.pos != a.end && b.pos != b.end {
			return cmp.Or(cmp.Compare(b.end, a.end), cmp.Compare(a.seq, b.seq))
		}
		return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(a.seq, b.seq))
	})
	w := writer{splice: s, open: map[int]bool{}}
	fmt.Fprintf(&w.out, "/*line %s:1:1*/", s.tok.Name())
	w.write(0, len(s.src), -1)
	return []byte(w.out.String())
}

// writer makes the edits of a splice.
type writer struct {
	*splice
	out  strings.Builder
	open map[int]bool // the edits that are being made, by seq
}

// write writes [from, to) of the source for the edit whose seq is owner, or -1.
func (w *writer) write(from, to, owner int) {
	at := from
	first, _ := slices.BinarySearchFunc(w.edits, from, func(e edit, pos int) int { return cmp.Compare(e.pos, pos) })
	for _, e := range w.edits[first:] {
		if e.pos > to || e.pos == to && owner >= 0 {
			break
		}
		if e.pos < at || e.end > to || w.open[e.seq] || e.pos == from && e.seq < owner {
			continue
		}
		w.out.Write(w.src[at:e.pos])
		w.make(e)
		at = e.end
		if at < to {
			w.mark(at)
		}
	}
	w.out.Write(w.src[at:to])
}

func (w *writer) make(e edit) {
	w.open[e.seq] = true
	for _, p := range e.parts {
		if !p.from.IsValid() {
			w.out.WriteString(p.text)
			continue
		}
		from := w.tok.Offset(p.from)
		w.mark(from)
		w.write(from, w.tok.Offset(p.to), e.seq)
	}
	delete(w.open, e.seq)
}

// mark tells the compiler where the text that follows stands in the source.
func (w *writer) mark(offset int) {
	p := w.tok.PositionFor(w.tok.Pos(offset), false)
	fmt.Fprintf(&w.out, "/*line :%d:%d*/", p.Line, p.Column)
}
