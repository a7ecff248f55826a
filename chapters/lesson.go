package chapters

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"interleave/labs"
)

// lessonFront is the front matter of a lesson.
type lessonFront struct {
	Title          string   `yaml:"title"`
	Minutes        int      `yaml:"minutes"`
	Needs          []string `yaml:"needs"`
	Misconceptions []string `yaml:"misconceptions"`
	Source         string   `yaml:"source"` // of a translation
}

// reader reads one file.
type reader struct {
	md      goldmark.Markdown
	lang    string
	hash    string // of the whole file, as its translations give it
	src     []byte // the file's text, without the front matter
	first   int    // the file's line on which src begins
	lab     *labs.Lab
	front   lessonFront
	chapter chapterFront
	doc     ast.Node        // the text, parsed
	asked   map[string]bool // ids of questions
	lives   map[int]Block   // the live blocks that were read, by their lines
	links   []link
	ids     map[string]bool // what a link can lead to
	wrong   *problems
}

func newReader(file, lang string) *reader {
	return &reader{md: markdown(lang), lang: lang, asked: make(map[string]bool), lives: make(map[int]Block), ids: make(map[string]bool), wrong: &problems{file: file}}
}

// open splits off the front matter and reads it into front.
func (r *reader) open(src []byte, front any) (settings, bool) {
	sum := sha256.Sum256(src)
	r.hash = hex.EncodeToString(sum[:])[:12]
	y, body, ok := splitFront(src, r.wrong)
	if !ok {
		return y, false
	}
	r.src, r.first = src[body:], bytes.Count(src[:body], []byte("\n"))+1
	return y, y.decode(front, r.wrong)
}

// inline renders a question, an answer or a caption. It may hold code and
// stress; it is too short for a link, which nobody would check.
func (r *reader) inline(line int, words string) template.HTML {
	h, odd := inline(r.md, words)
	if odd != "" {
		r.wrong.add(line, "%q: text here has `code` and *stress*, nothing else (this is a %s)", words, odd)
	}
	return h
}

// lineOf returns the file's line of an offset in src.
func (r *reader) lineOf(offset int) int {
	return r.first + bytes.Count(r.src[:min(max(offset, 0), len(r.src))], []byte("\n"))
}

// lineAt returns the file's line of a node, for errors.
func (r *reader) lineAt(n ast.Node) int {
	for ; n != nil; n = n.Parent() {
		if n.Kind() == ast.KindDocument {
			break
		}
		if pos := n.Pos(); pos >= 0 {
			return r.lineOf(pos)
		}
	}
	return r.first
}

// parse reads the text, so that it is known what it links to and what can be
// linked to in it.
func (r *reader) parse() {
	if r.src == nil {
		return // its front matter was refused
	}
	r.doc = r.md.Parser().Parse(text.NewReader(r.src))
	r.survey()
}

// blocks returns the text in parts. Neighbouring nodes that are no live blocks
// become one HTML block.
func (r *reader) blocks() []Block {
	if r.doc == nil {
		return nil
	}
	var all []Block
	var prose bytes.Buffer
	flush := func() {
		if prose.Len() > 0 {
			all = append(all, HTML(prose.String()))
			prose.Reset()
		}
	}
	for n := r.doc.FirstChild(); n != nil; n = n.NextSibling() {
		if code, ok := n.(*ast.FencedCodeBlock); ok && !isConsole(code, r.src) {
			flush()
			if block := r.live(r.fenced(code)); block != nil {
				all = append(all, block)
			}
			continue
		}
		render(r.md, &prose, r.src, n)
	}
	flush()
	return all
}

// intro returns the text of a chapter, which has no live blocks.
func (r *reader) intro() template.HTML {
	if r.doc == nil {
		return ""
	}
	var b bytes.Buffer
	for n := r.doc.FirstChild(); n != nil; n = n.NextSibling() {
		if code, ok := n.(*ast.FencedCodeBlock); ok && !isConsole(code, r.src) {
			r.wrong.add(r.fenced(code).line, "a chapter's introduction is text; live blocks stand in lessons")
			continue
		}
		render(r.md, &b, r.src, n)
	}
	return template.HTML(b.String())
}

