package web

import (
	"fmt"
	"net/http"

	"interleave/chapters"
	"interleave/sim/say"
	"interleave/web/page"
	"interleave/web/store"
)

func handoutURL(lang, chapter string) string { return chapterURL(lang, chapter) + "print" }

// handout is the page with all lessons of a chapter, to be printed: nothing in
// it is answered yet, and the answers stand at its end.
func (s *Server) handout(w http.ResponseWriter, v *visit) error {
	c, i, err := s.theChapter(v)
	if err != nil {
		return err
	}
	ch := c.Book.Chapters[i]
	title := say.Text(v.lang, "handout.title", "chapter", chapterName(ch))
	p := page.HandoutData{
		Frame: s.frame(v, "handout", title, page.Link{Href: chapterURL(v.lang, ch.ID), Text: chapterName(ch)}, page.Link{Text: say.Text(v.lang, "handout.name")}),
		Name:  chapterName(ch), Intro: ch.Intro,
	}
	asked := 0
	for n, l := range ch.Lessons {
		d := drawing{
			frame: p.Frame, nonce: v.nonce, prefix: fmt.Sprintf("l%d-", n), lab: c.Labs.Lab(l.Lab), labs: c.Labs,
			action:  lessonURL(v.lang, ch.ID, l.Lab) + "/predictions", // nobody posts there from paper
			answers: map[string]store.Prediction{}, progress: map[string]store.Progress{}, measuring: s.measuring, outcomes: s.outcomes,
		}
		lesson := page.HandoutLesson{Title: l.Title, Facts: facts(v.lang, c, l)}
		for j, b := range l.Blocks {
			if q, ok := b.(chapters.Predict); ok {
				asked++
				lesson.Blocks = append(lesson.Blocks, page.Asked(p.Frame, asked, d.block(j, q)))
				if right, ok := q.Answer(); ok {
					p.Answers = append(p.Answers, page.HandoutAnswer{Number: asked, Say: right.Say, Confront: right.Confront})
				} else if q.Free {
					p.Answers = append(p.Answers, page.HandoutAnswer{Number: asked, Confront: q.Confront})
				}
				continue
			}
			drawn := d.block(j, b)
			if answer, asks := onPaper(b); asks {
				asked++
				drawn = page.Asked(p.Frame, asked, drawn)
				if answer != "" {
					p.Answers = append(p.Answers, page.HandoutAnswer{Number: asked, Confront: answer})
				}
			}
			lesson.Blocks = append(lesson.Blocks, drawn)
		}
		p.Lessons = append(p.Lessons, lesson)
	}
	return s.show(w, v, http.StatusOK, page.Handout(p))
}
