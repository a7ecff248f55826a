// Package search finds words in what there is to read: lessons, labs, terms.
//
// A query is words between spaces, and runs of Han characters, which have no
// spaces. Every one of them has to be found in a document, in whatever part: a
// word as itself, as the beginning of a longer one, or, from five letters on,
// with one letter missing, added or changed; a run as it stands, or most of its
// pairs of characters. Titles count more than headings, headings more than text.
//
// # Decisions
//
// An index is read from the first word to the last for every query. All lessons
// together are some ten thousand different words, which takes a millisecond or
// two; an inverted index would save that and have to be kept right.
package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Doc is something that can be found.
type Doc struct {
	Title    string
	Also     string // other names
	Sections []Section
}

// A Section is a part of a document that can be gone to by itself.
type Section struct {
	ID    string // of its heading; "" for the document's beginning
	Title string
	Text  string
}

// A Hit is a document in which all of a query was found.
type Hit struct {
	Doc     int     // by its number in the index
	Section Section // where most of it is
	Title   []Part
	Heading []Part
	Text    []Part // a piece of the section around what was found

	Score float64 // how good it is, beside others of the same query
}

// A Part is a piece of a text that was found or stands around it.
type Part struct {
	Text  string `json:"text"`
	Found bool   `json:"found,omitempty"`
}

// An Index is documents, ready to be searched. It does not change.
type Index struct{ docs []doc }

type doc struct {
	Doc

	title, also field
	sections    []section
}

type section struct{ title, text field }

// New returns an index of documents.
func New(docs []Doc) *Index {
	x := &Index{}
	for _, d := range docs {
		kept := doc{Doc: d, title: newField(d.Title), also: newField(d.Also)}
		for _, s := range d.Sections {
			kept.sections = append(kept.sections, section{newField(s.Title), newField(s.Text)})
		}
		x.docs = append(x.docs, kept)
	}
	return x
}

// How much finding something is worth, by where it is.
const (
	inTitle   = 100
	inAlso    = 60
	inHeading = 30
	inText    = 5
	whole     = 150 // the title is what was asked for
)

// Find returns the documents with all of a query, the best first. It is empty
// for a query without a letter or digit.
func (x *Index) Find(query string) []Hit {
	terms := read(query)
	if len(terms) == 0 {
		return nil
	}
	var hits []Hit
	for i := range x.docs {
		if h, ok := x.docs[i].find(terms); ok {
			h.Doc = i
			if fold(strings.TrimSpace(query)) == fold(x.docs[i].Title) {
				h.Score += whole
			}
			hits = append(hits, h)
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	return hits
}

// find looks for all terms in a document and for the section that has most.
func (d *doc) find(terms []term) (Hit, bool) {
	best := make([]float64, len(terms)) // of each term, all over the document
	raise := func(i int, score float64) float64 {
		best[i] = max(best[i], score)
		return score
	}
	for i, t := range terms {
		raise(i, inTitle*t.in(d.title))
		raise(i, inAlso*t.in(d.also))
	}
	at, top := 0, 0.0
	for n, s := range d.sections {
		sum := 0.0
		for i, t := range terms {
			heading, text := raise(i, inHeading*t.in(s.title)), raise(i, inText*t.in(s.text))
			sum += heading + text
		}
		if sum > top {
			at, top = n, sum
		}
	}
	h := Hit{Score: top / 10} // of two that have it in their titles, the one that speaks of it
	for _, score := range best {
		if score == 0 {
			return Hit{}, false
		}
		h.Score += score
	}
	h.Score += whole / 3 * d.title.share(terms)
	h.Title = d.title.parts(terms, 0, len(d.Title))
	if at < len(d.sections) {
		h.Section = d.Sections[at]
		s := d.sections[at]
		h.Heading = s.title.parts(terms, 0, len(h.Section.Title))
		from, to := s.text.around(terms)
		h.Text = s.text.parts(terms, from, to)
	}
	return h, true
}

// field is a text with its words.
type field struct {
	text  string
	words []word
}

// word is a word of Latin letters, or one Han character, in a field.
type word struct {
	text     string // folded
	from, to int    // in the field's text
	han      bool
}

func newField(text string) field { return field{text, split(text)} }

// split returns the words of a text.
func split(text string) []word {
	var all []word
	start := -1
	end := func(at int) {
		if start >= 0 {
			all = append(all, word{fold(text[start:at]), start, at, false})
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			end(i)
			all = append(all, word{string(r), i, i + utf8.RuneLen(r), true})
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			if start < 0 {
				start = i
			}
		default:
			end(i)
		}
	}
	end(len(text))
	return all
}

// fold makes small letters, and narrow ones of wide ones.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r += '!' - '！'
		}
		return unicode.ToLower(r)
	}, text)
}

// term is a part of a query: a word, or a run of Han characters.
type term struct {
	text string
	han  []string // its characters; nil for a word
}

// What of a query counts; nobody types more.
const (
	maxQuery = 100 // characters
	maxTerms = 8
)

// read returns the parts of a query.
func read(query string) []term {
	if runes := []rune(query); len(runes) > maxQuery {
		query = string(runes[:maxQuery])
	}
	var all []term
	last := -1 // where the run ends that goes on
	for _, w := range split(query) {
		switch n := len(all) - 1; {
		case w.han && last == w.from:
			all[n].text += w.text
			all[n].han = append(all[n].han, w.text)
		case w.han:
			all = append(all, term{w.text, []string{w.text}})
		default:
			all = append(all, term{text: w.text})
		}
		last = -1
		if w.han {
			last = w.to
		}
	}
	return all[:min(len(all), maxTerms)]
}

