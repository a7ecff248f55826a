package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"interleave/chapters"
	"interleave/sim/say"
	"interleave/web/page"
)

func glossaryURL(lang string) string { return "/" + lang + "/glossary" }

func termURL(lang, id string) string { return glossaryURL(lang) + "#" + id }

// glossary is the page with all terms.
func (s *Server) glossary(w http.ResponseWriter, v *visit) error {
	c, err := s.content(v.lang)
	if err != nil {
		return fmt.Errorf("load what there is to read: %w", err)
	}
	title := say.Text(v.lang, "glossary.title")
	p := page.GlossaryData{Frame: s.frame(v, "text", title, page.Link{Text: title}), Total: len(c.Book.Terms)}
	if v.lang == fallbackLang {
		p.Groups = byLetter(c)
	} else {
		p.Groups = byChapter(v.lang, c)
	}
	return s.show(w, v, http.StatusOK, page.Glossary(p))
}

// byLetter returns the terms in alphabetical order, by their first letters.
func byLetter(c *Content) []page.TermGroup {
	terms := slices.Clone(c.Book.Terms)
	slices.SortStableFunc(terms, func(a, b chapters.Term) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	var groups []page.TermGroup
	for _, t := range terms {
		first, _ := utf8.DecodeRuneInString(t.Name)
		letter := string(unicode.ToUpper(first))
		if len(groups) == 0 || groups[len(groups)-1].Title != letter {
			groups = append(groups, page.TermGroup{ID: "letter-" + strings.ToLower(letter), Title: letter, Short: letter})
		}
		last := &groups[len(groups)-1]
		last.Terms = append(last.Terms, termRow(fallbackLang, c, t))
	}
	return groups
}

// byChapter returns the terms in the order in which they are learned, since
// Chinese has no alphabet.
func byChapter(lang string, c *Content) []page.TermGroup {
	var groups []page.TermGroup
	add := func(title string, number int, taught func(lab string) bool) {
		g := page.TermGroup{ID: fmt.Sprintf("chapter-%02d", number), Title: title, Short: fmt.Sprintf("%02d", number)}
		for _, t := range c.Book.Terms {
			if taught(t.Lab) {
				g.Terms = append(g.Terms, termRow(lang, c, t))
			}
		}
		if len(g.Terms) > 0 {
			groups = append(groups, g)
		}
	}
	for _, ch := range c.Book.Chapters {
		add(chapterName(ch), ch.Number, func(lab string) bool { return find(c.Book, ch.ID, lab) != nil })
	}
	for _, plan := range c.Plan {
		name := fmt.Sprintf("%02d %s", plan.Number, plan.Title.In(lang))
		add(name, plan.Number, func(lab string) bool {
			_, lesson := lessonOf(c.Book, lab)
			return lesson == nil && slices.ContainsFunc(plan.Labs, func(l chapters.PlannedLab) bool { return l.ID == lab })
		})
	}
	return merged(groups)
}

// merged puts groups of the same chapter, written and still to be written,
// together, in the chapters' order.
func merged(groups []page.TermGroup) []page.TermGroup {
	slices.SortStableFunc(groups, func(a, b page.TermGroup) int { return cmp.Compare(a.ID, b.ID) })
	var all []page.TermGroup
	for _, g := range groups {
		if n := len(all); n > 0 && all[n-1].ID == g.ID {
			all[n-1].Terms = append(all[n-1].Terms, g.Terms...)
			continue
		}
		all = append(all, g)
	}
	return all
}

// termRow returns a term with the way to its lesson.
func termRow(lang string, c *Content, t chapters.Term) page.TermRow {
	row := page.TermRow{ID: t.ID, Name: t.Name, Says: t.Says, Href: termURL(lang, t.ID)}
	if t.Original != t.Name {
		row.Original = t.Original
	}
	if rules().Page(t.ID) != nil {
		row.Rules = referenceURL(lang, t.ID)
	}
	if ch, lesson := lessonOf(c.Book, t.Lab); lesson != nil {
		row.Lesson = page.Link{Href: lessonURL(lang, ch.ID, t.Lab), Text: lesson.Title}
		return row
	}
	for _, plan := range c.Plan {
		for _, lab := range plan.Labs {
			if lab.ID == t.Lab {
				row.Lesson.Text = lab.Title.In(lang)
			}
		}
	}
	return row
}

// cards are the terms that are marked in a lesson.
func cards(lang string, c *Content, l *chapters.Lesson) []page.TermRow {
	var all []page.TermRow
	for _, id := range l.Terms {
		if t := c.Book.Term(id); t != nil {
			all = append(all, termRow(lang, c, *t))
		}
	}
	return all
}
