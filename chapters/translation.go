package chapters

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"interleave/labs"
)

// Translations compares every text of the book with the one in another
// language, NAME.<lang>.md beside NAME.en.md: headings of the same levels and
// ids, the same blocks in the same order, with the same settings, code and
// right answers, and links to the same places. Only the words differ. Each
// error is a *Problem in the translation; that there is none is a warning.
func Translations(fsys fs.FS, set *labs.Set, lang string) []error {
	l, err := read(fsys, set)
	if err != nil {
		return []error{err}
	}
	var wrong []error
	for _, r := range l.order {
		if r.doc == nil || len(r.wrong.list) > 0 {
			continue // first things first
		}
		name := Translation(r.wrong.file, lang)
		src, err := fs.ReadFile(fsys, name)
		if errors.Is(err, fs.ErrNotExist) {
			wrong = append(wrong, &Problem{File: name, About: "languages", Warning: true, Msg: "it is not translated yet"})
			continue
		}
		if err != nil {
			return append(wrong, fmt.Errorf("read a translation: %w", err))
		}
		wrong = append(wrong, r.compare(name, src, lang)...)
	}
	return wrong
}

// compare returns what of the translation is not as it is in r.
func (r *reader) compare(name string, src []byte, lang string) []error {
	z := newReader(name)
	if r.lab != nil {
		z.lesson(src, r.lab)
	} else {
		z.open(src, &chapterFront{})
	}
	z.parse()
	if z.doc != nil {
		z.compareHeadings(r)
		z.compareLinks(r, lang)
		z.compareBlocks(r)
	}
	for _, err := range z.wrong.list {
		if p := (*Problem)(nil); errors.As(err, &p) {
			p.About = "languages"
		}
	}
	return z.wrong.list
}

func (r *reader) compareHeadings(original *reader) {
	want, got := original.headings(), r.headings()
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			r.wrong.add(r.first, "the heading %q of the original, line %d, is missing", want[i].id, want[i].line)
			return
		case i >= len(want):
			r.wrong.add(got[i].line, "the original has no such heading")
			return
		case want[i].level != got[i].level:
			r.wrong.add(got[i].line, "the heading is of level %d, in the original, line %d, of %d", got[i].level, want[i].line, want[i].level)
			return
		}
	}
}

type heading struct {
	line, level int
	id          string
}

func (r *reader) headings() []heading {
	var all []heading
	_ = ast.Walk(r.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			all = append(all, heading{r.lineAt(h), h.Level, idOf(h)})
		}
		return ast.WalkContinue, nil
	})
	return all
}

// compareLinks demands the same links, wherever in a paragraph they stand.
func (r *reader) compareLinks(original *reader, lang string) {
	missing := make(map[string]int)
	for _, l := range original.links {
		missing[original.goal(l)]++
	}
	for _, l := range r.links {
		to := strings.Replace(string(l.node.Destination), "."+lang+".md", suffix, 1)
		if strings.HasSuffix(strings.SplitN(to, "#", 2)[0], suffix) {
			to, _, _ = strings.Cut(to, "#") // a heading has another name in another language
		}
		if missing[to]--; missing[to] < 0 {
			r.wrong.add(l.line, "the original has no link %q", l.node.Destination)
		}
	}
	for _, l := range original.links {
		if to := original.goal(l); missing[to] > 0 {
			r.wrong.add(r.first, "the link of the original, line %d, to %s is missing", l.line, to)
			missing[to] = 0
		}
	}
}

// goal is where a link leads as it was written; for a file of the book without
// the heading.
func (r *reader) goal(l link) string {
	if l.file != "" {
		return l.file
	}
	return string(l.node.Destination)
}

// compareBlocks demands the same live blocks and consoles.
func (r *reader) compareBlocks(original *reader) {
	want, got := original.fences(), r.fences()
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			r.wrong.add(r.first, "the block %s of the original, line %d, is missing", want[i].title(), want[i].line)
			return
		case i >= len(want):
			r.wrong.add(got[i].line, "the original has no such block")
			return
		case want[i].title() != got[i].title():
			r.wrong.add(got[i].line, "here the original, line %d, has the block %s", want[i].line, want[i].title())
			return
		}
		if what := r.differs(original, want[i], got[i]); what != "" {
			r.wrong.add(got[i].line, "%s: in the original, line %d, it is another one", what, want[i].line)
		}
	}
}

func (f fenced) title() string { return strings.TrimSpace(f.name + " " + f.arg) }

func (r *reader) fences() []fenced {
	var all []fenced
	for n := r.doc.FirstChild(); n != nil; n = n.NextSibling() {
		if code, ok := n.(*ast.FencedCodeBlock); ok {
			all = append(all, r.fenced(code))
		}
	}
	return all
}

