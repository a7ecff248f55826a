package explore

import (
	"context"
	"slices"
	"strings"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/runner"
)

// Played is a schedule that was run again, with all that happened.
type Played struct {
	Log     *eventlog.Log
	Verdict eventlog.Verdict
}

// Replay runs a program, which Build has built, under a schedule.
func Replay(ctx context.Context, r *runner.Runner, bin *runner.Binary, schedule string, o Options) (Played, error) {
	run, err := r.Start(ctx, bin, runner.Config{
		Policy: "replay", Schedule: schedule, Seed: o.Seed, Accesses: true, Races: true,
		Args: o.Args, Local: o.Local, MaxMemory: o.MaxMemory, MaxWall: playTime,
	})
	if err != nil {
		return Played{}, err
	}
	log, err := runner.Collect(ctx, run)
	if err != nil {
		run.Stop()
		_, waitErr := run.Wait(context.WithoutCancel(ctx))
		return Played{}, cmpErr(err, waitErr)
	}
	res, err := run.Wait(ctx)
	return Played{log, res.Verdict}, err
}

// playTime is what one replay may take.
const playTime = 10 * time.Second

func cmpErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// replay runs a finding's schedule again and tells from it the steps, the
// event that does the damage, and why those who wait are not released.
func (e *explorer) replay(ctx context.Context, f *Finding) {
	played, err := Replay(ctx, e.r, e.bin, f.Schedule, e.o)
	if err != nil || played.Verdict.Outcome == event.Diverged {
		e.merge.note(e.text("explore.note.unfit", "id", f.ID))
		return
	}
	e.tellSteps(f, played.Log)
}

// tellSteps reads the steps of a finding from the log of a run that shows it.
func (e *explorer) tellSteps(f *Finding, log *eventlog.Log) {
	at := damage(log, f)
	f.Steps = steps(e.o.Lang, log, at)
	if n := len(f.Steps); n > shownEndless && goesOn[f.Class] {
		at = f.Steps[shownEndless].Event
		f.Steps = f.Steps[:shownEndless]
	}
	if at >= 0 {
		f.Event = &at
	}
	f.because = because(e.o.Lang, log, f)
	if f.Class == "invariant" {
		f.printed = complaint(log)
	}
}

// goesOn are the classes of runs without an end, which have no moment of damage:
// of them so many steps are told.
var goesOn = map[string]bool{"endless": true, "livelock": true}

const shownEndless = 40

// complaint is the line in which a program says what it finds wrong: of a test
// the first of the one that fails, of another program the last.
func complaint(log *eventlog.Log) string {
	var b strings.Builder
	for _, r := range log.Events {
		if r.Kind == event.Output {
			b.WriteString(log.Text(r.Val))
		}
	}
	last, failed := "", false
	for line := range strings.Lines(b.String()) {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "--- FAIL"):
			failed = true
		case failed && strings.HasPrefix(line, "    "):
			return trimmed
		case trimmed != "" && trimmed != "FAIL":
			last = trimmed
		}
	}
	return last
}

// damage returns how many events come before the one that does the damage, -1
// if it is not in the log.
func damage(log *eventlog.Log, f *Finding) int {
	w := eventlog.NewWorld(log)
	names := map[event.GID]string{}
	last := map[string]int{} // event by which who is at a path came to wait
	marks := map[event.Kind]int{}
	race, visited, output, still := -1, -1, -1, -1
	for i, r := range log.Events {
		w.Apply(r)
		switch r.Kind {
		case event.GoCreate:
			names[event.GID(r.Peer)] = w.Goroutines[event.GID(r.Peer)].Path
		case event.GoPark:
			last[w.Goroutines[r.G].Path], still = i, i
		case event.GoStart:
			delete(last, w.Goroutines[r.G].Path)
		case event.GoEnd:
			still = i
		case event.Race:
			if race < 0 && isRace(log, f, r) {
				race = i
			}
		case event.Output:
			output = i
		}
		if _, seen := marks[r.Kind]; !seen {
			marks[r.Kind] = i
		}
		if r.Kind == event.GoPanic && output == i-1 {
			marks[r.Kind] = output // the runtime has said so just before
		}
		if n := len(f.Sites); n > 0 && r.G != 0 && r.Site != 0 && r.Kind != event.GoStart && isAt(log, r.Site, f.Sites[n-1]) {
			visited = i
		}
	}
	first := func(k event.Kind) int {
		if i, ok := marks[k]; ok {
			return i
		}
		return -1
	}
	parked := func() int {
		at := -1
		for _, g := range f.Goroutines {
			if i, ok := last[g.Path]; ok {
				at = max(at, i)
			}
		}
		return at
	}
	for _, at := range candidates(f.Class, first, parked, race, visited, output, still) {
		if at >= 0 {
			return at
		}
	}
	return first(event.RunEnd)
}