// How good a find is.
const (
	exact   = 1.0
	begins  = 0.7
	mistype = 0.4
	most    = 0.3
)

// in returns how well the term is found in a field; 0 if it is not there.
func (t term) in(f field) float64 {
	best := 0.0
	t.each(f, func(_, _ int, score float64) { best = max(best, score) })
	return best
}

// each calls found with every place of the field where the term is.
func (t term) each(f field, found func(from, to int, score float64)) {
	if t.han != nil {
		t.eachRun(f, found)
		return
	}
	for _, w := range f.words {
		if w.han {
			continue
		}
		if score := t.like(w.text); score > 0 {
			found(w.from, w.to, score)
		}
	}
}

// like returns how much a word is the term.
func (t term) like(word string) float64 {
	switch {
	case word == t.text:
		return exact
	case utf8.RuneCountInString(t.text) < 2:
		return 0
	case strings.HasPrefix(word, t.text):
		return begins
	case utf8.RuneCountInString(t.text) >= 5 && near([]rune(t.text), []rune(word)):
		return mistype
	}
	return 0
}

// near tells whether one letter more, less or other, or two letters the other
// way round, make b, or its beginning, of a.
func near(a, b []rune) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	rest := func(a, b []rune) bool { return len(a) <= len(b) && slices.Equal(a, b[:len(a)]) }
	switch {
	case i == len(a):
		return true // the beginning
	case rest(a[i+1:], b[i:]): // one too many in a
		return true
	case i == len(b):
		return false
	}
	return rest(a[i:], b[i+1:]) || rest(a[i+1:], b[i+1:]) ||
		i+1 < len(a) && i+1 < len(b) && a[i] == b[i+1] && a[i+1] == b[i] && rest(a[i+2:], b[i+2:])
}

// eachRun finds a run of Han characters as it is, or else, if it has three or
// more, most of its pairs.
func (t term) eachRun(f field, found func(from, to int, score float64)) {
	there := false
	for i := range f.words {
		if to, ok := f.run(i, t.han); ok {
			there = true
			found(f.words[i].from, to, exact)
		}
	}
	if there || len(t.han) < 3 {
		return
	}
	seen := 0
	type place struct{ from, to int }
	var places []place
	for n := range len(t.han) - 1 {
		any := false
		for i := range f.words {
			if to, ok := f.run(i, t.han[n:n+2]); ok {
				any = true
				places = append(places, place{f.words[i].from, to})
			}
		}
		if any {
			seen++
		}
	}
	if pairs := len(t.han) - 1; seen*3 >= pairs*2 {
		for _, p := range places {
			found(p.from, p.to, most)
		}
	}
}

// run tells whether the characters stand in the field from the i-th word on,
// and where they end.
func (f field) run(i int, han []string) (int, bool) {
	if i+len(han) > len(f.words) {
		return 0, false
	}
	for n, c := range han {
		w := f.words[i+n]
		if w.text != c || n > 0 && f.words[i+n-1].to != w.from {
			return 0, false
		}
	}
	return f.words[i+len(han)-1].to, true
}

// How much of a text is shown around what was found, in words.
const (
	before = 8
	after  = 22
)

// share returns how much of the field's words are found.
func (f field) share(terms []term) float64 {
	n := 0
	for _, w := range f.words {
		one := field{f.text, []word{w}}
		if slices.ContainsFunc(terms, func(t term) bool { return t.in(one) > 0 || slices.Contains(t.han, w.text) }) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(f.words)))
}

// around returns where a piece of the field begins and ends that holds the best
// find; the field's beginning if it holds none.
func (f field) around(terms []term) (from, to int) {
	if len(f.words) == 0 {
		return 0, 0
	}
	best, at := 0.0, 0
	for _, t := range terms {
		t.each(f, func(from, _ int, score float64) {
			if score > best {
				best, at = score, from
			}
		})
	}
	i, _ := slices.BinarySearchFunc(f.words, at, func(w word, at int) int { return cmp.Compare(w.from, at) })
	scale := 1
	if f.words[i].han {
		scale = 2 // a character is less than a word
	}
	first := max(0, i-before*scale)
	last := min(len(f.words)-1, i+after*scale)
	if first > 0 {
		from = f.words[first].from
	}
	to = len(f.text)
	if last < len(f.words)-1 {
		to = f.words[last].to
	}
	return from, to
}

// parts returns a piece of the field in which what was found is marked; what
// is left out is shown by an ellipsis.
func (f field) parts(terms []term, from, to int) []Part {
	type place struct{ from, to int }
	var places []place
	for _, t := range terms {
		t.each(f, func(a, b int, _ float64) {
			if a >= from && b <= to {
				places = append(places, place{a, b})
			}
		})
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	var all []Part
	add := func(text string, found bool) {
		if text != "" {
			all = append(all, Part{text, found})
		}
	}
	if from > 0 {
		add("… ", false)
	}
	at := from
	for _, p := range places {
		if p.to <= at {
			continue
		}
		p.from = max(p.from, at)
		add(f.text[at:p.from], false)
		add(f.text[p.from:p.to], true)
		at = p.to
	}
	add(f.text[at:to], false)
	if to < len(f.text) {
		add(" …", false)
	}
	return all
}
