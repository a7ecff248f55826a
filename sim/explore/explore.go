// Package explore looks for the schedules that break a program. It starts
// searching processes, puts together what they find, replays each finding to
// tell its schedule step by step, and says all of it in sentences.
//
// # JSON
//
// A [Report] is what interleave explore -json prints, one object, and what the
// page is sent. Its fields and those of what is in it are documented where they
// are declared; lists are never null. "findings" holds bugs first, then hazards,
// then notes, each with its "class" (the damage), "cause" (the rule behind it),
// "sentence", "sites", "schedule" (text for -policy replay -schedule), "steps"
// (the same in words; "damage" marks the one with which it is done) and
// "replay", the command that plays it. "proof" says whether all was seen, and
// "counts" how much was.
//
// The exit status is 0 if no finding is a bug (with -strict: or a hazard), 1 if
// one is, also if the search was interrupted, and 2 if nothing could be
// explored: then standard error says why, and nothing is printed.
//
// # Decisions
//
// The search itself happens in the program's process (package rt): one a core,
// each with its share. Nothing is trusted that such a process says of itself but
// by running the schedule again: the steps of a finding are read from the event
// log of a replay, never from the search.
//
// A program that a process cannot run twice, or that takes the process down with
// it, is run a process a schedule instead, by random and pct. That is thousands
// of times slower, keeps the promise that anything can be explored, and is said
// in the notes. What a run leaves outside of its process, in files, nobody puts
// back; a program that writes any is explored by one process alone, so that at
// least no two runs meet there, and that is said, too.
package explore

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"interleave/sim/event"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/sim/say"
)

// Options say how a program is explored. With the zero value nothing is run:
// there is no budget.
type Options struct {
	Budget  time.Duration // 0: nothing is run
	Runs    int           // the most schedules; 0 is no limit
	Bound   int           // the largest pre-emption bound to be searched exhaustively; -1 is none but the budget
	Seed    uint64        // of the search, and of what the program draws: all schedules draw the same
	Search  string        // portfolio, random, pct, bounded or dpor; "" is portfolio
	Depth   int           // of pct; 0 is several by turns
	Steps   int           // the most scheduling points in a run; 0 is 20,000
	Queries []string
	Known   []string // schedules to try first; the seed of the first one is taken
	Only    string   // look for the finding of this ID alone
	Procs   int      // processes; 0 is one a core

	Program string // what the report calls it
	Args    []string
	Local   *runner.Local // what it gets of this machine; nil is nothing
	Lang    string        // of the sentences; "" is say.Fallback

	// Tell, if it is set, is told on the way what is new. It is called once at
	// a time and should not wait.
	Tell func(News)

	MaxMemory uint64 // bytes of data a process; 0 is 1 GiB
}

// News is what is new while a program is explored: one of its fields is set.
type News struct {
	Counts  *Counts
	Finding *Finding // new, or with a smaller schedule than the one of the same ID; without steps
}

func (o Options) withDefaults() Options {
	o.Lang = cmp.Or(o.Lang, say.Fallback)
	o.Search = cmp.Or(o.Search, "portfolio")
	o.Procs = cmp.Or(o.Procs, runtime.NumCPU())
	o.Steps = cmp.Or(o.Steps, 20_000)
	for _, known := range o.Known {
		if seed, ok := seedOf(known); ok {
			o.Seed = seed
			break
		}
	}
	if o.Runs > 0 {
		o.Procs = min(o.Procs, o.Runs)
	}
	if o.Search == "bounded" || o.Search == "dpor" {
		o.Procs = 1 // a second one would do the same
	}
	return o
}

// Searches are the names of the ways to search.
func Searches() []string { return []string{"portfolio", "random", "pct", "bounded", "dpor"} }

// Unexplorable is the error for a program of which no schedule could be run;
// it is the sentence that says why.
type Unexplorable struct{ Sentence string }

func (u *Unexplorable) Error() string { return u.Sentence }

// Build builds a program to be explored. The error is a *runner.BuildError if
// the source is to blame.
func Build(ctx context.Context, r *runner.Runner, src rewrite.Source) (*runner.Binary, error) {
	src.Memory = true
	return r.Build(ctx, src)
}

