package web

import (
	"fmt"
	"html/template"
	"net/http"

	"interleave/chapters"
	"interleave/sim/say"
	"interleave/web/page"
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
			measuring: s.measuring, outcomes: s.outcomes,
		}
		lesson := page.HandoutLesson{Title: l.Title, Facts: facts(v.lang, c, l)}
		for j, b := range l.Blocks {
			drawn := d.block(j, b)
			if answer, asks := onPaper(b); asks {
				asked++
				drawn = page.Asked(p.Frame, asked, drawn)
				if answer.Number = asked; answer.Confront != "" || answer.Say != "" {
					p.Answers = append(p.Answers, answer)
				}
			}
			lesson.Blocks = append(lesson.Blocks, drawn)
		}
		p.Lessons = append(p.Lessons, lesson)
	}
	return s.show(w, v, http.StatusOK, page.Handout(p))
}

// onPaper is the answer to a question, a measurement or a piece of practice as
// a handout has it at its end; false if the block asks for none.
func onPaper(b chapters.Block) (answer page.HandoutAnswer, asks bool) {
	switch b := b.(type) {
	case chapters.Predict:
		if right, ok := b.Answer(); ok {
			return page.HandoutAnswer{Say: right.Say, Confront: right.Confront}, true
		}
		if b.Free {
			answer.Confront = b.Confront
		}
		return answer, true
	case chapters.Outcomes:
		return answer, true // what can happen is explored, and stands in no book
	case chapters.Measure:
		return page.HandoutAnswer{Confront: b.Confront}, len(b.Choices) > 0
	case chapters.Blanks:
		for i, blank := range b.Blanks {
			if i > 0 {
				answer.Confront += "; "
			}
			answer.Confront += codeOf(blank.Is)
			if blank.Confront != "" {
				answer.Confront += " – " + blank.Confront
			}
		}
		return answer, true
	case chapters.Order:
		var lines template.HTML
		for _, i := range b.Right[0] {
			lines += b.Lines[i].Code + "\n"
		}
		return page.HandoutAnswer{Confront: `<pre class="chroma"><code>` + lines + "</code></pre>"}, true
	}
	return answer, false
}
