package web

import (
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/say"
	"interleave/web/page"
	"interleave/web/store"
)

// drawing is what the blocks of one lesson are drawn from.
type drawing struct {
	frame    page.Frame
	nonce    string
	place    string // the lesson's address
	action   string // where predictions are posted to
	prefix   string // of ids, where several lessons stand on a page
	lab      *labs.Lab
	answers  map[string]store.Prediction
	progress map[string]store.Progress
	labs     *labs.Set
	outcomes *outcomes
	won      []string // ids of the lab's challenges

	measured  map[string]store.Measurement
	measuring *measuring
}

// blocks returns the parts of a lesson, ready to be drawn.
func (s *Server) blocks(v *visit, f page.Frame, c *Content, chapter string, l *chapters.Lesson) ([]templ.Component, error) {
	answers, err := s.store.Predictions(v.r.Context(), s.learner.ID, l.Lab)
	if err != nil {
		return nil, err
	}
	progress, err := s.store.Progress(v.r.Context(), s.learner.ID)
	if err != nil {
		return nil, err
	}
	d := drawing{
		frame: f, nonce: v.nonce, action: lessonURL(v.lang, chapter, l.Lab) + "/predictions",
		lab: c.Labs.Lab(l.Lab), answers: answers, progress: progress, labs: c.Labs,
		place: lessonURL(v.lang, chapter, l.Lab), measuring: s.measuring,
	}
	if d.measured, err = s.measurements(v.r.Context(), l); err != nil {
		return nil, err
	}
	d.outcomes = s.outcomes
	wins, err := s.store.Wins(v.r.Context(), s.learner.ID, l.Lab)
	if err != nil {
		return nil, err
	}
	d.won = slices.Collect(maps.Keys(wins))
	var all []templ.Component
	for i, b := range l.Blocks {
		all = append(all, d.block(i, b))
	}
	return all, nil
}

// sample returns the book's first moment, for the home page; nil if it has none.
func (s *Server) sample(v *visit, f page.Frame, c *Content) templ.Component {
	for _, ch := range c.Book.Chapters {
		for _, l := range ch.Lessons {
			for _, b := range l.Blocks {
				if m, ok := b.(chapters.Moment); ok {
					d := drawing{frame: f, nonce: v.nonce, lab: c.Labs.Lab(l.Lab)}
					return page.Moment(d.moment(0, m))
				}
			}
		}
	}
	return nil
}

// block returns the i-th block of the lesson.
func (d *drawing) block(i int, b chapters.Block) templ.Component {
	switch b := b.(type) {
	case chapters.HTML:
		return page.HTML(template.HTML(b))
	case chapters.Predict:
		return page.Predict(d.predict(b))
	case chapters.Outcomes:
		return page.Outcomes(d.mayHappen(b))
	case chapters.Challenge:
		return page.ChallengeBlock(d.challenge(b))
	case chapters.Run:
		return page.Run(d.run(i, b))
	case chapters.Moment:
		return page.Moment(d.moment(i, b))
	case chapters.Exercise:
		return page.ExerciseLink(d.exercise(b))
	case chapters.Measure:
		return page.Measure(d.measure(b))
	case chapters.Blanks:
		return page.Blanks(d.blanks(b))
	case chapters.Order:
		return page.Order(d.order(b))
	default:
		panic(fmt.Sprintf("block of type %T", b))
	}
}

func (d *drawing) predict(b chapters.Predict) page.PredictData {
	p := page.PredictData{Frame: d.frame, ID: b.ID, Prefix: d.prefix, Ask: b.Ask, Why: b.Why, Action: d.action}
	for _, c := range b.Choices {
		p.Choices = append(p.Choices, page.Choice{Text: c.Text, Say: c.Say})
	}
	a, ok := d.answers[b.ID]
	if !ok {
		return p
	}
	p.Answered, p.Answer, p.Reason, p.Confront = true, a.Answer, a.Why, b.Confront
	if right, ok := b.Answer(); ok {
		p.Judged, p.Expected, p.Right = true, right.Words, right.Text == a.Answer
	}
	for _, c := range b.Choices {
		if c.Text == a.Answer {
			p.Answer, p.Confront = c.Words, c.Confront
		}
	}
	return p
}

func (d *drawing) run(i int, b chapters.Run) page.RunData {
	href := labURL(d.frame.Lang, d.lab.ID)
	p := page.RunParams{Lab: d.lab.ID, Part: demo, RunSettings: settings(b.Settings), Pictures: b.Pictures, Href: href, Explore: b.Explore}
	if b.Real != nil {
		p.Real = &page.OnMachine{Observe: b.Real.Observe, Procs: b.Real.Procs}
	}
	return page.RunData{Frame: d.frame, ID: fmt.Sprintf("%srun-%d", d.prefix, i), Watch: b.Watch, Href: href, Params: p}
}

