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
// language, NAME.<lang>.md beside NAME.en.md: headings of the same levels, the
// same blocks in the same order, with the same settings, code and right
// answers, and links to the same places. Only the words differ. Each error is a
// *Problem in the translation; that there is none, or that the text that it was
// made from has changed since, is a warning.
func Translations(fsys fs.FS, set *labs.Set, lang string) []error {
	l, err := read(fsys, set)
	if err != nil {
		return []error{err}
	}
	texts, err := l.translations(lang)
	if err != nil {
		return []error{err}
	}
	var wrong []error
	for _, t := range texts {
		if t.reader == nil {
			wrong = append(wrong, &Problem{File: t.name, About: "languages", Warning: true, Msg: "it is not translated yet"})
			continue
		}
		wrong = append(wrong, t.reader.wrong.list...)
		if t.stale && len(t.reader.wrong.list) == 0 {
			wrong = append(wrong, &Problem{
				File: t.name, Line: 1, About: "languages", Warning: true,
				Msg: "the original has changed since this was translated; if it says the same again, let its front matter say source: " + t.original.hash,
			})
		}
	}
	return wrong
}

// translated is a text of the book with its translation.
type translated struct {
	name     string
	original *reader
	reader   *reader // nil if there is none
	stale    bool
}

// translations reads the translation of each text that is as it must be. What
// is wrong with it is in its reader.
func (l *loader) translations(lang string) ([]translated, error) {
	var all []translated
	set := l.set.In(lang)
	for _, r := range l.order {
		if r.doc == nil || len(r.wrong.list) > 0 {
			continue // first things first
		}
		t := translated{name: Translation(r.wrong.file, lang), original: r}
		src, err := fs.ReadFile(l.fsys, t.name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, fmt.Errorf("read a translation: %w", err)
		default:
			var lab *labs.Lab
			if r.lab != nil {
				lab = set.Lab(r.lab.ID)
			}
			t.reader = r.compare(t.name, src, lang, lab)
			t.stale = t.reader.source() != r.hash
		}
		all = append(all, t)
	}
	files := make(map[string]*reader)
	for _, t := range all {
		files[t.original.wrong.file], files[t.name] = t.original, t.original
	}
	for _, t := range all {
		if t.reader != nil {
			files[t.original.wrong.file], files[t.name] = t.reader, t.reader
		}
	}
	for _, t := range all {
		if t.reader != nil && t.reader.doc != nil {
			t.reader.resolve(files)
			t.reader.aboutLanguages()
		}
	}
	return all, nil
}

// languages are those that a text of the book is translated into.
func (l *loader) languages() []string {
	names, err := fs.Glob(l.fsys, "*/*.*.md")
	if err != nil { // the pattern is ours
		panic(err)
	}
	var all []string
	for _, name := range names {
		lang := strings.TrimPrefix(path.Ext(strings.TrimSuffix(name, ".md")), ".")
		if lang != Lang && !slices.Contains(all, lang) {
			all = append(all, lang)
		}
	}
	return all
}

// translate returns the book in another language. A text whose translation has
// flaws stays as it was written.
func (l *loader) translate(book *Book, lang string) (*Book, error) {
	texts, err := l.translations(lang)
	if err != nil {
		return nil, err
	}
	good := make(map[string]translated) // by the original's file
	for _, t := range texts {
		if t.reader != nil && len(t.reader.wrong.list) == 0 {
			good[t.original.wrong.file] = t
		}
	}
	out := &Book{Chapters: slices.Clone(book.Chapters)}
	for i := range out.Chapters {
		c := &out.Chapters[i]
		if t, ok := good[path.Join(c.ID, "chapter"+suffix)]; ok {
			c.Title, c.About, c.Intro = t.reader.chapter.Title, t.reader.chapter.About, t.reader.intro()
			c.Version = Version{lang, t.stale}
		}
		c.Lessons = slices.Clone(c.Lessons)
		for j := range c.Lessons {
			lesson := &c.Lessons[j]
			t, ok := good[lesson.file]
			if !ok {
				continue
			}
			lesson.Title, lesson.Blocks = t.reader.front.Title, inStep(lesson.Blocks, t.reader.blocks())
			lesson.Version = Version{lang, t.stale}
		}
	}
	return out, nil
}

