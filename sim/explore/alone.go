package explore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/runner"
)

// eachAlone runs the program a process a schedule, with one seed after the
// other, until the budget or the number of runs is used up or ctx ends. A run
// that has begun comes to its end, and there is at least one.
func (e *explorer) eachAlone(ctx context.Context) {
	deadline := e.start.Add(e.o.Budget)
	var next atomic.Uint64
	var workers sync.WaitGroup
	procs := e.o.Procs
	if e.writes() {
		procs = 1
	}
	for range procs {
		workers.Go(func() {
			for ctx.Err() == nil {
				n := next.Add(1) - 1
				if e.o.Runs > 0 && n >= uint64(e.o.Runs) || n > 0 && time.Now().After(deadline) {
					return
				}
				if err := e.runAlone(ctx, n); err != nil {
					return // of ctx, or the next one fails just so
				}
			}
		})
	}
	workers.Wait()
}

// runAlone runs the program once in a process of its own.
func (e *explorer) runAlone(ctx context.Context, n uint64) error {
	policy := []string{"random", "pct"}[n%2]
	if e.o.Search == "random" || e.o.Search == "pct" {
		policy = e.o.Search
	}
	run, err := e.r.Start(ctx, e.bin, runner.Config{
		Policy: policy, Seed: e.o.Seed + n, Depth: e.o.Depth, Record: true, Races: true, Accesses: true,
		Args: e.o.Args, Local: e.o.Local, MaxMemory: e.o.MaxMemory, MaxWall: playTime,
	})
	if err != nil {
		return fmt.Errorf("run a schedule: %w", err)
	}
	log, err := runner.Collect(ctx, run)
	if err != nil {
		run.Stop()
		run.Wait(context.WithoutCancel(ctx))
		return err
	}
	res, err := run.Wait(ctx)
	if err != nil {
		return err
	}
	switch v := res.Verdict; {
	case v.Outcome == event.Stopped:
		return context.Cause(ctx)
	case v.Outcome == event.Fatal && v.Status == refused:
		e.mu.Lock()
		defer e.mu.Unlock()
		e.deaths = append(e.deaths, death{end: res})
		return errors.New(v.Message)
	}
	if res.Verdict.Outcome == event.MemLimit {
		res.Verdict.Message = e.text("explore.died.memory", "message", res.Verdict.Message)
	}
	log.Schedule = seeded(log.Schedule, e.o.Seed+n)
	found, o := judge(Played{log, res.Verdict})
	all := steps(e.o.Lang, log, -1)
	o.Preemptions = preemptions(all)
	e.mu.Lock()
	defer e.mu.Unlock()
	alone := -1 // as if one more process had done it
	t := e.merge.tally(alone)
	t.runs++
	t.depth, t.bound, t.phase, t.how = max(t.depth, len(all)), -1, policy, "budget"
	seen := len(e.merge.runsList)
	bad := ""
	for _, f := range found {
		if f.Severity == Bug && bad == "" {
			bad = f.ID
		}
		if f.Schedule == "" {
			f.seeded = fmt.Sprintf("-policy %s -seed %d -depth %d", policy, e.o.Seed+n, cmp.Or(e.o.Depth, 3))
		}
		f.Preemptions, f.Switches = preemptions(all), max(len(all)-1, 0)
		if e.merge.found(f) {
			e.tellFinding(f)
		}
	}
	e.merge.tried(alone, Tried{Bad: bad, Outcome: o.ID, Turns: turnsOf(all), Schedule: o.Schedule}, nil)
	if len(e.merge.runsList) > seen {
		t.distinct++
	}
	e.merge.oneOutcome(alone, o)
	e.merge.setTally(alone, t)
	e.tellCounts()
	return nil
}

func preemptions(all []Step) (n int) {
	for _, s := range all {
		if s.Preempts {
			n++
		}
	}
	return n
}

// turnsOf is who goes, and for how many events: the nearest to steps that a run
// outside a search tells.
func turnsOf(all []Step) string {
	var b strings.Builder
	for i, s := range all {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%s:%d", s.Path, max(s.count, 1))
	}
	return b.String()
}