// Explore runs a program, which Build has built, under one schedule after the
// other until all were run, the budget is used up or ctx ends, and reports what
// was found until then. The error is an *Unexplorable if not one schedule could
// be run.
func Explore(ctx context.Context, r *runner.Runner, bin *runner.Binary, o Options) (Report, error) {
	o = o.withDefaults()
	e := newExplorer(r, bin, o)
	if o.Budget > 0 {
		if err := e.search(ctx); err != nil {
			return Report{}, err
		}
	}
	return e.report(ctx), nil
}

// explorer is one exploration.
type explorer struct {
	r     *runner.Runner
	bin   *runner.Binary
	o     Options
	start time.Time

	mu      sync.Mutex
	merge   *merge
	deaths  []death
	alone   string               // why every schedule gets a process of its own; "" if it does not
	outside []string             // what the program does that is not put back between runs
	others  []context.CancelFunc // end the processes but the first
	stopped bool                 // ctx ended
	failed  error                // why a process could not be started

	stop  context.CancelFunc // ends the search
	began func()             // lets the other processes start
}

func newExplorer(r *runner.Runner, bin *runner.Binary, o Options) *explorer {
	return &explorer{r: r, bin: bin, o: o, merge: newMerge(len(o.Queries)), start: time.Now(), stop: func() {}, began: func() {}}
}

// death is a process that ended before it had said all.
type death struct {
	runs int // schedules it had run
	end  runner.Result
	lied bool // what it said is not believed
}

// refused is the status of a process in which the runtime, not the program, has
// said that it cannot go on.
const refused = 125

// alone reports whether a death is the program's doing, so that a process a
// schedule may show more.
func (d death) alone() bool {
	o := d.end.Verdict.Outcome
	return !d.lied && d.end.Verdict.Status != refused && (o == event.Fatal || o == event.MemLimit)
}

// search runs the processes to their end, and what they cannot run a process a
// schedule.
func (e *explorer) search(ctx context.Context) error {
	ours, stop := context.WithCancel(ctx)
	defer stop()
	e.stop = stop
	began := make(chan struct{}) // the first process has made out what the program does
	e.began = sync.OnceFunc(func() { close(began) })
	var processes sync.WaitGroup
	for i := range e.o.Procs {
		mine := ours
		if i > 0 {
			<-began
			var cancel context.CancelFunc
			if mine, cancel = e.another(ours); mine == nil {
				break
			}
			defer cancel()
		}
		processes.Go(func() {
			switch e.process(mine, i) {
			case enough:
				stop()
			case nearly:
				grace := time.AfterFunc(max(time.Since(e.start), leastGrace), stop)
				context.AfterFunc(ours, func() { grace.Stop() })
			}
		})
	}
	processes.Wait()
	e.stopped = ctx.Err() != nil
	if e.failed != nil && e.merge.runs() == 0 {
		return e.failed
	}
	for _, d := range e.deaths {
		if e.alone == "" && d.alone() {
			e.alone = e.whyDied(d)
		}
	}
	if e.alone != "" && !e.stopped {
		e.eachAlone(ctx)
		e.stopped = ctx.Err() != nil
	}
	if e.merge.runs() == 0 && !e.stopped && len(e.merge.findings) == 0 && len(e.deaths) > 0 {
		return &Unexplorable{e.text("explore.never", "why", e.whyDied(e.deaths[0]))}
	}
	return nil
}

// another is the context of one more process; nil if there should be none.
func (e *explorer) another(ctx context.Context) (context.Context, context.CancelFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if ctx.Err() != nil || e.writes() || e.alone != "" {
		return nil, nil
	}
	mine, cancel := context.WithCancel(ctx)
	e.others = append(e.others, cancel)
	return mine, cancel
}

// writes reports whether the program writes files: runs at one time would meet
// in them.
func (e *explorer) writes() bool { return slices.Contains(e.outside, "files") }

// verdict is what the end of a process means for the others.
type verdict uint8

const (
	goOn   verdict = iota
	nearly         // all was seen, but some schedules may not be the smallest
	enough         // there is nothing left to do
)

// leastGrace is how long the others may look for smaller schedules once all was
// seen; as long as that took, if it is longer.
const leastGrace = time.Second

