package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"sync"
	"time"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/explore"
	"interleave/sim/say"
	"interleave/web/live"
	"interleave/web/page"
)

const (
	// outcomesBudget is how long it is explored what a question's program can do.
	outcomesBudget = 10 * time.Second
	// outcomesWait bounds how long an answer waits for that: for its turn, for
	// the build, and for exploring.
	outcomesWait = 25 * time.Second
	// maxOutcomes is how many explorations are kept.
	maxOutcomes = 500
)

// outcomes explores the programs that questions are about, one at a time, and
// keeps what came out: the same question has the same answer.
type outcomes struct {
	explorer live.Explorer // nil: nothing can be explored
	turn     chan struct{} // the one place

	mu    sync.Mutex
	known map[[sha256.Size]byte]explored
}

func newOutcomes(e live.Explorer) *outcomes {
	return &outcomes{explorer: e, turn: make(chan struct{}, 1), known: make(map[[sha256.Size]byte]explored)}
}

// explored is what exploring has to say about a question.
type explored struct {
	all       bool // every schedule was run, but for those that show the same
	runs      int
	schedules map[string]string // for the key of each choice that was found, one that shows it
	failed    string            // why nothing is known, as a sentence
}

func keyOf(lab *labs.Lab, q chapters.Outcomes) [sha256.Size]byte {
	var keys []string
	for _, c := range q.Choices {
		keys = append(keys, c.Key())
	}
	text, err := json.Marshal([]any{lab.ID, lab.Demo, q.Args(), keys})
	if err != nil { // texts alone
		panic(err)
	}
	return sha256.Sum256(text)
}

// look returns what is known about a question already.
func (o *outcomes) look(lab *labs.Lab, q chapters.Outcomes) (explored, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e, ok := o.known[keyOf(lab, q)]
	return e, ok
}

func (o *outcomes) keep(lab *labs.Lab, q chapters.Outcomes, e explored) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.known) >= maxOutcomes {
		clear(o.known)
	}
	o.known[keyOf(lab, q)] = e
}

// explore finds out what a question's program can do, unless that is known.
func (o *outcomes) explore(ctx context.Context, lang string, lab *labs.Lab, q chapters.Outcomes) {
	select {
	case o.turn <- struct{}{}:
		defer func() { <-o.turn }()
	case <-ctx.Done():
		o.keep(lab, q, explored{failed: say.Text(lang, "outcomes.busy")})
		return
	}
	if e, ok := o.look(lab, q); ok && e.failed == "" {
		return
	}
	e, err := o.ask(ctx, lang, lab, q)
	var no live.Refusal
	switch {
	case errors.As(err, &no):
		e.failed = string(no)
	case err != nil:
		e.failed = say.Text(lang, "outcomes.failed")
	}
	o.keep(lab, q, e)
}

func (o *outcomes) ask(ctx context.Context, lang string, lab *labs.Lab, q chapters.Outcomes) (explored, error) {
	if o.explorer == nil {
		return explored{}, live.Refusal(say.Text(lang, "outcomes.nobody"))
	}
	job := live.Exploration{
		Lang: lang, Lab: lab.ID, Part: demo, Files: map[string]string{}, Args: q.Args(),
		Budget: outcomesBudget, Bound: -1, Seed: 1, Queries: q.Queries(),
	}
	for _, f := range lab.Demo {
		job.Files[f.Name] = string(f.Src)
	}
	answer, err := o.explorer.Explore(ctx, job, func(live.News) {})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return explored{}, err
	}
	rep, ok := answer.(explore.Report)
	if !ok {
		return explored{}, fmt.Errorf("explore %s: the report is a %T", lab.ID, answer)
	}
	e := explored{all: rep.Proof.Exhausted, runs: rep.Counts.Schedules, schedules: map[string]string{}}
	for _, a := range rep.Queries {
		if a.Found {
			e.schedules[a.Query] = a.Schedule
		}
	}
	for _, c := range q.Choices {
		if schedule, found := rep.Ending(string(c.Ends)); found {
			e.schedules[c.Key()] = schedule
		}
	}
	return e, nil
}

