package rewrite

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"sort"
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

// An edit replaces the source in [pos, end) with parts. Edits nest: one that
// lies inside another appears where the parts of the outer one cover it, and
// parts may cover any place, so that source can be moved. Of two edits of the
// same range the one that was made first is the outer.
type edit struct {
	pos, end token.Pos
	parts    []part
	open     bool // being written: it does not apply to its own parts
}

// splice collects the edits of one file and makes them. What is not edited
// stays byte for byte: nothing is ever printed from a syntax tree, and a line
// directive where it takes one gives the compiler the learner's own lines and
// columns.
type splice struct {
	src   []byte
	tok   *token.File
	edits []edit
	out   bytes.Buffer
	at    token.Position // where the compiler believes the next byte of out to be
	line  int            // where the last line of out begins
}

// breakAfter is the length at which a line of the output is broken where it
// can be: the compiler forgets columns beyond 255, its own and ours alike.
const breakAfter = 100

// edit replaces [from, to).
func (s *splice) edit(from, to token.Pos, parts ...part) {
	s.edits = append(s.edits, edit{pos: from, end: to, parts: parts})
}

// replace replaces the source of n.
func (s *splice) replace(n ast.Node, parts ...part) { s.edit(n.Pos(), n.End(), parts...) }

// insert puts parts before pos.
func (s *splice) insert(pos token.Pos, parts ...part) { s.edit(pos, pos, parts...) }

// apply returns the source with all edits made.
func (s *splice) apply() []byte {
	slices.SortStableFunc(s.edits, func(a, b edit) int {
		if a.pos == b.pos && (a.pos == a.end) != (b.pos == b.end) { // insertions first
			return cmp.Compare(a.end, b.end)
		}
		return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(b.end, a.end))
	})
	s.out.Grow(2 * len(s.src))
	fmt.Fprintf(&s.out, "/*line %s:1:1*/", s.tok.Name())
	s.at = token.Position{Line: 1, Column: 1}
	s.write(s.tok.Pos(0), s.tok.Pos(len(s.src)), true)
	return s.out.Bytes()
}

// write writes [from, to) with the edits inside it. Insertions right at its
// ends belong to what surrounds it, unless it is the whole file.
func (s *splice) write(from, to token.Pos, whole bool) {
	at := from
	for i := s.firstFrom(from); i < len(s.edits) && s.edits[i].pos <= to; i++ {
		e := &s.edits[i]
		outside := e.pos == e.end && (e.pos == from || e.pos == to) && !whole
		if e.open || outside || e.end > to {
			continue
		}
		s.copy(at, e.pos)
		s.make(e)
		if at = e.end; e.pos < e.end {
			i = s.firstFrom(at) - 1 // past all that is inside e
		}
	}
	s.copy(at, to)
}

// firstFrom returns the index of the first edit at or after pos.
func (s *splice) firstFrom(pos token.Pos) int {
	return sort.Search(len(s.edits), func(i int) bool { return s.edits[i].pos >= pos })
}

func (s *splice) make(e *edit) {
	e.open = true
	if pos := s.tok.PositionFor(e.pos, false); pos.Line != s.at.Line {
		s.mark(pos) // what we put in is on the line that it stands for
	}
	for _, p := range e.parts {
		if p.from.IsValid() {
			s.write(p.from, p.to, false)
			continue
		}
		s.out.WriteString(p.text)
		s.at.Column += len(p.text)
	}
	e.open = false
}

// copy writes [from, to) as it is, in its place for the compiler.
func (s *splice) copy(from, to token.Pos) {
	if from >= to {
		return
	}
	chunk := s.src[s.tok.Offset(from):s.tok.Offset(to)]
	pos := s.tok.PositionFor(from, false)
	if pos.Line != s.at.Line || pos.Column != s.at.Column && !endsLine(chunk) {
		s.mark(pos)
	}
	if i := bytes.LastIndexByte(chunk, '\n'); i >= 0 {
		s.line = s.out.Len() + i + 1
	}
	s.out.Write(chunk)
	s.at = s.tok.PositionFor(to, false)
}

// mark tells the compiler where the text that follows stands in the source.
func (s *splice) mark(pos token.Position) {
	if s.out.Len()-s.line > breakAfter && canBreak(s.out.Bytes()) {
		s.out.WriteByte('\n')
		s.line = s.out.Len()
	}
	fmt.Fprintf(&s.out, "/*line :%d:%d*/", pos.Line, pos.Column)
	s.at = pos
}

// canBreak reports whether a newline after b changes nothing: it ends a
// statement only after certain tokens, and these are none.
func canBreak(b []byte) bool {
	b = bytes.TrimRight(b, " \t")
	return len(b) > 0 && bytes.IndexByte([]byte("({;,"), b[len(b)-1]) >= 0
}

// endsLine reports whether b has nothing but spaces before its first newline:
// after that the columns are right by themselves.
func endsLine(b []byte) bool {
	i := bytes.IndexByte(b, '\n')
	return i >= 0 && len(bytes.TrimSpace(b[:i])) == 0
}
