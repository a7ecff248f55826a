package live

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"time"

	"interleave/sim/say"
)

// The limits of explorations.
const (
	maxBudget       = 60 * time.Second
	maxBound        = 1000 // pre-emptions
	maxQueries      = 8
	maxQuery        = 1000 // bytes
	maxExplorations = 2    // of all sessions at the same time: each uses all cores
)

// countsEvery is the least time between two messages of counts.
const countsEvery = 100 * time.Millisecond

// Exploration is what a page asks to be explored.
type Exploration struct {
	Lang    string
	Lab     string
	Part    string            // "demo" or "exercise"
	Files   map[string]string // the program's files, by name
	Args    []string          // the program's flags, as on its command line
	Budget  time.Duration     // 0: nothing is run
	Bound   int               // the most pre-emptions in a schedule; -1 is any number
	Seed    uint64
	Queries []string // runs that are asked for
}

// Known is a finding of an earlier exploration.
type Known struct {
	ID       string `json:"id"`
	Class    string `json:"class"`
	Cause    string `json:"cause"`
	Schedule string `json:"schedule"`
}

// News is what an exploration tells on its way; what is zero has not changed.
type News struct {
	Phase   string // what is done before the first schedule: find, parse, check, …
	Counts  any    // how far it is
	Finding any    // one that is new, or smaller than the one with the same ID
	ID      string // of Finding
}

// Retried says what became of a known finding on the program as it is now.
type Retried struct {
	Verdict  string // "fails", "passes" or "unfit"
	Step     int    // of the schedule, from 1, at which it stopped fitting
	Sentence string // in the job's language; "" if there is no more to say
}

// Explorer looks for the schedules that break a program. What it tells and
// returns becomes JSON and is not changed afterwards.
type Explorer interface {
	// Explore builds the job's program and runs it under one schedule after
	// another until there are no more, the budget is used up or ctx ends,
	// and returns its report, also of what was found before ctx ended. It calls
	// tell once at a time. Its errors are those of [Engine.Start].
	Explore(ctx context.Context, job Exploration, tell func(News)) (report any, err error)

	// Retry runs the job's program under the schedule of a known finding.
	Retry(ctx context.Context, job Exploration, known Known) (Retried, error)
}

// exploration returns what the request asks to be explored, or a Refusal.
func (r *request) exploration(lang string) (Exploration, error) {
	refuse := func(key string, args ...any) (Exploration, error) {
		return Exploration{}, Refusal(say.Text(lang, key, args...))
	}
	args, err := r.program(lang)
	if err != nil {
		return Exploration{}, err
	}
	switch {
	case r.Budget < 0 || r.Budget > int(maxBudget/time.Millisecond):
		return refuse("ws.refused.budget", "max", int(maxBudget.Seconds()))
	case r.Bound < -1 || r.Bound > maxBound:
		return refuse("ws.refused.bound", "max", maxBound)
	case len(r.Queries) > maxQueries:
		return refuse("ws.refused.queries", "max", maxQueries)
	}
	for _, q := range r.Queries {
		if len(q) > maxQuery || !query.MatchString(q) || strings.ContainsRune(q, 0) {
			return refuse("ws.refused.query")
		}
	}
	return Exploration{
		Lang: lang, Lab: r.Lab, Part: r.Part, Files: r.Files, Args: args,
		Budget: time.Duration(r.Budget) * time.Millisecond, Bound: r.Bound, Seed: r.Seed, Queries: r.Queries,
	}, nil
}

// query is what runs can be asked for with. A place is FILE:LINE; goroutines
// are named by their paths in the tree of go statements.
var query = regexp.MustCompile(`^(output (?s:.+)|prints (?s:.*)|reaches [A-Za-z0-9_]+\.go:[0-9]{1,6}|` +
	`before [0-9.]+ [0-9.]+ [A-Za-z0-9_]+\.go:[0-9]{1,6}|exit [0-9]{1,3}|value \S+ (?s:.+))$`)

// known returns the finding that the request wants to be tried, or a Refusal.
func (r *request) known(lang string) (Known, error) {
	k := r.Known
	if k == nil || len(k.ID)+len(k.Class)+len(k.Cause) > maxQuery || strings.ContainsRune(k.ID+k.Class+k.Cause, 0) {
		return Known{}, Refusal(say.Text(lang, "ws.refused.known"))
	}
	if len(k.Schedule) > MaxSchedule || strings.ContainsRune(k.Schedule, 0) {
		return Known{}, Refusal(say.Text(lang, "ws.refused.schedule", "max", MaxSchedule>>10))
	}
	return *k, nil
}

// The messages of explorations to the page.
type (
	exploringMsg struct {
		Type    string `json:"type"`
		Explore uint32 `json:"explore"`
		Phase   string `json:"phase,omitempty"`
		Counts  any    `json:"counts,omitempty"`
	}
	findingMsg struct {
		Type    string `json:"type"`
		Explore uint32 `json:"explore"`
		Finding any    `json:"finding"`
	}
	exploredMsg struct {
		Type    string `json:"type"`
		Explore uint32 `json:"explore"`
		Report  any    `json:"report"`
	}
	retriedMsg struct {
		Type     string `json:"type"`
		Explore  uint32 `json:"explore"`
		Verdict  string `json:"verdict"`
		Step     int    `json:"step"`
		Sentence string `json:"sentence"`
	}
	unexploredMsg struct {
		Type     string    `json:"type"`
		Explore  uint32    `json:"explore"`
		Msg      string    `json:"msg"`
		Problems []Problem `json:"problems,omitempty"`
	}
)