// judge says what a run shows, and how it ended.
func judge(p Played) ([]Finding, Outcome) {
	v, w := p.Verdict, p.Log.World(len(p.Log.Events))
	o := outcomeOf(p, w)
	var found []Finding
	add := func(f Finding) {
		f.Schedule = p.Log.Schedule
		if f.Class != "race" {
			f.Message = v.Message
		}
		f.ID = idOf(f)
		found = append(found, f)
	}
	for _, r := range v.Races {
		f := Finding{Class: "race", Severity: Bug, Sites: []Site{siteOf(r.First.Place), siteOf(r.Then.Place)}, Objects: []Object{objectOf(r.On)}}
		switch {
		case r.First.Write && r.Then.Write:
			f.Message = "both write"
		case r.First.Write:
			f.Message = "wrote"
		default:
			f.Message = "writes"
		}
		for _, who := range []eventlog.Who{r.First.Who, r.Then.Who} {
			f.Goroutines = append(f.Goroutines, goroutineOf(p.Log, w, who.ID))
		}
		add(f)
	}
	switch v.Outcome {
	case event.Deadlock, event.Exited:
		class := "deadlock"
		if v.Outcome == event.Exited {
			class = "leak"
		}
		if f := (Finding{Class: class, Severity: Bug}); len(v.Waiters) > 0 || class == "deadlock" {
			for _, waiter := range v.Waiters {
				f.Goroutines = append(f.Goroutines, goroutineOf(p.Log, w, waiter.ID))
				f.Sites = append(f.Sites, siteOf(waiter.Place))
				if waiter.On.ID != 0 {
					f.Objects = append(f.Objects, objectOf(waiter.On))
				}
			}
			add(f)
		}
		if v.Outcome == event.Exited && v.Status != 0 {
			v.Message = fmt.Sprintf("exit status %d", v.Status)
			add(Finding{Class: "invariant", Severity: Bug})
		}
	case event.Panicked:
		f := Finding{Class: "panic", Severity: Bug}
		if v.Panic != nil {
			v.Message = v.Panic.Message
			f.Sites = []Site{siteOf(v.Panic.Place)}
			f.Goroutines = []Goroutine{goroutineOf(p.Log, w, v.Panic.Who.ID)}
		}
		f.Class = panicClass(v.Message)
		add(f)
	case event.Fatal, event.MemLimit:
		add(Finding{Class: "fatal", Severity: Bug})
	case event.StepLimit, event.TimeLimit, event.LogLimit, event.OutLimit:
		add(Finding{Class: "unfinished", Severity: Note})
	}
	return found, o
}

// panicClass is the class of a panic by what Go's runtime and package sync say
// in it.
func panicClass(message string) string {
	for text, class := range map[string]string{
		"send on closed channel": "send-on-closed", "close of closed channel": "close-of-closed", "sync: negative WaitGroup counter": "negative-waitgroup",
	} {
		if strings.HasPrefix(message, text) {
			return class
		}
	}
	return "panic"
}

// idOf names the cause of a finding: what it is, where, and of what.
func idOf(f Finding) string {
	h := sha256.New()
	fmt.Fprintln(h, f.Class, f.Cause, f.Sites, f.Objects)
	if len(f.Sites) == 0 {
		fmt.Fprintln(h, f.Message)
	}
	return fmt.Sprintf("%s-%x", f.Class, h.Sum(nil)[:6])
}

// maxOutput bounds what is kept of what a program prints.
const maxOutput = 4 << 10

func outcomeOf(p Played, w *eventlog.World) Outcome {
	var b strings.Builder
	for _, o := range w.Output {
		if b.Len() < maxOutput {
			b.WriteString(p.Log.Text(o.Val))
		}
	}
	text := strings.ToValidUTF8(b.String()[:min(b.Len(), maxOutput)], "")
	v := p.Verdict
	h := sha256.New()
	fmt.Fprintln(h, v.Outcome, v.Status, text)
	return Outcome{ID: fmt.Sprintf("%x", h.Sum(nil)[:6]), Text: text, Status: v.Status, Outcome: v.Outcome.String(), Count: 1, Schedule: p.Log.Schedule}
}

func siteOf(p eventlog.Place) Site { return Site{File: p.File, Line: p.Line, Col: p.Col, Func: p.Func} }

func objectOf(t eventlog.Thing) Object {
	return Object{Class: t.Class.String(), Name: t.Name, At: siteOf(t.Made)}
}

func goroutineOf(log *eventlog.Log, w *eventlog.World, id event.GID) Goroutine {
	g := w.Goroutines[id]
	if g == nil {
		return Goroutine{}
	}
	out := Goroutine{Path: g.Path, Name: log.Text(g.Name), State: g.State.String(), At: place(log, g.Site)}
	if g.State == eventlog.Parked {
		out.reason = g.Reason
		out.Reason = g.Reason.String()
		o := log.Objects[g.Obj]
		out.On, out.class = log.Texts[o.Name], o.Class
	}
	return out
}