// inStep gives translated blocks what answers are stored by: the original's
// texts.
func inStep(original, translated []Block) []Block {
	next := 0
	for i, b := range translated {
		if _, ok := b.(HTML); ok {
			continue
		}
		for next < len(original) {
			if _, ok := original[next].(HTML); !ok {
				break
			}
			next++
		}
		if next < len(original) {
			translated[i] = storedAs(original[next], b)
			next++
		}
	}
	return translated
}

func storedAs(original, translated Block) Block {
	a, ok := original.(Predict)
	b, same := translated.(Predict)
	if !ok || !same {
		return translated
	}
	for i := range min(len(a.Choices), len(b.Choices)) {
		b.Choices[i].Text = a.Choices[i].Text
	}
	return b
}

// compare reads a translation of r, in which what is not as it is in r is
// wrong. The lab is r's in that language; nil for an introduction.
func (r *reader) compare(name string, src []byte, lang string, lab *labs.Lab) *reader {
	z := newReader(name, lang)
	if lab != nil {
		z.lesson(src, lab)
	} else {
		z.introduction(src)
	}
	z.parse()
	if z.doc != nil {
		z.compareFront(r)
		z.compareHeadings(r)
		z.compareLinks(r)
		z.compareBlocks(r)
	}
	z.aboutLanguages()
	return z
}

// aboutLanguages says of all that is wrong that it is the translation's.
func (r *reader) aboutLanguages() {
	for _, err := range r.wrong.list {
		if p := (*Problem)(nil); errors.As(err, &p) {
			p.About = "languages"
		}
	}
}

// source is the hash of the text that a translation was made from.
func (r *reader) source() string {
	if r.lab != nil {
		return r.front.Source
	}
	return r.chapter.Source
}

func (r *reader) compareFront(original *reader) {
	a, b := original.front, r.front
	switch {
	case a.Minutes != b.Minutes:
		r.wrong.add(1, "minutes is %d, in the original %d", b.Minutes, a.Minutes)
	case !slices.Equal(a.Misconceptions, b.Misconceptions):
		r.wrong.add(1, "misconceptions is %v, in the original %v", b.Misconceptions, a.Misconceptions)
	case len(r.chapter.Labs) > 0 && !slices.Equal(original.chapter.Labs, r.chapter.Labs):
		r.wrong.add(1, "labs is %v, in the original %v", r.chapter.Labs, original.chapter.Labs)
	}
}

// compareHeadings demands the same headings, and gives them the original's ids,
// so that an address leads to the same place in every language.
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
	for i := range want {
		got[i].node.SetAttributeString("id", []byte(want[i].id))
	}
	for i := range want {
		r.ids[want[i].id] = true
	}
}

type heading struct {
	line, level int
	id          string
	node        *ast.Heading
}

func (r *reader) headings() []heading {
	var all []heading
	_ = ast.Walk(r.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			all = append(all, heading{r.lineAt(h), h.Level, idOf(h), h})
		}
		return ast.WalkContinue, nil
	})
	return all
}

// compareLinks demands the same links, wherever in a paragraph they stand.
func (r *reader) compareLinks(original *reader) {
	missing := make(map[string]int)
	for _, l := range original.links {
		missing[original.goal(l)]++
	}
	for _, l := range r.links {
		to := strings.Replace(string(l.node.Destination), "."+r.lang+".md", suffix, 1)
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
	was, is := original.live(want), r.live(got)
	switch a := was.(type) {
	case Predict:
		if b, ok := is.(Predict); ok {
			return differentQuestion(a, b)
		}
	case Run:
		if b, ok := is.(Run); ok && !sameRun(a, b) {
			return "what is run"
		}
	case Moment:
		if b, ok := is.(Moment); ok {
			return differentMoment(a, b)
		}
	case Measure, Blanks, Order, Outcomes:
		if is != nil && !reflect.DeepEqual(wordless(a), wordless(is)) {
			return "what is asked for, beside the words"
		}
	}
	return ""
}

// sameRun reports whether two runs differ in their words at most.
func sameRun(a, b Run) bool {
	a.Watch, b.Watch = "", ""
	return reflect.DeepEqual(a, b)
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
	r, z := newReader(file, Lang), newReader(file, Lang)
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