func settings(s chapters.Settings) page.RunSettings {
	r := page.RunSettings{Policy: s.Policy, Seed: s.Seed, Procs: s.Procs, Memory: s.Memory, Schedule: s.Schedule, Flags: s.Flags}
	if r.Flags == nil {
		r.Flags = map[string]string{}
	}
	return r
}

// moment returns a moment of the demo as the lab brings it: what a lesson says
// of it holds of that program and not of what the learner made of it.
func (d *drawing) moment(i int, b chapters.Moment) page.MomentData {
	var files []page.File
	for _, f := range d.lab.Demo {
		files = append(files, page.File{Name: f.Name, Text: string(f.Src)})
	}
	return page.MomentData{
		Frame: d.frame, ID: fmt.Sprintf("%smoment-%d", d.prefix, i), Say: b.Say,
		Params: page.MomentParams{
			Lang: d.frame.Lang, Lab: d.lab.ID, Files: files, Run: settings(b.Settings), At: at(b.At),
			Say: string(b.Say), Pictures: b.Pictures, URLs: page.MomentURLs{WS: wsURL(d.frame.Lang)},
			Token: d.frame.Token, Nonce: d.nonce,
		},
	}
}

func at(a chapters.At) page.At {
	to := page.At{
		G: uint32(a.G), Name: a.Name, Kinds: []int{}, N: []int{}, Outcome: int(a.Match.Ending),
		Object: a.Match.Object, Peer: a.Match.ToPeer, Nth: a.Nth,
	}
	for _, k := range a.Match.Kinds {
		to.Kinds = append(to.Kinds, int(k))
	}
	for _, n := range a.Match.N {
		to.N = append(to.N, int(n))
	}
	return to
}

func (d *drawing) exercise(b chapters.Exercise) page.ExerciseLinkData {
	p := d.progress[b.Lab]
	e := page.ExerciseLinkData{
		Frame: d.frame, Title: say.Text(d.frame.Lang, "exercise.name"),
		Href: exerciseURL(d.frame.Lang, b.Lab), Tried: p.Tries > 0, Score: p.Best,
	}
	if lab := d.labs.Lab(b.Lab); lab != nil {
		e.Title, e.Total = say.Text(d.frame.Lang, "exercise.title", "lab", lab.Title), lab.Points
	}
	return e
}

// predict keeps the answer to a lesson's question and shows the lesson again.
func (s *Server) predict(w http.ResponseWriter, v *visit) error {
	c, chapter, lesson, err := s.theLesson(v)
	if err != nil {
		return err
	}
	form, err := formOf(v)
	if err != nil {
		return err
	}
	id := form.Get("question")
	if several, ok := blockOf(lesson, func(q chapters.Outcomes) bool { return q.ID == id }); ok {
		return s.mayHappen(w, v, c, chapter, lesson, several)
	}
	q, ok := question(lesson, id)
	if !ok {
		return refuse(http.StatusNotFound, v.lang, "error.question")
	}
	answer, ok := answered(q, form)
	if !ok {
		return refuse(http.StatusBadRequest, v.lang, "error.answer")
	}
	if err := s.store.Predict(v.r.Context(), s.learner.ID, lesson.Lab, q.ID, answer, form.Get("why")); err != nil {
		return err
	}
	http.Redirect(w, v.r, lessonURL(v.lang, chapter, lesson.Lab)+"#predict-"+q.ID, http.StatusSeeOther)
	return nil
}

// answered is the answer that a form gives to a question, "" if it skips it;
// false if the question has no such answer.
func answered(q chapters.Predict, form url.Values) (string, bool) {
	answer := strings.TrimSpace(form.Get("answer"))
	switch {
	case form.Has("skip"):
		return "", true
	case q.Free:
		return answer, answer != ""
	default:
		return answer, slices.ContainsFunc(q.Choices, func(c chapters.Choice) bool { return c.Text == answer })
	}
}

// question returns the lesson's question of that id.
func question(l *chapters.Lesson, id string) (chapters.Predict, bool) {
	return blockOf(l, func(p chapters.Predict) bool { return p.ID == id })
}

// questions returns how many answers of a learner a lesson asks for.
func questions(l *chapters.Lesson) int {
	n := 0
	for _, block := range l.Blocks {
		switch b := block.(type) {
		case chapters.Predict, chapters.Outcomes, chapters.Blanks, chapters.Order:
			n++
		case chapters.Measure:
			n += min(len(b.Choices), 1)
		}
	}
	return n
}
