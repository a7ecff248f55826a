package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"interleave/chapters"
	"interleave/sim/check"
	"interleave/sim/say"
	"interleave/web/author"
	"interleave/web/page"
)

// This file is the site of authors: it is there while directories of labs and
// chapters are given.

func authorURL(lang string) string { return "/" + lang + "/author" }

func previewURL(lang, chapter, lab string) string {
	return authorURL(lang) + "/chapters/" + chapter + "/" + lab
}

// otherLang is the language of the translations.
const otherLang = "zh"

// openDesk opens the desk of authors for directories; nil if there are none.
func openDesk(dirs []string, cache string) (*author.Desk, error) {
	if len(dirs) == 0 {
		return nil, nil
	}
	return author.Open(dirs, author.Options{New: func() (author.Checker, error) {
		// The machine stays usable: checking leaves half of it alone.
		return check.New(check.Options{Cache: cache, Parallel: max(1, runtime.NumCPU()/2)})
	}})
}

// authorRoutes are the addresses of authors, whether or not there is a desk.
func (s *Server) authorRoutes() map[string]handler {
	return map[string]handler{
		"GET /author/{$}":                      s.atDesk(s.authorHome),
		"GET /author":                          s.atDesk(s.authorHome),
		"POST /author":                         s.atDesk(s.authorCheck),
		"GET /author/changes":                  s.atDesk(s.authorChanges),
		"GET /author/chapters/{chapter}/{$}":   s.atDesk(s.authorPreview),
		"GET /author/chapters/{chapter}/{lab}": s.atDesk(s.authorPreview),
	}
}

// atDesk lets h answer only where there are authors.
func (s *Server) atDesk(h handler) handler {
	return func(w http.ResponseWriter, v *visit) error {
		if s.desk == nil {
			return s.unknown(w, v)
		}
		return h(w, v)
	}
}

// edition is the content of an author's edition.
func edition(e *author.Edition) *Content { return &Content{Book: e.Book, Labs: e.Labs, Plan: plan()} }

// current is the content that a page is made of which is about a lab, or a
// text of a chapter: the one in which that was whole.
func (s *Server) current(lang, chapter, lab string) (*Content, error) {
	switch {
	case s.desk == nil || chapter == "" && lab == "":
		return s.content(lang)
	case chapter == "":
		return edition(s.desk.Lab(lab)).in(lang), nil
	}
	return edition(s.desk.Text(chapter, lab)).in(lang), nil
}

// version names what pages are made of now.
func (s *Server) version(e *author.Edition) string { return fmt.Sprintf("%s.%d", s.boot, e.Number) }

// notes are what a page tells its author; nil where there are none.
func (s *Server) notes(v *visit) *page.Author {
	if s.desk == nil {
		return nil
	}
	now := s.desk.Now()
	a := &page.Author{Home: authorURL(v.lang), Changes: authorURL(v.lang) + "/changes", Version: s.version(now)}
	for _, p := range now.Problems {
		if about(p, v.r.PathValue("chapter"), v.r.PathValue("lab")) {
			a.Problems = append(a.Problems, problem(p))
		} else {
			a.Elsewhere++
		}
	}
	return a
}

// about tells whether a problem is one of a page about a chapter, or a lab, or
// a lesson. One that is nobody's is everybody's.
func about(p author.Problem, chapter, lab string) bool {
	switch {
	case p.Lab == "" && p.Chapter == "":
		return true
	case p.Lab != "":
		return p.Lab == lab
	case p.Lesson != "" && lab != "":
		return p.Lesson == lab
	}
	return p.Lesson == "" && p.Chapter == chapter
}

