package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/say"
	"interleave/web/page"
	"interleave/web/search"
)

// How many of a kind are shown: in the dialog, and on the page.
const (
	fewHits  = 5
	manyHits = 40
)

// found is the answer to the dialog.
type found struct {
	Said   string          `json:"said"`
	Groups []page.HitGroup `json:"groups"`
	All    string          `json:"all"` // the page with all of them
}

// searchPage is the page with what a query finds.
func (s *Server) searchPage(w http.ResponseWriter, v *visit) error {
	query := strings.TrimSpace(v.r.URL.Query().Get("q"))
	title := say.Text(v.lang, "search.title")
	p := page.SearchData{Frame: s.frame(v, "text", title, page.Link{Text: title}), Query: query}
	if query != "" {
		groups, total, err := s.find(v.lang, query, manyHits)
		if err != nil {
			return err
		}
		p.Groups, p.Said = groups, saidOf(v.lang, query, total)
	}
	return s.show(w, v, http.StatusOK, page.Search(p))
}

// searchHits answers the dialog.
func (s *Server) searchHits(w http.ResponseWriter, v *visit) error {
	query := strings.TrimSpace(v.r.URL.Query().Get("q"))
	groups, total, err := s.find(v.lang, query, fewHits)
	if err != nil {
		return err
	}
	all := url.URL{Path: "/" + v.lang + "/search", RawQuery: url.Values{"q": {query}}.Encode()}
	writeJSON(w, http.StatusOK, found{Said: saidOf(v.lang, query, total), Groups: groups, All: all.String()})
	return nil
}

func saidOf(lang, query string, total int) string {
	switch total {
	case 0:
		return say.Text(lang, "search.nothing", "query", query)
	case 1:
		return say.Text(lang, "search.one")
	}
	return say.Text(lang, "search.several", "n", total)
}

// find returns what a query finds, by kinds, the kind with the best first, and
// how much that is in all.
func (s *Server) find(lang, query string, most int) ([]page.HitGroup, int, error) {
	c, err := s.content(lang)
	if err != nil {
		return nil, 0, fmt.Errorf("load what there is to read: %w", err)
	}
	groups, total := []page.HitGroup{}, 0
	best := make(map[string]float64)
	for _, shelf := range s.finder.shelves(lang, c) {
		hits := shelf.index.Find(query)
		if len(hits) == 0 {
			continue
		}
		total += len(hits)
		g := page.HitGroup{Name: shelf.name}
		best[g.Name] = hits[0].Score
		for _, h := range hits[:min(len(hits), most)] {
			to := shelf.places[h.Doc]
			hit := page.Hit{Href: to.href, Place: to.name, Title: h.Title, Heading: h.Heading, Text: h.Text}
			if to.section != nil {
				hit.Href = to.section(h.Section.ID)
			}
			g.Hits = append(g.Hits, hit)
		}
		groups = append(groups, g)
	}
	slices.SortStableFunc(groups, func(a, b page.HitGroup) int { return cmp.Compare(best[b.Name], best[a.Name]) })
	return groups, total, nil
}

// finder keeps the indexes of each language until there is something else to
// read.
type finder struct {
	mu   sync.Mutex
	kept map[string]indexed
}

type indexed struct {
	book    *chapters.Book
	labs    *labs.Set
	shelves []shelf
}

// shelf is what can be found of one kind, and where each of it is.
type shelf struct {
	name   string
	index  *search.Index
	places []spot
}

// spot is where a document is.
type spot struct {
	name    string                 // where that is, in words
	href    string                 // its address
	section func(id string) string // that of a section; nil if it has none
}

// shelves returns the indexes of the content in a language.
func (f *finder) shelves(lang string, c *Content) []shelf {
	f.mu.Lock()
	defer f.mu.Unlock()
	if is, ok := f.kept[lang]; ok && is.book == c.Book && is.labs == c.Labs {
		return is.shelves
	}
	is := indexed{c.Book, c.Labs, []shelf{lessonShelf(lang, c), labShelf(lang, c), termShelf(lang, c), ruleShelf(lang)}}
	if f.kept == nil {
		f.kept = make(map[string]indexed)
	}
	f.kept[lang] = is
	return is.shelves
}

