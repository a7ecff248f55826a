package chapters

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"interleave/labs"
	"interleave/sim/say"
)

// Spelling says of each text of fsys, chapters and tasks of exercises in all
// languages, what [say.Misspelled] finds in it, and of lab.<language>.yaml.
// Each error is a *Problem with the line on which the paragraph or block begins,
// and a warning. Code, consoles and settings of blocks that are no words are
// left aside.
func Spelling(fsys fs.FS) []error {
	var wrong []error
	for _, pattern := range []string{"*/*.*.md", "*/exercise/task.*.md", "*/lab.*.yaml"} {
		names, err := fs.Glob(fsys, pattern)
		if err != nil { // the pattern is ours
			panic(err)
		}
		for _, name := range names {
			src, err := fs.ReadFile(fsys, name)
			if err != nil {
				return append(wrong, err)
			}
			base := strings.TrimSuffix(name, path.Ext(name))
			s := speller{lang: strings.TrimPrefix(path.Ext(base), "."), wrong: &problems{file: name}}
			if path.Ext(name) == ".yaml" {
				s.settings(string(src), 1)
			} else {
				s.file(src)
			}
			wrong = append(wrong, s.wrong.list...)
		}
	}
	return wrong
}

type speller struct {
	lang  string
	wrong *problems
}

// said are the keys of blocks and front matters whose values are words, and
// may hold others.
var said = []string{
	"title", "about", "ask", "say", "confront", "watch", "claim", "is", "hints", "flags", "challenges", "choices", "others", "blanks", "extra",
}

// sayings are those of the keys whose values are words themselves.
var sayings = []string{"title", "about", "ask", "say", "confront", "watch", "claim", "hints"}

// file reads a text: its front matter, its paragraphs, the words in its blocks.
func (s *speller) file(src []byte) {
	first := 1
	if front, rest, ok := strings.Cut(strings.TrimPrefix(string(src), "---\n"), "\n---\n"); ok && strings.HasPrefix(string(src), "---\n") {
		s.settings(front, 2)
		first = strings.Count(front, "\n") + 4
		src = []byte(rest)
	}
	r := newReader(s.wrong.file, s.lang)
	r.src, r.first = src, first
	r.doc = r.md.Parser().Parse(text.NewReader(src))
	_ = ast.Walk(r.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch {
		case !entering:
		case n.Kind() == ast.KindFencedCodeBlock:
			f := r.fenced(n.(*ast.FencedCodeBlock))
			if f.name != "text" && f.name != "code" {
				s.settings(f.body.text, f.body.first)
			}
			return ast.WalkSkipChildren, nil
		case n.Type() == ast.TypeBlock && n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeInline:
			s.text(r.lineAt(n), r.plain(n))
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
}

// plain is the text of a block, its code as `x`.
func (r *reader) plain(block ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan:
			b.WriteString("`x`")
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			b.Write(n.Value(r.src))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteString("\n")
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// settings looks at the words in a piece of YAML. What is none is refused
// elsewhere.
func (s *speller) settings(text string, line int) {
	var body any
	if yaml.Unmarshal([]byte(text), &body) == nil {
		s.value("", body, line)
	}
}

func (s *speller) value(key string, v any, line int) {
	switch v := v.(type) {
	case string:
		s.text(line, v)
	case []any:
		for _, one := range v {
			if _, ok := one.(string); ok && !slices.Contains(sayings, key) {
				continue
			}
			s.value(key, one, line)
		}
	case map[string]any:
		for name, one := range v {
			_, words := one.(string)
			// What is below flags and challenges of a lab's words has names of its own.
			own := key == "flags" && strings.HasSuffix(s.wrong.file, ".yaml")
			if words && (own || slices.Contains(sayings, name)) || !words && (key == "challenges" || slices.Contains(said, name)) {
				s.value(name, one, line)
			}
		}
	}
}

func (s *speller) text(line int, words string) {
	if s.lang != Lang {
		words = labs.Unfold(strings.ReplaceAll(words, "\n", " "))
	}
	for _, odd := range say.Misspelled(s.lang, words) {
		s.wrong.list = append(s.wrong.list, &Problem{File: s.wrong.file, Line: line, Msg: odd, About: "languages", Warning: true})
	}
}