// candidates are the events that may do the damage of a class, the best first.
func candidates(class string, first func(event.Kind) int, parked func() int, race, visited, output, still int) []int {
	switch class {
	case "race":
		return []int{race, first(event.Race), visited}
	case "panic", "send-on-closed", "close-of-closed", "negative-waitgroup":
		return []int{first(event.GoPanic)}
	case "leak":
		return []int{first(event.Leak)}
	case "deadlock":
		return []int{still} // then nobody can move any more
	case "fatal", "invariant", "unlock-of-unlocked":
		return []int{first(event.GoPanic), first(event.RunEnd)}
	case "partial-deadlock", "wait-forever", "nil-channel", "double-lock", "lock-upgrade", "lost-signal":
		return []int{parked(), first(event.Stuck), first(event.Leak)}
	case "output-differs":
		return []int{output}
	}
	return []int{visited, race}
}

func isRace(log *eventlog.Log, f *Finding, r event.Record) bool {
	return len(f.Sites) >= 2 && isAt(log, uint16(r.N), f.Sites[0]) && isAt(log, r.Site, f.Sites[1])
}

func isAt(log *eventlog.Log, site uint16, s Site) bool {
	p := log.Place(site)
	return p.Line == s.Line && p.File == s.File && (s.Col == 0 || p.Col == s.Col)
}

// Retried is what became of a known schedule on a program.
type Retried struct {
	Verdict  string // fails, passes or unfit
	Step     int    // at which step, from 1, the schedule stopped fitting
	Sentence string
}

// What can become of a known schedule.
const (
	Fails  = "fails"
	Passes = "passes"
	Unfit  = "unfit"
)

// Retry runs a program, which Build has built, under the schedule of a finding
// of an earlier version of it.
func Retry(ctx context.Context, r *runner.Runner, bin *runner.Binary, schedule string, o Options) (Retried, error) {
	o = o.withDefaults()
	played, err := Replay(ctx, r, bin, schedule, o)
	if err != nil {
		return Retried{}, err
	}
	e := &explorer{o: o}
	if v := played.Verdict; v.Outcome == event.Fatal && v.Status == refused {
		return Retried{}, &Unexplorable{e.text("explore.retry.refused", "why", v.Message)}
	}
	if played.Verdict.Outcome == event.Diverged {
		n := len(steps(o.Lang, played.Log, -1)) + 1
		return Retried{Unfit, n, e.text("explore.retry.unfit", "n", n, "why", played.Verdict.Message)}, nil
	}
	found, _ := judge(played)
	found = slices.DeleteFunc(found, func(f Finding) bool { return f.Severity != Bug })
	if len(found) == 0 {
		found = e.oneMore(ctx, r, bin, schedule)
	}
	if len(found) == 0 {
		return Retried{Verdict: Passes, Sentence: e.text("explore.retry.passes")}, nil
	}
	f := found[0]
	e.tellSteps(&f, played.Log)
	e.sentences(&f)
	return Retried{Verdict: Fails, Sentence: e.text("explore.retry.fails", "sentence", f.Sentence)}, nil
}

// oneMore lets a searching process judge a schedule: it sees more than how the
// run ends, such as who could never come to an end after main has.
func (e *explorer) oneMore(ctx context.Context, r *runner.Runner, bin *runner.Binary, schedule string) []Finding {
	o := e.o
	o.Budget, o.Runs, o.Procs, o.Known, o.Queries, o.Tell = playTime, 1, 1, []string{schedule}, nil, nil
	one := &explorer{r: r, bin: bin, o: o, merge: newMerge(0), start: time.Now()}
	if one.process(ctx, 0); len(one.merge.findings) == 0 {
		return nil
	}
	return slices.DeleteFunc(one.merge.list(), func(f Finding) bool { return f.Severity != Bug })
}