func lessonShelf(lang string, c *Content) shelf {
	var docs []search.Doc
	var places []spot
	for _, ch := range c.Book.Chapters {
		for _, l := range ch.Lessons {
			d := search.Doc{Title: l.Title, Also: l.Lab}
			for _, s := range l.Sections() {
				d.Sections = append(d.Sections, search.Section(s))
			}
			href := lessonURL(lang, ch.ID, l.Lab)
			docs = append(docs, d)
			places = append(places, spot{chapterName(ch), href, func(id string) string {
				if id == "" {
					return href
				}
				return href + "#" + id
			}})
		}
	}
	return shelf{say.Text(lang, "search.lessons"), search.New(docs), places}
}

// exerciseSection names the part of a lab that is its exercise.
const exerciseSection = "exercise"

func labShelf(lang string, c *Content) shelf {
	var docs []search.Doc
	var places []spot
	for _, lab := range c.Labs.All() {
		d := search.Doc{Title: lab.Title, Also: lab.ID}
		var flags strings.Builder
		for _, f := range labs.ReadFlags(lab.Demo) {
			usage := cmp.Or(lab.Flags[f.Name].Usage, f.Usage)
			fmt.Fprintf(&flags, "-%s %s · ", f.Name, usage)
		}
		for _, challenge := range lab.Challenges {
			flags.WriteString(challenge.Title + " · ")
		}
		d.Sections = append(d.Sections, search.Section{Text: strings.TrimSuffix(flags.String(), " · ")})
		if lab.Exercise != nil {
			task := cmp.Or(lab.Exercise.Task[lang], lab.Exercise.Task[fallbackLang])
			d.Sections = append(d.Sections, search.Section{ID: exerciseSection, Title: say.Text(lang, "exercise.name"), Text: unmarked(task)})
		}
		docs = append(docs, d)
		places = append(places, spot{benchPlace(c, lab), labURL(lang, lab.ID), func(id string) string {
			if id == exerciseSection {
				return exerciseURL(lang, lab.ID)
			}
			return labURL(lang, lab.ID)
		}})
	}
	return shelf{say.Text(lang, "search.labs"), search.New(docs), places}
}

// unmarked is a task's Markdown as one reads it.
func unmarked(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("`", "", "*", "", "#", "").Replace(text)), " ")
}

func termShelf(lang string, c *Content) shelf {
	var docs []search.Doc
	var places []spot
	for _, t := range c.Book.Terms {
		row := termRow(lang, c, t)
		also := strings.Join(append([]string{t.ID, row.Original}, t.Finds...), " ")
		docs = append(docs, search.Doc{Title: t.Name, Also: also, Sections: []search.Section{{Text: t.Text()}}})
		places = append(places, spot{row.Lesson.Text, termURL(lang, t.ID), nil})
	}
	return shelf{say.Text(lang, "glossary.title"), search.New(docs), places}
}

// ruleShelf are the reference's pages, and their cells as parts of them.
func ruleShelf(lang string) shelf {
	var docs []search.Doc
	var places []spot
	for _, t := range rules().Texts(lang) {
		if t.Anchor == "" {
			href := referenceURL(lang, t.Page)
			docs = append(docs, search.Doc{Title: t.Title, Also: t.Page, Sections: []search.Section{{Text: t.Text}}})
			places = append(places, spot{say.Text(lang, "reference.title"), href, func(id string) string {
				if id == "" {
					return href
				}
				return href + "#" + id
			}})
			continue
		}
		last := &docs[len(docs)-1]
		last.Sections = append(last.Sections, search.Section{ID: t.Anchor, Title: t.Title, Text: t.Text})
	}
	return shelf{say.Text(lang, "reference.title"), search.New(docs), places}
}