func problem(p author.Problem) page.AuthorProblem {
	out := page.AuthorProblem{Place: p.File, Message: p.Message}
	if p.Line > 0 {
		out.Place = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	for _, l := range p.Excerpt {
		out.Excerpt = append(out.Excerpt, page.AuthorLine{Number: l.Number, Text: l.Text, Wrong: l.Wrong})
	}
	return out
}

// authorHome is the page with check's table.
func (s *Server) authorHome(w http.ResponseWriter, v *visit) error {
	title := say.Text(v.lang, "author.title")
	p := page.AuthorData{Frame: s.frame(v, "author", title, page.Link{Href: authorURL(v.lang), Text: title}), Action: authorURL(v.lang)}
	now, board := s.desk.Now(), s.desk.Board()
	// Here every problem is one of the page.
	p.Author.Problems, p.Author.Elsewhere = nil, 0
	for _, one := range now.Problems {
		p.Author.Problems = append(p.Author.Problems, problem(one))
	}
	p.State = boardState(v.lang, board)
	p.Busy = board.Lab != ""
	for _, name := range check.Criteria() {
		p.Criteria = append(p.Criteria, say.Text(v.lang, "check.name."+name))
	}
	for _, sub := range board.Subjects {
		p.Subjects = append(p.Subjects, s.subject(v.lang, now, sub))
	}
	return s.show(w, v, http.StatusOK, page.AuthorPage(p))
}

// boardState says in a sentence how far checking is.
func boardState(lang string, b author.Board) string {
	switch {
	case b.Err != nil:
		return say.Text(lang, "author.failed", "reason", b.Err)
	case !b.Checked:
		return say.Text(lang, "author.begins")
	case b.Lab != "":
		var names []string
		for _, c := range b.Criteria {
			names = append(names, say.Text(lang, "check.name."+c))
		}
		return say.Text(lang, "author.busy", "lab", b.Lab, "criteria", say.List(lang, names), "n", b.Done+1, "total", b.Total)
	case b.Waits:
		return say.Text(lang, "author.waits", "n", b.Total-b.Done)
	}
	return say.Text(lang, "author.idle")
}

// subject is a row of the table.
func (s *Server) subject(lang string, e *author.Edition, sub author.Subject) page.AuthorSubject {
	out := page.AuthorSubject{
		ID: sub.ID, Kind: sub.Kind, Name: say.Text(lang, "check.kind."+sub.Kind, "id", sub.ID), Own: sub.Own, Due: sub.Due,
		Lab: sub.Kind == "lab",
	}
	if sub.Kind == "chapter" {
		out.Preview = previewURL(lang, sub.ID, "")
	} else if chapter := e.ChapterOf(sub.ID); chapter != "" {
		out.Preview = previewURL(lang, chapter, sub.ID)
	}
	for _, name := range check.Criteria() {
		cell := page.AuthorCell{Criterion: say.Text(lang, "check.name."+name)}
		i := slices.IndexFunc(sub.Rows, func(r author.Row) bool { return r.Criterion == name })
		if i >= 0 {
			row := sub.Rows[i]
			cell.State, cell.Says, cell.Stale = string(row.State), row.Says, row.Stale
			for _, f := range row.Findings {
				found := page.AuthorFinding{Place: f.File, Message: f.Message, Detail: f.Detail, Flaw: f.Severity == check.Flaw}
				if f.Line > 0 {
					found.Place = fmt.Sprintf("%s:%d", f.File, f.Line)
				}
				cell.Findings = append(cell.Findings, found)
			}
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

// authorCheck checks a lab, or all.
func (s *Server) authorCheck(w http.ResponseWriter, v *visit) error {
	form, err := formOf(v)
	if err != nil {
		return err
	}
	s.desk.Check(form.Get("lab"))
	http.Redirect(w, v.r, authorURL(v.lang), http.StatusSeeOther)
	return nil
}

// authorChanges is a stream of server-sent events: "content" with the version
// of what pages are made of, and for who asks for the board "board" whenever
// there is something new on it. A reader that is slow gets the latest only.
func (s *Server) authorChanges(w http.ResponseWriter, v *visit) error {
	board := v.r.URL.Query().Has("board")
	if board {
		defer s.desk.Watch()()
	}
	control := http.NewResponseController(w)
	// A stream has no end to wait for.
	if err := control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("tell of changes: %w", err)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	ctx, cancel := context.WithCancel(v.r.Context())
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	told := ""
	for {
		changed := s.desk.Changed()
		text := ""
		if now := s.version(s.desk.Now()); now != told {
			text, told = "event: content\ndata: "+now+"\n\n", now
		}
		if board {
			text += "event: board\ndata: \n\n"
		}
		_ = control.SetWriteDeadline(time.Now().Add(busy)) // not every ResponseWriter has deadlines
		if _, err := w.Write([]byte(text)); err != nil {
			return nil // who asked has gone
		}
		if err := control.Flush(); err != nil {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// authorPreview shows a text in both languages, side by side.
func (s *Server) authorPreview(w http.ResponseWriter, v *visit) error {
	chapter, lab := v.r.PathValue("chapter"), v.r.PathValue("lab")
	now := s.desk.Now()
	set := s.desk.Lab(lab).Labs // of a lab that is broken, as it was when it was not
	f := s.frame(v, "author", "", page.Link{Href: authorURL(v.lang), Text: say.Text(v.lang, "author.title")})
	var columns []page.AuthorColumn
	written := false
	for _, lang := range []string{fallbackLang, otherLang} {
		d, err := chapters.Preview(now.Tree.Chapters, set, chapter, lab, lang)
		if err != nil {
			return fmt.Errorf("preview: %w", err)
		}
		written = written || d.Written
		columns = append(columns, s.column(v.lang, now, lang, d))
		if f.Title == "" {
			f.Title = d.Title
		}
	}
	if !written {
		return refuse(http.StatusNotFound, v.lang, "error.lesson")
	}
	f.Author.Problems = nil // each column has its own
	title := say.Text(v.lang, "author.preview.of", "name", firstOf(f.Title, lab, chapter))
	f.Title = title
	f.Place = append(f.Place, page.Link{Href: previewURL(v.lang, chapter, lab), Text: title})
	return s.show(w, v, http.StatusOK, page.AuthorPreview(page.AuthorPreviewData{
		Frame: f, Columns: columns, Rows: inStep(columns[0].Parts, columns[1].Parts), Page: lessonURL(v.lang, chapter, lab),
	}))
}

func firstOf(names ...string) string {
	for _, name := range names {
		if name != "" {
			return name
		}
	}
	return ""
}

// column is a text in one language.
func (s *Server) column(lang string, e *author.Edition, of string, d chapters.Draft) page.AuthorColumn {
	c := page.AuthorColumn{Lang: of, Name: say.Text(lang, "author.lang."+of), File: e.Tree.ChapterFile(d.File), Written: d.Written, Title: d.Title}
	for _, p := range d.Problems {
		c.Problems = append(c.Problems, problem(e.Text(p)))
	}
	c.Parts = parts(lang, d.Blocks)
	return c
}

// headline is where a part of a text begins.
var headline = regexp.MustCompile(`(?m)^<h[23][ >]`)

// parts are a text's blocks, a new part at each heading.
func parts(lang string, blocks []chapters.Block) [][]page.AuthorBlock {
	all := [][]page.AuthorBlock{nil}
	add := func(b page.AuthorBlock) { all[len(all)-1] = append(all[len(all)-1], b) }
	for _, b := range blocks {
		text, ok := b.(chapters.HTML)
		if !ok {
			add(still(lang, b))
			continue
		}
		from := 0
		for _, at := range headline.FindAllStringIndex(string(text), -1) {
			if piece := text[from:at[0]]; strings.TrimSpace(string(piece)) != "" {
				add(page.AuthorBlock{HTML: template.HTML(piece)})
			}
			all = append(all, nil)
			from = at[0]
		}
		if piece := text[from:]; strings.TrimSpace(string(piece)) != "" {
			add(page.AuthorBlock{HTML: template.HTML(piece)})
		}
	}
	return all
}

// inStep are the parts of two texts in rows.
func inStep(a, b [][]page.AuthorBlock) []page.AuthorRow {
	var rows []page.AuthorRow
	for i := range max(len(a), len(b)) {
		var row page.AuthorRow
		if i < len(a) {
			row.Left = a[i]
		}
		if i < len(b) {
			row.Right = b[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// still is a live block as an author reads it: all that it says at once, and
// nothing to press.
func still(lang string, b chapters.Block) page.AuthorBlock {
	switch b := b.(type) {
	case chapters.Predict:
		out := page.AuthorBlock{Kind: say.Text(lang, "author.block.predict"), HTML: b.Ask}
		for _, c := range b.Choices {
			out.Items = append(out.Items, page.AuthorItem{Say: c.Say, Then: c.Confront, Right: c.Right})
		}
		if b.Free {
			out.Items = append(out.Items, page.AuthorItem{Then: b.Confront})
		}
		return out
	case chapters.Outcomes:
		out := page.AuthorBlock{Kind: say.Text(lang, "author.block.outcomes"), HTML: b.Ask}
		for _, c := range b.Choices {
			out.Items = append(out.Items, page.AuthorItem{Say: possible(c), Then: c.Confront})
		}
		return out
	case chapters.Challenge:
		return page.AuthorBlock{Kind: say.Text(lang, "author.block.challenge", "id", b.ID)}
	case chapters.Run:
		return page.AuthorBlock{Kind: say.Text(lang, "author.block.run", "policy", b.Policy, "seed", b.Seed), HTML: b.Watch}
	case chapters.Moment:
		return page.AuthorBlock{Kind: say.Text(lang, "author.block.moment", "policy", b.Policy, "seed", b.Seed), HTML: b.Say}
	case chapters.Exercise:
		return page.AuthorBlock{Kind: say.Text(lang, "author.block.exercise", "lab", b.Lab)}
	case chapters.Measure:
		return stillMeasure(lang, b)
	case chapters.Blanks:
		return stillBlanks(lang, b)
	case chapters.Order:
		return stillOrder(lang, b)
	default:
		panic(fmt.Sprintf("block of type %T", b))
	}
}