// process runs one process to its end.
func (e *explorer) process(ctx context.Context, i int) verdict {
	if i == 0 {
		defer e.began()
	}
	per := 0
	if e.o.Runs > 0 {
		per = (e.o.Runs + e.o.Procs - 1 - i) / e.o.Procs
	}
	s, err := e.r.Search(ctx, e.bin, runner.SearchConfig{
		Seed: e.o.Seed, Budget: max(e.o.Budget-time.Since(e.start), time.Millisecond), Runs: per, Bound: e.o.Bound, Search: e.o.Search, Depth: e.o.Depth, Steps: e.o.Steps,
		Queries: e.o.Queries, Only: e.o.Only, Known: e.o.Known, Share: i, Shares: e.o.Procs,
		Args: e.o.Args, Local: e.o.Local, MaxMemory: e.o.MaxMemory,
	})
	if err != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.failed = err
		return enough
	}
	for {
		m, err := s.Next()
		if err == nil {
			err = e.hear(i, m)
		}
		if err == nil {
			continue
		}
		if errors.Is(err, runner.ErrMessage) {
			s.Stop()
		}
		end := s.Wait()
		e.mu.Lock()
		defer e.mu.Unlock()
		t := e.merge.tally(i)
		if !t.done && ctx.Err() == nil {
			lied := errors.Is(err, runner.ErrMessage)
			if lied {
				end.Verdict.Outcome, end.Verdict.Message = event.Fatal, err.Error()
			}
			e.deaths = append(e.deaths, death{t.runs, end, lied})
		}
		switch {
		case t.how == "unrepeatable":
			return enough
		case t.exhausted && e.merge.minimal():
			return enough
		case t.exhausted:
			return nearly
		}
		return goOn
	}
}

// hear takes in a message of process i and tells what is new.
func (e *explorer) hear(i int, m runner.Message) error {
	r := reader{m: m}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch m.Kind {
	case "progress", "done":
		t := r.tally()
		if m.Kind == "progress" {
			t.bound = -1 // is being searched, and not yet done
		}
		if r.err == nil {
			e.merge.setTally(i, t)
			e.tellCounts()
		}
		if i == 0 {
			e.began()
		}
		if t.how == "unrepeatable" {
			e.alone = cmp.Or(e.alone, e.merge.lastNote(), e.text("explore.alone.unrepeatable"))
		}
	case "finding":
		f := r.finding()
		if r.err == nil && e.merge.found(f) {
			e.tellFinding(f)
		}
		if _, all := e.merge.proof(); all && e.merge.minimal() {
			e.stop()
		}
	case "drop":
		e.merge.drop(r.text("id"))
	case "outcome":
		o := r.outcome()
		if r.err == nil {
			e.merge.outcome(i, o)
		}
	case "run":
		t, names := r.tried(), r.names()
		if r.err == nil {
			e.merge.tried(i, t, names)
		}
	case "witness":
		if len(e.o.Queries) == 0 {
			r.wrong("query", r.text("query"))
			break
		}
		if q, a := r.witness(len(e.o.Queries)); r.err == nil {
			e.merge.witness(q, a)
		}
	case "outside":
		if what := r.word("what"); !slices.Contains(e.outside, what) && len(e.outside) < maxNotes {
			e.outside = append(e.outside, what)
		}
		if e.writes() {
			for _, end := range e.others {
				end()
			}
		}
	case "note":
		e.merge.note(r.text("text"))
	}
	return r.err
}

func (e *explorer) tellCounts() {
	if e.o.Tell != nil {
		c := e.counts()
		e.o.Tell(News{Counts: &c})
	}
}

func (e *explorer) tellFinding(f Finding) {
	if e.o.Tell != nil {
		f.fill()
		e.sentences(&f)
		e.o.Tell(News{Finding: &f})
	}
}

func (e *explorer) counts() Counts {
	c := e.merge.counts()
	c.Seconds = time.Since(e.start).Seconds()
	return c
}

