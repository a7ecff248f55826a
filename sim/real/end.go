package real

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/realtrace"
	"interleave/sim/runner"
	"interleave/sim/sandbox"
)

// killed is the status that a shell reports for what SIGKILL ended.
const killed = 128 + 9

// An ending is how a program ended, as far as its process and what the runtime
// printed at the end tell.
type ending struct {
	outcome event.Outcome
	status  int
	message string

	// Of a panic: the runtime's number of the goroutine, and where it was.
	number   int64
	function string
	file     string
	line     int
}

// finish writes the last events and makes the result.
func (r *Run) finish(ended int64) {
	res := r.cmd.Wait()
	e := r.howItEnded(res)
	before, _ := r.spool.count()
	world := newGist()
	if e.outcome == event.Panicked || e.outcome == event.Deadlock { // somebody is named
		world = r.spool.all()
	}
	err := r.weave.finish(ended, func(emit func(event.Record), say func(string) uint32, site func(event.Site) uint16) {
		switch e.outcome {
		case event.Panicked:
			if g := r.weave.ids[e.number]; g != 0 && world.gs[g] != nil {
				p := event.Record{Kind: event.GoPanic, G: g, P: event.NoP, Val: event.Val(say(e.message))}
				if e.line > 0 {
					p.Site = site(event.Site{Line: uint32(e.line), File: say(e.file), Func: say(e.function)})
				}
				emit(p)
			}
		case event.Deadlock:
			for _, g := range world.waiting() {
				emit(event.Record{Kind: event.Stuck, Peer: uint32(g), P: event.NoP})
			}
		}
		emit(event.Record{Kind: event.RunEnd, N: int32(e.status), Obj: event.ObjID(e.outcome), Val: event.Val(say(e.message)), P: event.NoP})
	})
	if err != nil {
		panic(fmt.Sprintf("real: last frame: %v", err)) // it is our own
	}
	events, _ := r.spool.count()
	r.result = runner.Result{Verdict: r.verdict(world, before), Events: events, Time: time.Duration(r.weave.last)}
	r.result.Verdict.Events = int(events)
	r.used = Used{Wall: res.Wall, CPU: res.CPU, Peak: res.Peak}
	r.spool.end()
}

// maxFolded is of how many events all is looked at once more at the end.
const maxFolded = 1 << 20

// verdict is what the log says of the end, whose events are those from a number
// on, in a world that has come to so much.
func (r *Run) verdict(world *gist, from uint64) eventlog.Verdict {
	l := eventlog.New()
	if len(world.gs) > 0 && r.spool.dropped == 0 && from < maxFolded { // what is waited for is known, perhaps
		for _, f := range r.spool.list {
			_ = l.AddFrame(f.Data) // it is our own
		}
		return l.Verdict()
	}
	add := l.Sink()
	for _, f := range world.frames(from) {
		_ = event.Decode(f.Data, add) // it is our own
	}
	for _, f := range r.spool.list { // nobody appends any more
		if f.Header.First >= from {
			_ = event.Decode(f.Data, add)
		}
	}
	return l.Verdict()
}

// howItEnded says how the program ended.
func (r *Run) howItEnded(res sandbox.Result) ending {
	r.mu.Lock()
	stopped := r.stopped
	r.mu.Unlock()
	status := -1
	var sig syscall.Signal
	if res.State != nil {
		status = res.State.ExitCode()
		if ws, ok := res.State.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			sig = ws.Signal()
			status = 128 + int(sig)
		}
	}
	last := lastWords(r.stderr.end)
	switch {
	case res.Ended == sandbox.OverWall:
		return ending{outcome: event.TimeLimit, status: killed, message: fmt.Sprintf("%v of time", r.cfg.MaxTime)}
	case res.Ended == sandbox.OverCPU:
		return ending{outcome: event.TimeLimit, status: killed, message: fmt.Sprintf("%v of CPU time", res.CPU)}
	case res.Ended == sandbox.OverMemory, status == 2 && last.outcome == event.MemLimit:
		return ending{outcome: event.MemLimit, status: killed, message: fmt.Sprintf("%d MiB of memory", r.cfg.MaxMemory>>20)}
	case res.Ended == sandbox.OverOutput:
		return ending{outcome: event.OutLimit, status: killed, message: fmt.Sprintf("%d bytes", r.cfg.MaxOutput)}
	case stopped && (sig == syscall.SIGKILL || res.Ended == sandbox.Stopped):
		return ending{outcome: event.Stopped, status: killed}
	case sig != 0:
		return ending{outcome: event.Fatal, status: status, message: fmt.Sprintf("killed by signal %d (%s)", int(sig), sig)}
	case status == 2 && last.outcome != 0:
		last.status = status
		return last
	}
	return ending{outcome: event.Exited, status: status}
}

