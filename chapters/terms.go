package chapters

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// atOnce is how many terms are marked in one paragraph: more of them are no
// pleasure to read.
const atOnce = 2

// mark makes links to the glossary of the terms in a lesson's prose: of each
// the first occurrence that is not in a heading, code or a link. What the
// lesson itself teaches is left to it.
func (l *Lesson) mark(terms []Term, lang string) {
	m := marker{lang: lang, forms: make(map[rune][]wording), done: make(map[string]bool)}
	for _, t := range terms {
		m.done[t.ID] = t.Lab == l.Lab
		for _, text := range t.Finds {
			first, _ := utf8.DecodeRuneInString(text)
			f := wording{text: text, id: t.ID, fold: text == strings.ToLower(text)}
			m.forms[unicode.ToLower(first)] = append(m.forms[unicode.ToLower(first)], f)
		}
	}
	for _, forms := range m.forms {
		slices.SortStableFunc(forms, func(a, b wording) int { return cmp.Compare(len(b.text), len(a.text)) })
	}
	l.Blocks = slices.Clone(l.Blocks)
	for i, b := range l.Blocks {
		if h, ok := b.(HTML); ok {
			l.Blocks[i] = m.html(h)
		}
	}
	l.Terms = m.found
}

// wording is one that a text is searched for.
type wording struct {
	text string
	id   string
	fold bool // in any case
}

// marker marks terms in one text.
type marker struct {
	lang  string
	forms map[rune][]wording // by the first letter, the longest first
	done  map[string]bool
	found []string

	left int // of the paragraph
}

// quiet are the elements in which no term is marked.
var quiet = []atom.Atom{
	atom.A, atom.Code, atom.Pre, atom.Samp, atom.Kbd, atom.Sup, atom.Button, atom.Figure, atom.Th,
	atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
}

// html marks terms in a piece of our own HTML, which is otherwise as it was.
func (m *marker) html(h HTML) HTML {
	var out bytes.Buffer
	z := html.NewTokenizer(strings.NewReader(string(h)))
	silent := 0
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken: // the end: a string is read without errors
			return HTML(out.String())
		case html.StartTagToken, html.EndTagToken:
			raw := bytes.Clone(z.Raw())
			name, _ := z.TagName()
			switch a := atom.Lookup(name); {
			case slices.Contains(quiet, a) && kind == html.StartTagToken:
				silent++
			case slices.Contains(quiet, a):
				silent--
			case a == atom.P, a == atom.Li, a == atom.Td:
				m.left = atOnce
			}
			out.Write(raw)
		case html.TextToken:
			if silent > 0 {
				out.Write(z.Raw())
			} else {
				m.text(&out, string(z.Raw()))
			}
		default:
			out.Write(z.Raw())
		}
	}
}

// text marks terms in a text between two tags.
func (m *marker) text(out *bytes.Buffer, text string) {
	before := rune(' ')
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		f, end := m.at(text, at, before)
		if end == 0 {
			out.WriteString(text[at : at+size])
			at, before = at+size, r
			continue
		}
		word := text[at : at+end]
		if m.left > 0 && !m.done[f.id] {
			m.left--
			m.done[f.id] = true
			m.found = append(m.found, f.id)
			word = fmt.Sprintf("<a class=\"term\" href=\"/%s/glossary#%s\" data-term=\"%s\">%s</a>", m.lang, f.id, f.id, word)
		}
		out.WriteString(word)
		at += end
		before, _ = utf8.DecodeLastRuneInString(text[:at])
	}
}

// at returns the longest form that begins at a place of the text and how long
// it is there; 0 if none does.
func (m *marker) at(text string, at int, before rune) (wording, int) {
	first, _ := utf8.DecodeRuneInString(text[at:])
	for _, f := range m.forms[unicode.ToLower(first)] {
		if latin(first) && latin(before) {
			continue // within a word
		}
		if n := f.in(text[at:]); n > 0 {
			return f, n
		}
	}
	return wording{}, 0
}

// in returns how long the form is at the beginning of a text, as whole words;
// 0 if it is not there.
func (f wording) in(text string) int {
	n := 0
	for _, want := range f.text {
		r, size := utf8.DecodeRuneInString(text[n:])
		switch {
		case want == ' ' && unicode.IsSpace(r):
			n += size
			for {
				r, size := utf8.DecodeRuneInString(text[n:])
				if !unicode.IsSpace(r) {
					break
				}
				n += size
			}
		case r == want, f.fold && unicode.ToLower(r) == want:
			n += size
		default:
			return 0
		}
	}
	last, _ := utf8.DecodeLastRuneInString(f.text)
	if !latin(last) {
		return n
	}
	if strings.HasPrefix(text[n:], "s") {
		n++
	}
	if next, _ := utf8.DecodeRuneInString(text[n:]); latin(next) {
		return 0
	}
	return n
}

// latin tells whether a letter is of those that make words between spaces; a
// hyphen joins two into one.
func latin(r rune) bool {
	return r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r == '_' || r == '-'
}

// A Section is a part of a lesson, from one heading to the next.
type Section struct {
	ID    string // of the heading; "" before the first one
	Title string
	Text  string // what is read there, without questions' answers
}

// Sections returns the lesson's text in parts, to be searched.
func (l Lesson) Sections() []Section {
	s := sections{all: []Section{{}}}
	for _, b := range l.Blocks {
		switch b := b.(type) {
		case HTML:
			s.html(b)
		case Predict:
			s.say(plainText(b.Ask))
		case Outcomes:
			s.say(plainText(b.Ask))
		case Run:
			s.say(plainText(b.Watch))
		case Moment:
			s.say(plainText(b.Say))
		case Measure:
			s.say(plainText(b.Claim))
		case Blanks:
			s.say(plainText(b.Ask))
		case Order:
			s.say(plainText(b.Ask))
		}
	}
	for i := range s.all {
		s.all[i].Title = strings.Join(strings.Fields(s.all[i].Title), " ")
		s.all[i].Text = strings.Join(strings.Fields(s.all[i].Text), " ")
	}
	return s.all
}

// sections are those of one lesson while they are put together.
type sections struct{ all []Section }

func (s *sections) say(text string) { s.all[len(s.all)-1].Text += " " + text }

// flowing are the elements within which a text goes on.
var flowing = []atom.Atom{atom.A, atom.Code, atom.Em, atom.Strong, atom.Span, atom.Sup, atom.Del}

func (s *sections) html(h HTML) {
	z := html.NewTokenizer(strings.NewReader(string(h)))
	heading, anchor := false, false
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return
		case html.TextToken:
			text := string(z.Text())
			switch last := &s.all[len(s.all)-1]; {
			case anchor:
			case heading:
				last.Title += text
			default:
				last.Text += text
			}
		case html.StartTagToken, html.EndTagToken:
			t := z.Token()
			switch start := kind == html.StartTagToken; {
			case t.DataAtom == atom.H2, t.DataAtom == atom.H3:
				heading = start
				if start {
					s.all = append(s.all, Section{ID: attribute(t, "id")})
				}
			case t.DataAtom == atom.A:
				anchor = start && attribute(t, "class") == "anchor"
			case !slices.Contains(flowing, t.DataAtom):
				s.say("")
			}
		}
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