// exploring is an exploration of a session.
type exploring struct {
	number uint32
	cancel context.CancelFunc
	done   chan struct{} // closed when its goroutine has gone

	mu      sync.Mutex
	phase   string // what has not been sent yet
	counts  any
	found   []News
	changed chan struct{} // holds one token once there is something to send at once
}

// explore begins the exploration, the trying of a finding or the measuring that the
// page asks for, in place of the one that the session has.
func (s *session) explore(ctx context.Context, req *request) error {
	if req.Explore == 0 {
		return errBadMessage
	}
	s.endExploring()
	var job Exploration
	var known Known
	var err error
	if req.Type != "cost" {
		job, err = req.exploration(s.lang)
		if err == nil && req.Type == "retry" {
			known, err = req.known(s.lang)
		}
		if err == nil && s.hub.explorer == nil {
			err = Refusal(say.Text(s.lang, "ws.refused.explorer"))
		}
	}
	if err != nil {
		s.unexplored(ctx, req.Explore, err)
		return nil
	}
	select {
	case s.hub.explorations <- struct{}{}:
	default:
		s.unexplored(ctx, req.Explore, Refusal(say.Text(s.lang, "ws.refused.exploring", "max", maxExplorations)))
		return nil
	}
	ours, cancel := context.WithCancel(ctx)
	e := &exploring{number: req.Explore, cancel: cancel, done: make(chan struct{}), changed: make(chan struct{}, 1)}
	s.exploring = e
	s.wg.Go(func() {
		defer close(e.done)
		defer cancel()
		defer func() { <-s.hub.explorations }()
		switch req.Type {
		case "cost":
			s.measure(ctx, ours, e, req)
		case "retry":
			s.retry(ctx, ours, e, job, known)
		default:
			s.followExploring(ctx, ours, e, job)
		}
	})
	return nil
}

// endExploring ends the session's exploration, if it has one, and waits until
// its report is on its way. Only the goroutine that reads calls it.
func (s *session) endExploring() {
	if s.exploring != nil {
		s.exploring.cancel()
		<-s.exploring.done
		s.exploring = nil
	}
}

// followExploring explores and sends what is told, for as long as ctx lives;
// the exploration itself ends with ours, and its report is still sent.
func (s *session) followExploring(ctx, ours context.Context, e *exploring, job Exploration) {
	told := make(chan struct{})
	over, end := context.WithCancel(ours)
	go func() {
		defer close(told)
		s.tellExploring(ctx, over, e)
	}()
	report, err := s.hub.explorer.Explore(ours, job, e.note)
	end()
	<-told
	if err != nil {
		s.unexplored(ctx, e.number, err)
		return
	}
	s.send(ctx, exploredMsg{Type: "explored", Explore: e.number, Report: report})
}

func (s *session) retry(ctx, ours context.Context, e *exploring, job Exploration, known Known) {
	r, err := s.hub.explorer.Retry(ours, job, known)
	if err != nil {
		s.unexplored(ctx, e.number, err)
		return
	}
	s.send(ctx, retriedMsg{Type: "retried", Explore: e.number, Verdict: r.Verdict, Step: r.Step, Sentence: r.Sentence})
}

// note takes down what the explorer tells. It does not wait for the page:
// counts replace counts, and a finding the one with the same ID.
func (e *exploring) note(n News) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n.Phase != "" {
		e.phase = n.Phase
	}
	if n.Counts != nil {
		e.counts = n.Counts
	}
	if n.Finding == nil {
		return
	}
	for i := range e.found {
		if e.found[i].ID == n.ID {
			e.found[i] = n
			return
		}
	}
	e.found = append(e.found, n)
	select {
	case e.changed <- struct{}{}:
	default:
	}
}

// take returns what is to be sent, and forgets it.
func (e *exploring) take() (phase string, counts any, found []News) {
	e.mu.Lock()
	defer e.mu.Unlock()
	phase, counts, found = e.phase, e.counts, e.found
	e.phase, e.counts, e.found = "", nil, nil
	return phase, counts, found
}

// tellExploring sends what e takes down until over ends: findings at once,
// counts now and then.
func (s *session) tellExploring(ctx, over context.Context, e *exploring) {
	tick := time.NewTicker(countsEvery)
	defer tick.Stop()
	for {
		phase, counts, found := e.take()
		if phase != "" || counts != nil {
			s.send(ctx, exploringMsg{Type: "exploring", Explore: e.number, Phase: phase, Counts: counts})
		}
		for _, n := range found {
			s.send(ctx, findingMsg{Type: "finding", Explore: e.number, Finding: n.Finding})
		}
		if over.Err() != nil {
			return
		}
		select {
		case <-e.changed:
		case <-tick.C:
		case <-over.Done(): // and once more, for what was told last
		}
	}
}

// unexplored tells the page why something could not be explored.
func (s *session) unexplored(ctx context.Context, number uint32, err error) {
	m := unexploredMsg{Type: "unexplored", Explore: number}
	var problems Problems
	var refusal Refusal
	switch {
	case errors.As(err, &problems):
		m.Problems = problems
	case errors.As(err, &refusal):
		m.Msg = string(refusal)
	case errors.Is(err, context.Canceled):
		m.Msg = say.Text(s.lang, "ws.stopped")
	default:
		slog.Error("explore a program", "err", err)
		m.Msg = say.Text(s.lang, "ws.broken")
	}
	s.send(ctx, m)
}