func isConsole(code *ast.FencedCodeBlock, src []byte) bool {
	return code.Info != nil && string(code.Info.Value(src)) == "text"
}

func (r *reader) fenced(code *ast.FencedCodeBlock) fenced {
	f := fenced{line: r.lineAt(code)}
	if code.Info != nil {
		f.line = r.lineOf(code.Info.Segment.Start)
		f.name, f.arg, _ = strings.Cut(string(code.Info.Value(r.src)), " ")
		f.arg = strings.TrimSpace(f.arg)
	}
	f.body = settings{text: string(code.Lines().Value(r.src)), first: f.line + 1}
	return f
}

// survey walks the tree for what is refused, and for links and their targets.
func (r *reader) survey() {
	_ = ast.Walk(r.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.HTMLBlock, *ast.RawHTML:
			r.wrong.add(r.lineAt(n), "HTML is not allowed")
		case *ast.Image:
			r.wrong.add(r.lineAt(n), "images are not allowed: a picture in a lesson is a run")
		case *ast.CodeBlock:
			r.wrong.addAbout("code", r.lineAt(n), "prose holds no program: indent less, or use a code block")
		case *ast.FencedCodeBlock:
			if n.Parent() != r.doc {
				r.wrong.add(r.lineAt(n), "a fenced block stands at the top level, not in a list or quotation")
			}
		case *ast.Blockquote:
			if kind := markOf(n, r.src); kind != "" {
				r.wrong.add(r.lineAt(n), "there is no call-out %q at this place; at the top level there are note, warning and rule", kind)
			}
		case *ast.Heading:
			if n.Level < 2 || n.Level > 3 {
				r.wrong.add(r.lineAt(n), "headings are ## and ###: the title stands in the front matter")
			}
			r.ids[idOf(n)] = true
		case *ast.Link:
			r.links = append(r.links, link{node: n, line: r.lineAt(n)})
		case *ast.AutoLink:
			r.wrong.add(r.lineAt(n), "a bare address: say in words where the link leads")
		}
		return ast.WalkContinue, nil
	})
}

// lesson reads a lesson; the lab is the one that it is about. Its links are
// still to be checked.
func (r *reader) lesson(src []byte, lab *labs.Lab) Lesson {
	r.lab = lab
	y, ok := r.open(src, &r.front)
	if !ok {
		return Lesson{}
	}
	f := r.front
	if strings.TrimSpace(f.Title) == "" {
		r.wrong.add(y.line("title"), "the title is missing")
	}
	r.checkSource(y, f.Source)
	if f.Minutes < 1 {
		r.wrong.add(y.line("minutes"), "minutes is at least 1")
	}
	if !slices.Equal(f.Needs, lab.Needs) {
		r.wrong.add(y.line("needs"), "the lesson needs %v, its lab %v: they must be the same", f.Needs, lab.Needs)
	}
	for _, id := range f.Misconceptions {
		if !slices.Contains(lab.Misconceptions, id) {
			r.wrong.add(y.line("misconceptions"), "%s is not among the misconceptions of lab %s", id, lab.ID)
		}
	}
	return Lesson{
		Lab: lab.ID, Version: Version{Lang: r.lang}, Title: f.Title, Minutes: f.Minutes, Needs: f.Needs, Misconceptions: f.Misconceptions,
		file: r.wrong.file,
	}
}

// introduction reads the front matter of a chapter's own text.
func (r *reader) introduction(src []byte) (settings, bool) {
	y, ok := r.open(src, &r.chapter)
	if !ok {
		return y, false
	}
	for _, key := range []struct{ name, value string }{{"title", r.chapter.Title}, {"about", r.chapter.About}} {
		if strings.TrimSpace(key.value) == "" {
			r.wrong.add(y.line(key.name), "the %s is missing", key.name)
		}
	}
	r.checkSource(y, r.chapter.Source)
	return y, true
}

// checkSource demands that only a translation has a source.
func (r *reader) checkSource(y settings, source string) {
	if r.lang == Lang && source != "" {
		r.wrong.add(y.line("source"), "source is for translations: this is the original")
	}
}
