package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"interleave/chapters"
	"interleave/sim/say"
	"interleave/web/page"
	"interleave/web/store"
)

// trail is the way through everything there is to learn, with how far the
// learner is on it.
type trail struct {
	lang     string
	content  *Content
	progress map[string]store.Progress
	rows     []page.ChapterRow
	ids      []string // the chapters' of rows; "" of one that is not written yet
}

// trail returns the path as the learner sees it now.
func (s *Server) trail(v *visit, c *Content) (*trail, error) {
	progress, err := s.store.Progress(v.r.Context(), s.learner.ID)
	if err != nil {
		return nil, err
	}
	p := &trail{lang: v.lang, content: c, progress: progress}
	p.lay()
	return p, nil
}

// lay puts the chapters that there are and those that are planned into one
// order.
func (p *trail) lay() {
	planned := make(map[int]chapters.PlannedChapter)
	for _, ch := range p.content.Plan {
		planned[ch.Number] = ch
	}
	for _, ch := range p.content.Book.Chapters {
		plan := planned[ch.Number]
		if !shares(ch, plan) {
			plan = chapters.PlannedChapter{} // a chapter of others, which has only its number from us
		} else {
			delete(planned, ch.Number)
		}
		p.rows, p.ids = append(p.rows, p.chapter(ch, plan)), append(p.ids, ch.ID)
	}
	for _, plan := range p.content.Plan {
		if _, left := planned[plan.Number]; left {
			i, _ := slices.BinarySearchFunc(p.rows, plan.Number+1, func(r page.ChapterRow, n int) int { return cmp.Compare(r.Number, n) })
			p.rows, p.ids = slices.Insert(p.rows, i, p.planned(plan)), slices.Insert(p.ids, i, "")
		}
	}
}

// shares tells whether a lesson of the chapter is planned there.
func shares(ch chapters.Chapter, plan chapters.PlannedChapter) bool {
	return slices.ContainsFunc(plan.Labs, func(lab chapters.PlannedLab) bool {
		return slices.ContainsFunc(ch.Lessons, func(l chapters.Lesson) bool { return l.Lab == lab.ID })
	})
}

// row returns the row of a chapter of the book.
func (p *trail) row(id string) page.ChapterRow { return p.rows[slices.Index(p.ids, id)] }

func (p *trail) planned(plan chapters.PlannedChapter) page.ChapterRow {
	row := page.ChapterRow{
		Link: page.Link{Text: plan.Title.In(p.lang)}, Number: plan.Number, About: plan.About.In(p.lang),
	}
	for _, lab := range plan.Labs {
		row.Labs = append(row.Labs, p.plannedLab(lab))
	}
	return row
}

func (p *trail) plannedLab(lab chapters.PlannedLab) page.LabRow {
	return page.LabRow{Link: page.Link{Text: lab.Title.In(p.lang)}, Point: lab.Point.In(p.lang), State: page.Planned}
}

// chapter returns the row of a chapter that is written, with what of it is
// still planned at its place in the order.
func (p *trail) chapter(ch chapters.Chapter, plan chapters.PlannedChapter) page.ChapterRow {
	row := page.ChapterRow{
		Link:   page.Link{Href: chapterURL(p.lang, ch.ID), Text: ch.Title},
		Number: ch.Number, About: ch.About,
	}
	rest := plan.Labs
	upTo := func(end int) {
		for _, lab := range rest[:end] {
			row.Labs = append(row.Labs, p.plannedLab(lab))
		}
		rest = rest[min(end+1, len(rest)):]
	}
	before := ""
	for _, l := range ch.Lessons {
		if i := slices.IndexFunc(rest, func(lab chapters.PlannedLab) bool { return lab.ID == l.Lab }); i >= 0 {
			upTo(i)
		}
		lab := p.lab(ch.ID, before, l)
		before = l.Lab
		row.Written++
		if lab.State == page.Done {
			row.Done++
		} else {
			row.Left += lab.Minutes
		}
		row.Labs = append(row.Labs, lab)
	}
	upTo(len(rest))
	return row
}

// lab returns the row of a lesson. That the one right before it comes first
// can be seen without being said.
func (p *trail) lab(chapter, before string, l chapters.Lesson) page.LabRow {
	at := p.progress[l.Lab]
	row := page.LabRow{
		Link:    page.Link{Href: lessonURL(p.lang, chapter, l.Lab), Text: l.Title},
		Minutes: l.Minutes, State: p.state(&l),
	}
	if lab := p.content.Labs.Lab(l.Lab); lab != nil && at.Tries > 0 {
		row.Score, row.Points = at.Best, lab.Points
	}
	if row.State == page.Done {
		return row
	}
	for _, need := range l.Needs {
		ch, lesson := lessonOf(p.content.Book, need)
		if lesson != nil && need != before && p.state(lesson) != page.Done {
			row.Needs = append(row.Needs, page.Link{Href: lessonURL(p.lang, ch.ID, need), Text: lesson.Title})
		}
	}
	return row
}

