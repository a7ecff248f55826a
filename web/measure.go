package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/real"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/sim/say"
	"interleave/web/page"
	"interleave/web/store"
)

// A Measurer runs a lab's demo on the real runtime, where nobody looks at it,
// and returns the figures that it prints and how it ended.
type Measurer interface {
	Measure(ctx context.Context, lab *labs.Lab, args []string) ([]real.Figure, runner.Result, error)
}

// maxMeasuring is how long a demo may take to measure something.
const maxMeasuring = 30 * time.Second

// Measure runs the lab's demo as the lab brings it.
func (e *engine) Measure(ctx context.Context, lab *labs.Lab, args []string) ([]real.Figure, runner.Result, error) {
	var src []rewrite.File
	for _, f := range lab.Demo {
		src = append(src, rewrite.File(f))
	}
	cfg := real.Config{Args: args, Net: lab.Real.Net, MaxTime: maxMeasuring}
	return real.Measure(ctx, e.runner, rewrite.Main(src), cfg)
}

// measuring is what is measured now, and what waits for it: two at the same
// time would measure each other.
type measuring struct {
	by Measurer // nil: nothing can be measured

	mu     sync.Mutex
	line   []*measurement // begun or waiting, in order
	last   map[string]*measurement
	closed bool

	running sync.WaitGroup
}

// measurement is one that waits, runs or has ended.
type measurement struct {
	done chan struct{} // closed at its end
	err  error         // of one that is done
}

func newMeasuring(by Measurer) *measuring {
	return &measuring{by: by, last: make(map[string]*measurement)}
}

// start begins to measure what key names, or joins who does so already. It
// ends with ctx.
func (m *measuring) start(ctx context.Context, key string, measure func(context.Context) error) *measurement {
	m.mu.Lock()
	defer m.mu.Unlock()
	if one := m.last[key]; one != nil && slices.Contains(m.line, one) {
		return one
	}
	one := &measurement{done: make(chan struct{})}
	m.last[key] = one
	if m.closed {
		one.err = context.Canceled
		close(one.done)
		return one
	}
	var before *measurement
	if n := len(m.line); n > 0 {
		before = m.line[n-1]
	}
	m.line = append(m.line, one)
	m.running.Go(func() {
		err := inTurn(ctx, before, measure)
		m.mu.Lock()
		defer m.mu.Unlock()
		one.err = err
		m.line = slices.DeleteFunc(m.line, func(other *measurement) bool { return other == one })
		close(one.done)
	})
	return one
}