var (
	lastLine  = regexp.MustCompile(`(?m)^(panic|fatal error|SIG[A-Z]+): (.*)$`)
	running   = regexp.MustCompile(`(?m)^goroutine (\d+)(?: gp=\S+ m=\S+ mp=\S+)? \[running[^\]]*\]:$`)
	ownFrame  = regexp.MustCompile(`(?m)^(main\.\S+?)\((?:.*)\)\n\t(\S+?):(\d+)`)
	exhausted = regexp.MustCompile(`out of memory|cannot allocate memory`)
)

// lastWords finds out what the runtime said when it ended a program, from the end
// of what came on standard error. Whether it did end it is told by the status.
func lastWords(stderr []byte) ending {
	all := lastLine.FindAllSubmatchIndex(stderr, -1)
	if len(all) == 0 {
		return ending{}
	}
	// A panic in a deferred call is said behind the one before it, in one
	// paragraph: the first line of the last paragraph that begins so counts.
	at := all[len(all)-1]
	for i := len(all) - 2; i >= 0 && !strings.Contains(string(stderr[all[i][0]:at[0]]), "\n\n"); i-- {
		at = all[i]
	}
	word, message := string(stderr[at[2]:at[3]]), string(stderr[at[4]:at[5]])
	rest := stderr[at[1]:]
	e := ending{outcome: event.Fatal, message: message}
	switch {
	case exhausted.MatchString(message):
		e.outcome = event.MemLimit
		return e
	case word == "panic":
		e.outcome = event.Panicked
		e.message = strings.TrimSuffix(message, " [recovered, repanicked]")
	case strings.HasPrefix(message, "all goroutines are asleep - deadlock!"), strings.HasPrefix(message, "no goroutines (main called runtime.Goexit) - deadlock!"):
		e.outcome = event.Deadlock
	case word != "fatal error":
		e.message = word + ": " + message
	}
	if m := running.FindSubmatchIndex(rest); m != nil {
		e.number, _ = strconv.ParseInt(string(rest[m[2]:m[3]]), 10, 64) // digits
		stack, _, _ := strings.Cut(string(rest[m[1]:]), "\n\n")
		if f := ownFrame.FindStringSubmatch(stack); f != nil {
			e.function, e.file = f[1], f[2]
			e.line, _ = strconv.Atoi(f[3]) // digits
		}
	}
	return e
}

// clone returns a copy that changes by itself.
func (g *gist) clone() *gist {
	c := *g
	c.texts, c.sites, c.objects = maps.Clone(g.texts), maps.Clone(g.sites), maps.Clone(g.objects)
	c.tasks, c.last, c.labels = maps.Clone(g.tasks), maps.Clone(g.last), maps.Clone(g.labels)
	c.gs = make(map[event.GID]*goer, len(g.gs))
	for id, n := range g.gs {
		copied := *n
		c.gs[id] = &copied
	}
	return &c
}

// waiting are the program's own goroutines that are parked.
func (g *gist) waiting() []event.GID {
	var ids []event.GID
	for id, n := range g.gs {
		if n.state == event.GoPark && !realtrace.System(g.texts[n.name.Text()]) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
