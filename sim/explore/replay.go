package explore

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
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

// A schedule says in a line of its own, before its turns, what the random
// numbers of the run follow from.
var seedLine = regexp.MustCompile(`(?m)^seed ([0-9]+)$`)

// seedOf is the seed that a schedule says.
func seedOf(schedule string) (seed uint64, ok bool) {
	if m := seedLine.FindStringSubmatch(schedule); m != nil {
		n, err := strconv.ParseUint(m[1], 10, 64)
		return n, err == nil
	}
	return 0, false
}

// seeded is a schedule that says its seed.
func seeded(schedule string, seed uint64) string {
	if schedule == "" {
		return ""
	}
	return fmt.Sprintf("seed %d\n%s", seed, schedule)
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
	until := at
	if waiting(f.Class) {
		until = -1 // others may go on
	}
	f.Steps = steps(e.o.Lang, log, until)
	if n := len(f.Steps); n > shownEndless && goesOn[f.Class] {
		at = f.Steps[shownEndless].Event
		f.Steps = f.Steps[:shownEndless]
	}
	if at >= 0 {
		f.Event = &at
	}
	for i := range f.Steps {
		f.Steps[i].Damage = at >= 0 && f.Steps[i].Event <= at && (i+1 == len(f.Steps) || at < f.Steps[i+1].Event)
	}
	f.because = because(e.o.Lang, log, f)
	if f.Class == "invariant" {
		f.complain(log)
	}
}

// goesOn are the classes of runs without an end, which have no moment of damage:
// of them so many steps are told.
var goesOn = map[string]bool{"endless": true, "livelock": true}

const shownEndless = 40

// waiting reports whether the damage of a class is that somebody waits for
// ever.
func waiting(class string) bool {
	switch class {
	case "deadlock", "partial-deadlock", "leak", "wait-forever", "nil-channel", "double-lock", "lock-upgrade", "lost-signal":
		return true
	}
	return false
}

// complain notes in what words a program says that it finds itself wrong: of a
// test those with which the first one fails, and where; of another program the
// last line.
func (f *Finding) complain(log *eventlog.Log) {
	var b strings.Builder
	for _, r := range log.Events {
		if r.Kind == event.Output {
			b.WriteString(log.Text(r.Val))
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		name, fails := strings.CutPrefix(trimmed, "--- FAIL: ")
		switch {
		case fails:
			f.failed, _, _ = strings.Cut(name, " ")
		case f.failed != "" && strings.HasPrefix(line, "    ") && trimmed != "":
			f.printed = trimmed
			if strings.HasSuffix(trimmed, ":") {
				f.printed = strings.TrimSpace(trimmed + " " + labelled(lines[i+1:], "Error:"))
			}
			f.reportedAt()
			return
		case trimmed != "" && trimmed != "FAIL":
			f.printed = trimmed
		}
	}
}

// labelled is the text behind a label in the table of a failure that testify
// writes: a line is a tab, a label or space, a tab, and text.
func labelled(lines []string, label string) string {
	var words []string
	for _, line := range lines {
		parts := strings.SplitN(line, "\t", 3)
		if len(parts) < 3 {
			break
		}
		text := strings.TrimSpace(parts[2])
		switch at := strings.TrimSpace(parts[1]); {
		case at == label, at == "" && len(words) > 0:
			if text == "" || text == "Diff:" {
				return strings.Join(words, " ")
			}
			words = append(words, strings.Join(strings.Fields(text), " "))
		case len(words) > 0:
			return strings.Join(words, " ")
		}
	}
	return strings.Join(words, " ")
}

// reportedAt makes the line that a test complains of the place of the finding.
func (f *Finding) reportedAt() {
	m := failedAt.FindStringSubmatch(f.printed)
	if m == nil {
		return
	}
	line, _ := strconv.Atoi(m[2])
	for _, s := range f.Steps {
		for _, at := range []Site{s.Site, s.Until} {
			if path.Base(at.File) == m[1] {
				f.Sites = []Site{{File: at.File, Line: line}}
				return
			}
		}
	}
}

var failedAt = regexp.MustCompile(`^([^/:\s]+\.go):([0-9]{1,7}):`)

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
	for _, at := range candidates(f, first, parked, race, visited, output, still) {
		if at >= 0 {
			return at
		}
	}
	return first(event.RunEnd)
}

// candidates are the events that may do the damage of a class, the best first.
func candidates(f *Finding, first func(event.Kind) int, parked func() int, race, visited, output, still int) []int {
	switch f.Class {
	case "race":
		return []int{race, first(event.Race), visited}
	case "panic", "send-on-closed", "close-of-closed", "negative-waitgroup":
		return []int{first(event.GoPanic)}
	case "leak":
		return []int{first(event.Leak)}
	case "deadlock":
		switch f.Cause {
		case "lock-order", "double-lock", "lock-upgrade", "recursive-rlock":
			return []int{parked(), still} // it may take the others a while to come to a stop, too
		}
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
	e := newExplorer(r, bin, o)
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
	one := newExplorer(r, bin, o.withDefaults())
	if one.process(ctx, 0); len(one.merge.findings) == 0 {
		return nil
	}
	return slices.DeleteFunc(one.merge.list(), func(f Finding) bool { return f.Severity != Bug })
}
