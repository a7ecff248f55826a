package eventlog

import (
	"fmt"
	"strconv"
	"strings"

	"interleave/sim/event"
)

// String is the state in words, one thing a line, in a fixed order. Two folds
// agree if their texts do: the page's TypeScript writes the same lines. Only
// numbers appear, "#7" being text 7, so that no definitions are needed:
//
//	events 12 at 4100
//	G1 1 of 0 name #3 made 0 site 5 parked SendWait 4 val 7 since 4000
//	G2 1.1 of 1 name #4 made 2 site 6 running P0 since 4100
//	G3 1.2 of 1 name #4 made 2 site 2 runnable Local P0 since 3900
//	G4 1.3 of 1 name #4 made 2 site 8 parked SelectPark 0 val - since 3 cases 0:recv 4,1:send 5 val 9
//	P0 awake runs G2 next - local G3
//	P1 awake thread 2 spinning runs - next - local -
//	global -
//	chan 4 cap 1 open buf 6 recv - send G1
//	lock 5 holder G1 readers - waiters G2,G3
//	group 6 counter 2 waiters G1
//	once 7 runner G1 done waiters -
//	cond 8 waiters -
//	timer 9 pending due 5000 every 0
//	atomic 10 val 3
//	var 11 val 3
//	output 3
//	race 11 G2 wrote 7 G3 reads 9
//	panic G2 #9 site 4
//	leaks G2,G3
//	stuck -
//	end Deadlock 2 val -
//
// The lines race, panic and end appear once they have happened; "-" is nothing.
func (w *World) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("events %d at %d", w.Events, w.T)
	for _, g := range w.ByID() {
		line("G%d %s of %d name %s made %d site %d %s since %d%s",
			g.ID, orDash(g.Path), g.Parent, val(g.Name), g.Made, g.Site, g.doing(), g.Since, cases(g.Cases))
	}
	for _, id := range sortedKeys(w.Procs) {
		p := w.Procs[id]
		line("P%d %s%s runs %s next %s local %s", id, either(p.Awake, "awake", "idle"), p.threadWord(), gid(p.Runs), gid(p.Next), gids(p.Local))
	}
	line("global %s", gids(w.Global))
	w.dumpObjects(line)
	line("output %d", len(w.Output))
	for _, r := range w.Races {
		line("race %d G%d %s %d G%d %s %d", r.Obj, r.First.G, either(r.First.Write, "wrote", "read"), r.First.Site,
			r.Then.G, either(r.Then.Write, "writes", "reads"), r.Then.Site)
	}
	if w.Panic != nil {
		line("panic G%d %s site %d", w.Panic.G, val(w.Panic.Message), w.Panic.Site)
	}
	line("leaks %s", gids(w.Leaks))
	line("stuck %s", gids(w.Stuck))
	if w.Outcome != 0 {
		line("end %s %d val %s", w.Outcome, w.Status, val(w.Message))
	}
	return b.String()
}

// threadWord says which thread runs p; "" if the run does not say.
func (p *Proc) threadWord() string {
	if p.Thread == 0 {
		return ""
	}
	return fmt.Sprintf(" thread %d%s", p.Thread, either(p.Spins, " spinning", ""))
}

func (w *World) dumpObjects(line func(string, ...any)) {
	for _, id := range sortedKeys(w.Channels) {
		c := w.Channels[id]
		line("chan %d cap %d %s buf %s recv %s send %s", id, c.Cap, either(c.Closed, "closed", "open"), join(c.Buf, val), gids(c.Recvq), gids(c.Sendq))
	}
	for _, id := range sortedKeys(w.Locks) {
		l := w.Locks[id]
		line("lock %d holder %s readers %s waiters %s", id, gid(l.Holder), gids(l.Readers), gids(l.Waiters))
	}
	for _, id := range sortedKeys(w.Groups) {
		g := w.Groups[id]
		line("group %d counter %d waiters %s", id, g.Counter, gids(g.Waiters))
	}
	for _, id := range sortedKeys(w.Onces) {
		o := w.Onces[id]
		line("once %d runner %s %s waiters %s", id, gid(o.Runner), either(o.Done, "done", "open"), gids(o.Waiters))
	}
	for _, id := range sortedKeys(w.Conds) {
		line("cond %d waiters %s", id, gids(w.Conds[id].Waiters))
	}
	for _, id := range sortedKeys(w.Timers) {
		t := w.Timers[id]
		line("timer %d %s due %d every %d", id, either(t.Pending, "pending", "idle"), t.Due, t.Every)
	}
	for _, id := range sortedKeys(w.Atomics) {
		line("atomic %d val %s", id, val(w.Atomics[id]))
	}
	for _, id := range sortedKeys(w.Variables) {
		line("var %d val %s", id, val(w.Variables[id]))
	}
}

func (g *Goroutine) doing() string {
	switch {
	case g.State == Running:
		return fmt.Sprintf("running P%d", g.P)
	case g.State == Parked:
		return fmt.Sprintf("parked %s %d val %s", g.Reason, g.Obj, val(g.Val))
	case g.State == Runnable && g.Queue == event.Global:
		return "runnable Global"
	case g.State == Runnable && g.Queue != 0:
		return fmt.Sprintf("runnable %s P%d", g.Queue, g.Of)
	}
	return g.State.String()
}

func cases(cs []Case) string {
	if len(cs) == 0 {
		return ""
	}
	return " cases " + join(cs, func(c Case) string {
		if c.Send {
			return fmt.Sprintf("%d:send %d val %s", c.Index, c.Obj, val(c.Val))
		}
		return fmt.Sprintf("%d:recv %d", c.Index, c.Obj)
	})
}

func val(v event.Val) string {
	if i, ok := v.Int(); ok {
		return strconv.FormatInt(i, 10)
	}
	if v == 0 {
		return "-"
	}
	return "#" + strconv.Itoa(int(v.Text()))
}

func gid(g event.GID) string {
	if g == 0 {
		return "-"
	}
	return "G" + strconv.Itoa(int(g))
}

func gids(gs []event.GID) string { return join(gs, gid) }

func join[T any](list []T, show func(T) string) string {
	if len(list) == 0 {
		return "-"
	}
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = show(v)
	}
	return strings.Join(parts, ",")
}

func either(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