// mayHappen keeps an answer to a question of what may happen, explores what is
// so, and shows the lesson again. The answer is kept whatever becomes of that.
func (s *Server) mayHappen(w http.ResponseWriter, v *visit, c *Content, chapter string, l *chapters.Lesson, q chapters.Outcomes) error {
	form := v.r.PostForm
	if !form.Has("again") { // or else it is answered
		answer := q.Stored(form["answer"])
		offered := func(key string) bool {
			return slices.ContainsFunc(q.Choices, func(p chapters.Possible) bool { return p.Key() == key })
		}
		if slices.ContainsFunc(form["answer"], func(key string) bool { return !offered(key) }) {
			return refuse(http.StatusBadRequest, v.lang, "error.answer")
		}
		if form.Has("skip") {
			answer = ""
		}
		if err := s.store.Predict(v.r.Context(), s.learner.ID, l.Lab, q.ID, answer, form.Get("why")); err != nil {
			return err
		}
	}
	if lab := c.Labs.Lab(l.Lab); lab != nil {
		ctx, cancel := context.WithTimeout(v.r.Context(), outcomesWait)
		defer cancel()
		defer context.AfterFunc(s.ctx, cancel)()
		s.outcomes.explore(ctx, v.lang, lab, q)
	}
	http.Redirect(w, v.r, lessonURL(v.lang, chapter, l.Lab)+"#predict-"+q.ID, http.StatusSeeOther)
	return nil
}

// mayHappen returns a question of what may happen as it is drawn.
func (d *drawing) mayHappen(b chapters.Outcomes) page.OutcomesData {
	p := page.OutcomesData{Frame: d.frame, ID: b.ID, Prefix: d.prefix, Ask: b.Ask, Why: b.Why, Action: d.action}
	a, answered := d.answers[b.ID]
	ticked, said := b.Ticked(a.Answer)
	p.Answered, p.Passed, p.Reason = answered, !said, a.Why
	e, known := d.outcomes.look(d.lab, b)
	p.Known, p.Failed = known && e.failed == "", e.failed
	n := e.runs
	for i, c := range b.Choices {
		row := page.Outcome{Key: c.Key(), Say: c.Say, Output: c.Prints, Ticked: slices.Contains(ticked, c.Key())}
		if answered && p.Known {
			schedule, can := e.schedules[c.Key()]
			row.Can, row.Confront = can, c.Confront
			row.Judged = can || e.all
			row.Right = row.Ticked == can
			switch {
			case can:
				row.Truth = d.frame.T("outcomes.can")
				row.Play = d.play(fmt.Sprintf("play-%s-%d", b.ID, i), b.Flags, schedule)
			case e.all:
				row.Truth = d.frame.T("outcomes.never")
			default:
				row.Truth = d.frame.T("outcomes.unseen", "n", n)
			}
			if row.Judged {
				p.Judged++
				if row.Right {
					p.Right++
				}
			}
		}
		p.Choices = append(p.Choices, row)
	}
	p.Explored = d.frame.T("outcomes.some", "n", n)
	if e.all {
		p.Explored = d.frame.T("outcomes.all", "n", n)
	}
	return p
}

// play is a run of the demo under a schedule that was found.
func (d *drawing) play(id string, flags map[string]string, schedule string) *page.RunData {
	r := d.run(0, chapters.Run{Settings: chapters.Settings{Flags: flags, Policy: "replay", Seed: 1, Procs: 1, Memory: true, Schedule: schedule}})
	r.ID = id
	r.Params.Pictures = []string{}
	return &r
}

// challenge returns one of the lab's challenges as it is drawn.
func (d *drawing) challenge(b chapters.Challenge) page.ChallengeData {
	p := page.ChallengeData{Frame: d.frame, Lab: d.lab.ID, ID: b.ID, Href: labURL(d.frame.Lang, d.lab.ID) + "#challenge=" + b.ID}
	c := d.lab.Challenge(b.ID)
	if c == nil { // the lesson is of another moment than the lab
		return p
	}
	p.Title, p.Hints = c.Title, c.Hints
	switch g := c.Goal; {
	case g.Output != "":
		p.Goal, p.Output = d.frame.T("ui.goal.output"), g.Output
	case g.Reaches > 0:
		p.Goal = d.frame.T("ui.goal.reaches", "line", g.Reaches)
	default:
		p.Goal = d.frame.T("ui.goal." + string(g.Ends))
	}
	p.Won = slices.Contains(d.won, b.ID)
	return p
}

// possible is an outcome as an author reads it: in words, or what is printed.
func possible(c chapters.Possible) template.HTML {
	return cmp.Or(c.Say, template.HTML("<code>"+template.HTMLEscapeString(c.Prints)+"</code>"))
}