// report puts together what was found. It replays the findings, for a while
// also when ctx has ended.
func (e *explorer) report(ctx context.Context) Report {
	rep := Report{
		Program: e.o.Program, Findings: e.merge.list(), Outcomes: e.merge.outcomeList(), Queries: e.merge.answers,
		Counts: e.counts(), Runs: e.merge.runList(), Names: e.merge.names, Notes: slices.Clone(e.merge.notes),
	}
	rep.Counts.Phase = ""
	rep.Proof, rep.Estimate = e.proof(), e.estimate(rep.Counts)
	if rep.Proof.Exhausted && endless(rep) > 0 {
		rep.Proof.Exhausted, rep.Proof.How, rep.Proof.Bound = false, "steps", -1
	}
	for _, what := range e.outside {
		if key, ok := outsideNotes[what]; ok {
			rep.Notes = append(rep.Notes, e.text(key))
		}
	}
	rep.input = slices.Contains(e.outside, "input")
	if e.alone != "" {
		rep.Notes = slices.DeleteFunc(rep.Notes, func(n string) bool { return n == e.alone })
		rep.Notes = append(rep.Notes, e.text("explore.note.alone", "why", e.alone))
	} else {
		for _, d := range e.deaths {
			rep.Notes = append(rep.Notes, e.text("explore.note.died", "n", thousands(d.runs), "why", e.whyDied(d)))
		}
	}
	if n := endless(rep); n > 0 {
		rep.Notes = append(rep.Notes, e.text("explore.note.endless", "n", thousands(n), "steps", thousands(e.o.Steps)))
	}
	replays, cancel := context.WithTimeout(context.WithoutCancel(ctx), replayTime)
	defer cancel()
	for i := range rep.Findings {
		f := &rep.Findings[i]
		f.fill()
		if i < maxReplays && f.Schedule != "" {
			e.replay(replays, f)
		}
		e.sentences(f)
	}
	for _, n := range e.merge.notes { // of the replays
		if !slices.Contains(rep.Notes, n) && n != e.alone {
			rep.Notes = append(rep.Notes, n)
		}
	}
	e.answer(&rep)
	rep.Proof.Sentence = e.proofSentence(rep)
	rep.Findings, rep.Outcomes, rep.Queries = some(rep.Findings), some(rep.Outcomes), some(rep.Queries)
	rep.Runs, rep.Notes = some(rep.Runs), some(rep.Notes)
	return rep
}

// outsideNotes say what is not put back between runs.
var outsideNotes = map[string]string{"files": "explore.note.files", "input": "explore.note.input", "spins": "explore.note.spins"}

// replayTime and maxReplays bound what telling the steps of findings takes.
const (
	replayTime = 30 * time.Second
	maxReplays = 50
)

// some is a list that is written as [] if there is nothing in it.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// fill makes empty lists of what the finding does not say.
func (f *Finding) fill() {
	f.Sites, f.Goroutines, f.Holds = some(f.Sites), some(f.Goroutines), some(f.Holds)
	f.Objects, f.Stacks, f.Steps = some(f.Objects), some(f.Stacks), some(f.Steps)
	f.Memory = true
}

// proof is whether all was explored: one process has then seen all by itself,
// since the processes share the ways to search and not the schedules.
func (e *explorer) proof() Proof {
	if t, ok := e.merge.proof(); ok {
		p := Proof{Exhausted: true, How: "all", Bound: -1, classes: t.distinct}
		if t.how == "bound" {
			p.How, p.Bound = "bound", t.bound
		}
		return p
	}
	p := Proof{How: "budget", Bound: -1}
	for _, i := range slices.Sorted(maps.Keys(e.merge.tallies)) {
		t := e.merge.tallies[i]
		if t.done && t.how == "runs" {
			p.How = "runs"
		}
		p.Bound = max(p.Bound, t.bound)
	}
	if e.stopped {
		p.How = "stopped"
	}
	return p
}

// estimate is how many classes of schedules there are: what the process says
// that searches by them, on the mean if there are several. What a search by
// pre-emption bounds says is how many runs its present bound has, not how many
// there are.
func (e *explorer) estimate(c Counts) Estimate {
	if e.o.Search == "bounded" {
		return Estimate{}
	}
	sum, n := 0.0, 0
	for _, t := range e.merge.tallies {
		if t.estimate > 0 {
			sum += t.estimate
			n++
		}
	}
	if n == 0 {
		return Estimate{}
	}
	all := sum / float64(n)
	if all <= float64(c.Distinct) { // it is refuted
		return Estimate{}
	}
	return Estimate{Schedules: all, Seen: float64(c.Distinct) / all}
}

// answer says what became of each query.
func (e *explorer) answer(rep *Report) {
	for i := range rep.Queries {
		a := &rep.Queries[i]
		a.Query = e.o.Queries[i]
		if !a.Found {
			a.None = "explored"
			if rep.Proof.Exhausted && rep.Proof.How == "all" {
				a.None = "all"
			}
		}
		a.Sentence = e.answerSentence(*a, rep)
	}
}