// lessonOf returns the lesson of a lab and its chapter; nil if it has none.
func lessonOf(b *chapters.Book, lab string) (*chapters.Chapter, *chapters.Lesson) {
	for i := range b.Chapters {
		if l := find(b, b.Chapters[i].ID, lab); l != nil {
			return &b.Chapters[i], l
		}
	}
	return nil, nil
}

// state says how far a learner is with a lesson: it is done when its exercise
// is solved, or, where it has none, when all its questions were answered.
func (p *trail) state(l *chapters.Lesson) page.State {
	at := p.progress[l.Lab]
	done := at.Passed
	if lab := p.content.Labs.Lab(l.Lab); lab == nil || lab.Exercise == nil {
		done = at.Visited && at.Answers >= questions(l)
	}
	switch {
	case done:
		return page.Done
	case at != store.Progress{}:
		return page.Begun
	default:
		return page.New
	}
}

// resume returns where a learner goes on who was last at a lesson: there, at
// the first question without an answer, or if that lesson is done, at the next
// one that is not. It is nil for who has done everything.
func (s *Server) resume(ctx context.Context, p *trail, chapter, lab string) (*page.Link, error) {
	book := p.content.Book
	if find(book, chapter, lab) == nil {
		return nil, nil
	}
	past := false
	for _, ch := range book.Chapters {
		for i := range ch.Lessons {
			l := &ch.Lessons[i]
			past = past || ch.ID == chapter && l.Lab == lab
			if !past || p.state(l) == page.Done {
				continue
			}
			link := &page.Link{Href: lessonURL(p.lang, ch.ID, l.Lab), Text: l.Title}
			answers, err := s.store.Predictions(ctx, s.learner.ID, l.Lab)
			if err != nil {
				return nil, err
			}
			if open := firstOpen(l, answers); open != "" && len(answers) > 0 {
				link.Href += "#" + open
			}
			return link, nil
		}
	}
	return nil, nil
}

// firstOpen returns where in a lesson's page the first question stands that has
// no answer; "" if there is none.
func firstOpen(l *chapters.Lesson, answers map[string]store.Prediction) string {
	for _, block := range l.Blocks {
		kind, id := "", ""
		switch b := block.(type) {
		case chapters.Predict:
			kind, id = "predict-", b.ID
		case chapters.Outcomes:
			kind, id = "predict-", b.ID
		case chapters.Blanks:
			kind, id = "practice-", b.ID
		case chapters.Order:
			kind, id = "practice-", b.ID
		case chapters.Measure:
			if len(b.Choices) > 0 {
				kind, id = "measure-", b.ID
			}
		}
		if _, answered := answers[id]; kind != "" && !answered {
			return kind + id
		}
	}
	return ""
}

// home is the page with the path of chapters.
func (s *Server) home(w http.ResponseWriter, v *visit) error {
	c, err := s.content(v.lang)
	if err != nil {
		return fmt.Errorf("load what there is to read: %w", err)
	}
	t, err := s.trail(v, c)
	if err != nil {
		return err
	}
	chapter, lab, err := s.store.LastVisit(v.r.Context(), s.learner.ID)
	if err != nil {
		return err
	}
	p := page.HomeData{Frame: s.frame(v, "home", ""), Chapters: t.rows}
	p.Sample = s.sample(v, p.Frame, c)
	for _, row := range t.rows {
		p.Done, p.Written, p.Left = p.Done+row.Done, p.Written+row.Written, p.Left+row.Left
	}
	for _, ch := range c.Book.Chapters {
		if p.Begin == nil && len(ch.Lessons) > 0 {
			p.Begin = &page.Link{Href: lessonURL(v.lang, ch.ID, ch.Lessons[0].Lab), Text: ch.Lessons[0].Title}
		}
	}
	if p.Resume, err = s.resume(v.r.Context(), t, chapter, lab); err != nil {
		return err
	}
	due, err := s.back(v, c.Book)
	if err != nil {
		return err
	}
	if len(due) > 0 {
		p.Review = &page.Link{Href: reviewURL(v.lang), Text: say.Text(v.lang, "review.count", "n", len(due))}
	}
	return s.show(w, v, http.StatusOK, page.Home(p))
}

// plan returns the path of our own chapters. It is embedded, and tested.
var plan = sync.OnceValue(func() chapters.Curriculum {
	all, err := chapters.TheCurriculum()
	if err != nil {
		panic("web: " + err.Error())
	}
	return all
})