// inTurn measures once what is before has ended; nil is nothing.
func inTurn(ctx context.Context, before *measurement, measure func(context.Context) error) error {
	if before != nil {
		select {
		case <-before.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return measure(ctx)
}

// close waits for what is measured, whose context has ended.
func (m *measuring) close() {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.running.Wait()
}

// state says whether what key names is under way, how many are before it, and
// how it failed the last time.
func (m *measuring) state(key string) (busy bool, before int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	one := m.last[key]
	if one == nil {
		return false, 0, nil
	}
	if i := slices.Index(m.line, one); i >= 0 {
		return true, i, nil
	}
	return false, 0, one.err
}

// What keeps a demo from measuring, beside that it cannot be built.
type (
	endedError   struct{ verdict eventlog.Verdict }
	missingError struct{ label string }
)

func (e endedError) Error() string   { return fmt.Sprintf("it ended by %s", e.verdict.Outcome) }
func (e missingError) Error() string { return fmt.Sprintf("it printed no %q", e.label) }

// unmeasured is the sentence for why nothing was measured.
func unmeasured(lang string, err error) string {
	var ended endedError
	var missing missingError
	var blame *runner.BuildError
	switch {
	case errors.As(err, &ended):
		return say.Text(lang, "measure.ended", "how", say.Verdict(lang, ended.verdict))
	case errors.As(err, &missing):
		return say.Text(lang, "measure.missing", "label", missing.label)
	case errors.As(err, &blame):
		return say.Text(lang, "measure.builds", "why", blame.Error())
	default:
		return say.Text(lang, "measure.failed")
	}
}

// measured is the machine and its figures as they are stored.
type measured struct {
	OS, Arch string
	CPUs     int
	Figures  []real.Figure
}

// measureNow runs the demo, and keeps the figures that the block asks for.
func (s *Server) measureNow(ctx context.Context, lab *labs.Lab, m chapters.Measure) error {
	figures, res, err := s.measuring.by.Measure(ctx, lab, labs.Args(m.Flags))
	var blame *runner.BuildError
	if err != nil && !errors.As(err, &blame) && ctx.Err() == nil {
		slog.Error("measure", "lab", lab.ID, "question", m.ID, "err", err)
	}
	if err != nil {
		return err
	}
	if res.Verdict.Outcome != event.Exited || res.Verdict.Status != 0 {
		return endedError{res.Verdict}
	}
	out := measured{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU()}
	for _, label := range m.Figures {
		i := slices.IndexFunc(figures, func(f real.Figure) bool { return f.Label == label })
		if i < 0 {
			return missingError{label}
		}
		out.Figures = append(out.Figures, figures[i])
	}
	text, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("keep figures: %w", err)
	}
	return s.store.Measured(ctx, lab.ID, m.ID, whatIs(lab, m), text)
}

// whatIs names the program and what is asked of it.
func whatIs(lab *labs.Lab, m chapters.Measure) string {
	h := sha256.New()
	for _, f := range lab.Demo {
		fmt.Fprintf(h, "%q %q\n", f.Name, f.Src)
	}
	fmt.Fprintf(h, "%q %q", labs.Args(m.Flags), m.Figures)
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func measureKey(lab, id string) string { return lab + "/" + id }

// measure draws a measurement.
func (d *drawing) measure(b chapters.Measure) page.MeasureData {
	p := page.MeasureData{
		Frame: d.frame, ID: d.prefix + b.ID, Question: b.ID, Claim: b.Claim, Ask: b.Ask, Args: strings.Join(labs.Args(b.Flags), " "),
		Action: d.place + "/measurements", State: d.place + "/measurements/" + b.ID, Possible: d.measuring.by != nil,
	}
	for _, c := range b.Choices {
		p.Choices = append(p.Choices, page.Choice{Text: c.Key(), Say: c.Say})
	}
	answer, answered := d.answers[b.ID]
	chosen, chose := b.Chosen(answer.Answer)
	p.Answered, p.Said = answered && (chose || answer.Answer == ""), chosen.Say
	busy, before, err := d.measuring.state(measureKey(d.lab.ID, b.ID))
	if p.Busy = busy; busy {
		p.Status = busyText(d.frame.Lang, before)
	} else if err != nil {
		p.Status = unmeasured(d.frame.Lang, err)
	}
	kept, ok := d.measured[b.ID]
	var found measured
	if !ok || kept.What != whatIs(d.lab, b) || json.Unmarshal(kept.Figures, &found) != nil || len(found.Figures) == 0 {
		return p
	}
	p.Where = d.frame.T("measure.where", "os", found.OS, "arch", found.Arch, "cpus", found.CPUs, "time", kept.At.Format("2006-01-02 15:04"))
	for _, f := range found.Figures {
		p.Figures = append(p.Figures, page.Figure{Label: f.Label, Number: f.Number, Unit: f.Unit})
	}
	p.Confront = b.Confront
	if right, ok := b.Holds(found.Figures[0].Value); ok && p.Answered {
		p.Judged, p.Right, p.Expected = true, chose && right.Key() == chosen.Key(), right.Say
		p.Answer = chosen.Confront
	}
	return p
}

func busyText(lang string, before int) string {
	if before > 0 {
		return say.Text(lang, "measure.waits", "n", before)
	}
	return say.Text(lang, "measure.runs")
}

// answerWithin is how long a page waits for what it asked to be measured
// before it is shown as it is.
const answerWithin = 20 * time.Second

// measure keeps the range that the learner commits to, measures, and shows the
// lesson again.
func (s *Server) measure(w http.ResponseWriter, v *visit) error {
	c, ch, lesson, err := s.theLesson(v)
	if err != nil {
		return err
	}
	form, err := formOf(v)
	if err != nil {
		return err
	}
	m, ok := blockOf[chapters.Measure](lesson, func(b chapters.Measure) bool { return b.ID == form.Get("question") })
	lab := c.Labs.Lab(lesson.Lab)
	switch {
	case !ok || lab == nil:
		return refuse(http.StatusNotFound, v.lang, "error.question")
	case s.measuring.by == nil:
		return refuse(http.StatusConflict, v.lang, "measure.impossible")
	}
	if err := s.commit(v, lesson.Lab, m, form.Get("answer"), form.Has("skip")); err != nil {
		return err
	}
	one := s.measuring.start(s.ctx, measureKey(lab.ID, m.ID), func(ctx context.Context) error { return s.measureNow(ctx, lab, m) })
	select {
	case <-one.done:
	case <-time.After(answerWithin):
	case <-v.r.Context().Done():
	}
	http.Redirect(w, v.r, lessonURL(v.lang, ch, lesson.Lab)+"#measure-"+m.ID, http.StatusSeeOther)
	return nil
}

// commit keeps the range that a learner chose before it was measured; what was
// chosen stays chosen.
func (s *Server) commit(v *visit, lesson string, m chapters.Measure, answer string, skip bool) error {
	if len(m.Choices) == 0 {
		return nil
	}
	answers, err := s.store.Predictions(v.r.Context(), s.learner.ID, lesson)
	if err != nil {
		return err
	}
	if kept, ok := answers[m.ID]; ok {
		if _, fits := m.Chosen(kept.Answer); fits || kept.Answer == "" {
			return nil
		}
	}
	_, ok := m.Chosen(answer)
	switch {
	case skip:
		answer = ""
	case !ok:
		return refuse(http.StatusBadRequest, v.lang, "error.answer")
	}
	return s.store.Predict(v.r.Context(), s.learner.ID, lesson, m.ID, answer, "")
}

// measureState says how far a measurement is, for the page that waits for it.
func (s *Server) measureState(w http.ResponseWriter, v *visit) error {
	_, _, lesson, err := s.theLesson(v)
	if err != nil {
		return err
	}
	id := v.r.PathValue("id")
	if _, ok := blockOf[chapters.Measure](lesson, func(b chapters.Measure) bool { return b.ID == id }); !ok {
		return refuse(http.StatusNotFound, v.lang, "error.question")
	}
	busy, before, _ := s.measuring.state(measureKey(lesson.Lab, id))
	out := struct {
		Busy bool   `json:"busy"`
		Says string `json:"says"`
	}{Busy: busy}
	if busy {
		out.Says = busyText(v.lang, before)
	}
	writeJSON(w, http.StatusOK, out)
	return nil
}

// measurements returns what was measured in a lesson, by the block's id.
func (s *Server) measurements(ctx context.Context, l *chapters.Lesson) (map[string]store.Measurement, error) {
	if _, ok := blockOf[chapters.Measure](l, func(chapters.Measure) bool { return true }); !ok {
		return nil, nil
	}
	return s.store.Measurements(ctx, l.Lab)
}
