package web

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"interleave/chapters"
	"interleave/sim/say"
	"interleave/web/page"
	"interleave/web/store"
)

func reviewURL(lang string) string { return "/" + lang + "/review" }

// returned is a question that has come back, and where it stands.
type returned struct {
	chapter  *chapters.Chapter
	lesson   *chapters.Lesson
	question chapters.Predict
}

// back returns the questions that have come back. Those that are no longer
// there, and those that nobody can answer rightly or wrongly, stay away.
func (s *Server) back(v *visit, b *chapters.Book) ([]returned, error) {
	due, err := s.store.Due(v.r.Context(), s.learner.ID)
	if err != nil {
		return nil, err
	}
	var all []returned
	for _, r := range due {
		if q, ok := comesBack(b, r.Lesson, r.Question); ok {
			all = append(all, q)
		}
	}
	return all, nil
}

// comesBack finds a question that can come back.
func comesBack(b *chapters.Book, lab, id string) (returned, bool) {
	ch, l := lessonOf(b, lab)
	if l == nil {
		return returned{}, false
	}
	q, ok := question(l, id)
	if !ok {
		return returned{}, false
	}
	_, judged := q.Answer()
	return returned{ch, l, q}, judged
}

// review is the page with one question that has come back, or, after an
// answer, with what became of it.
func (s *Server) review(w http.ResponseWriter, v *visit) error {
	c, err := s.content(v.lang)
	if err != nil {
		return fmt.Errorf("load what there is to read: %w", err)
	}
	due, err := s.back(v, c.Book)
	if err != nil {
		return err
	}
	title := say.Text(v.lang, "review.title")
	p := page.ReviewData{Frame: s.frame(v, "review", title, page.Link{Text: title}), Left: len(due)}
	lab, id, _ := strings.Cut(v.r.URL.Query().Get("was"), "/")
	if q, ok := comesBack(c.Book, lab, id); ok {
		last, err := s.store.LastReview(v.r.Context(), s.learner.ID, lab, id)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil {
			p.Show(q.drawn(p.Frame, &last))
			return s.show(w, v, http.StatusOK, page.Review(p))
		}
	}
	if len(due) > 0 {
		p.Show(due[0].drawn(p.Frame, nil))
	}
	return s.show(w, v, http.StatusOK, page.Review(p))
}

// drawn returns the question as a page shows it: open, or with the answer that
// was given last.
func (q returned) drawn(f page.Frame, last *store.Review) (page.PredictData, page.Link) {
	d := drawing{frame: f, action: reviewURL(f.Lang), answers: map[string]store.Prediction{}}
	if last != nil {
		d.answers[q.question.ID] = store.Prediction{Answer: last.Answer}
	}
	p := d.predict(q.question)
	p.Lesson, p.Why = q.lesson.Lab, false
	return p, page.Link{Href: lessonURL(f.Lang, q.chapter.ID, q.lesson.Lab) + "#predict-" + q.question.ID, Text: q.lesson.Title}
}

// reviewed keeps the answer to a question that has come back.
func (s *Server) reviewed(w http.ResponseWriter, v *visit) error {
	c, err := s.content(v.lang)
	if err != nil {
		return fmt.Errorf("load what there is to read: %w", err)
	}
	form, err := formOf(v)
	if err != nil {
		return err
	}
	q, ok := comesBack(c.Book, form.Get("lesson"), form.Get("question"))
	if !ok {
		return refuse(http.StatusNotFound, v.lang, "error.question")
	}
	answer, ok := answered(q.question, form)
	if !ok {
		return refuse(http.StatusBadRequest, v.lang, "error.answer")
	}
	right, _ := q.question.Answer()
	if err := s.store.Reviewed(v.r.Context(), s.learner.ID, q.lesson.Lab, q.question.ID, answer, answer == right.Text); err != nil {
		return err
	}
	http.Redirect(w, v.r, reviewURL(v.lang)+"?was="+q.lesson.Lab+"/"+q.question.ID, http.StatusSeeOther)
	return nil
}
