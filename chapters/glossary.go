package chapters

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"
)

// A Term is a word of Go concurrency with what it means, in the language of
// its book.
type Term struct {
	ID       string
	Name     string
	Original string        // the name in Lang
	Says     template.HTML // one to three sentences
	Lab      string        // whose lesson teaches it
	Finds    []string      // forms that a text is searched for; none if the word is too common for that
}

// Text returns what the term means, without markup.
func (t Term) Text() string { return plainText(t.Says) }

// Term returns the term of an id; nil if there is none.
func (b *Book) Term(id string) *Term {
	if i := slices.IndexFunc(b.Terms, func(t Term) bool { return t.ID == id }); i >= 0 {
		return &b.Terms[i]
	}
	return nil
}

const glossaryFile = "glossary.yaml"

// entry is a term as glossary.yaml has it.
type entry struct {
	ID    string              `yaml:"id"`
	Name  Words               `yaml:"name"`
	Finds map[string][]string `yaml:"finds"` // in place of the name
	Says  Words               `yaml:"says"`
	Lab   string              `yaml:"lab"`

	line int
}

// in returns the term in a language.
func (e entry) in(lang string) Term {
	t := Term{ID: e.ID, Name: e.Name.In(lang), Original: e.Name.In(Lang), Lab: e.Lab}
	t.Says, _ = inline(markdown(lang), e.Says.In(lang))
	var own bool
	if t.Finds, own = e.Finds[lang]; !own {
		t.Finds = []string{t.Name}
	}
	return t
}

// glossary reads the terms, if there are any. One that is wrong is left out.
func (l *loader) glossary() error {
	src, err := fs.ReadFile(l.fsys, glossaryFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the glossary: %w", err)
	}
	wrong := &l.unbound
	wrong.file = glossaryFile
	var all []entry
	if !(settings{text: string(src), first: 1}).decode(&all, wrong) {
		return nil
	}
	lines := bytes.Split(src, []byte("\n"))
	ids := make(map[string]bool)
	for _, e := range all {
		before := len(wrong.list)
		line := lineWith(lines, "- id: "+e.ID)
		e.line = line
		if !idForm.MatchString(e.ID) {
			wrong.add(line, "a term's id is of lower-case words with hyphens, not %q", e.ID)
		}
		if ids[e.ID] {
			wrong.add(line, "term %s is there twice", e.ID)
		}
		ids[e.ID] = true
		e.Name.check(wrong, line, "name")
		e.Says.check(wrong, line, "definition")
		for lang, text := range e.Says {
			if _, odd := inline(markdown(lang), text); odd != "" {
				wrong.add(line, "a definition has `code` and *stress*, nothing else (this has a %s)", odd)
			}
		}
		for _, forms := range e.Finds {
			if slices.ContainsFunc(forms, func(f string) bool { return strings.TrimSpace(f) == "" }) {
				wrong.add(line, "a form to be found is empty")
			}
		}
		if len(wrong.list) == before {
			l.terms = append(l.terms, e)
		}
	}
	return nil
}

// untaught warns of each term whose lesson is not there, so that it leads
// nowhere.
func (l *loader) untaught() {
	for _, e := range l.terms {
		if l.book.File(e.Lab) == "" {
			l.unbound.list = append(l.unbound.list, &Problem{
				File: glossaryFile, Line: e.line, About: "links", Warning: true,
				Msg: fmt.Sprintf("term %s is taught by lab %q, which has no lesson", e.ID, e.Lab),
			})
		}
	}
}

// explain puts the terms into a book and marks them in its lessons.
func (b *Book) explain(entries []entry, lang string) {
	for _, e := range entries {
		b.Terms = append(b.Terms, e.in(lang))
	}
	for i := range b.Chapters {
		for j := range b.Chapters[i].Lessons {
			lesson := &b.Chapters[i].Lessons[j]
			if lesson.Version.Lang == lang {
				lesson.mark(b.Terms, lang)
			}
		}
	}
}