// differs names what of a block is not the same, beside its words.
func (r *reader) differs(original *reader, want, got fenced) string {
	if got.name == "text" {
		if got.body.text != want.body.text {
			return "what the console shows"
		}
		return ""
	}
	before := len(original.wrong.list)
	delete(original.asked, questionID(want))
	was, is := original.live(want), r.live(got)
	original.wrong.list = original.wrong.list[:before]
	switch a := was.(type) {
	case Predict:
		if b, ok := is.(Predict); ok {
			return differentQuestion(a, b)
		}
	case Run:
		if b, ok := is.(Run); ok && !(reflect.DeepEqual(a.Settings, b.Settings) && slices.Equal(a.Pictures, b.Pictures)) {
			return "what is run"
		}
	case Moment:
		if b, ok := is.(Moment); ok {
			return differentMoment(a, b)
		}
	}
	return ""
}

func questionID(f fenced) string {
	var body predictBody
	if f.name != "predict" || unmarshal(f.body.text, &body) != nil {
		return ""
	}
	return body.ID
}

func differentQuestion(a, b Predict) string {
	switch {
	case a.ID != b.ID:
		return "the question's id"
	case a.Free != b.Free || a.Why != b.Why || len(a.Choices) != len(b.Choices):
		return "the kind of question"
	}
	for i := range a.Choices {
		if a.Choices[i].Prints != b.Choices[i].Prints || a.Choices[i].Right != b.Choices[i].Right || a.Choices[i].Means != b.Choices[i].Means {
			return fmt.Sprintf("whether choice %d is right, and what it means", i+1)
		}
	}
	return ""
}

func differentMoment(a, b Moment) string {
	texts := func(m Moment) []string {
		var all []string
		for _, e := range m.Expect {
			all = append(all, e.Text)
		}
		return all
	}
	switch {
	case !reflect.DeepEqual(a.Settings, b.Settings) || !slices.Equal(a.Pictures, b.Pictures):
		return "what is run"
	case !reflect.DeepEqual(a.At, b.At):
		return "the moment"
	case !slices.Equal(texts(a), texts(b)):
		return "what is expected"
	}
	return ""
}

// File returns the file of the lesson about a lab in the book's language; ""
// if there is none.
func (b *Book) File(lab string) string {
	for _, c := range b.Chapters {
		for _, l := range c.Lessons {
			if l.Lab == lab {
				return l.file
			}
		}
	}
	return ""
}

// Translation is the name of the same text in another language.
func Translation(file, lang string) string {
	return path.Clean(strings.TrimSuffix(file, suffix) + "." + lang + ".md")
}

// CompareTexts compares a text without front matter and live blocks, like the
// task of an exercise, with its translation: the same kinds of blocks in the
// same order, the same programs, the same `code` in the sentences.
func CompareTexts(file string, original, translation []byte) []error {
	r, z := newReader(file), newReader(file)
	r.src, r.first, z.src, z.first = original, 1, translation, 1
	r.doc, z.doc = r.md.Parser().Parse(text.NewReader(original)), z.md.Parser().Parse(text.NewReader(translation))
	a, b := r.doc.FirstChild(), z.doc.FirstChild()
	for ; a != nil && b != nil; a, b = a.NextSibling(), b.NextSibling() {
		switch {
		case a.Kind() != b.Kind():
			z.wrong.addAbout("languages", z.lineAt(b), "this is a %s; in the original, line %d, it is a %s", b.Kind(), r.lineAt(a), a.Kind())
			return z.wrong.list
		case !slices.Equal(r.codeIn(a), z.codeIn(b)):
			z.wrong.addAbout("languages", z.lineAt(b), "the code here is %s; in the original, line %d, it is %s", list(z.codeIn(b)), r.lineAt(a), list(r.codeIn(a)))
		}
	}
	if a != nil {
		z.wrong.addAbout("languages", strings.Count(strings.TrimRight(string(translation), "\n"), "\n")+1, "what the original says from line %d is missing", r.lineAt(a))
	}
	if b != nil {
		z.wrong.addAbout("languages", z.lineAt(b), "the original ends before this")
	}
	return z.wrong.list
}

// codeIn returns the code in a block, in the order of the alphabet.
func (r *reader) codeIn(block ast.Node) []string {
	var all []string
	_ = ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan:
			var b strings.Builder
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if t, ok := c.(*ast.Text); ok {
					b.Write(t.Value(r.src))
				}
			}
			all = append(all, b.String())
		case *ast.FencedCodeBlock:
			all = append(all, string(n.Lines().Value(r.src)))
		}
		return ast.WalkContinue, nil
	})
	slices.Sort(all)
	return slices.Compact(all)
}
