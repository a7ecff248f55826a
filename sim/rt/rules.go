package rt

import (
	"reflect"
	"runtime"
	"slices"
	"strings"

	"interleave/sim/event"
)

// The rules that a run is measured against while it goes on. What does damage
// is judged in judge.go; here are the rules whose breach is a hazard until a
// schedule is found in which it does damage, and what is only seen at the end.

// runRules is what rules remember of the run at hand.
type runRules struct {
	edges    []lockEdge
	cycle    lockCycleSeen
	contexts []madeCtx
	movement movement
	timers   []*Timer // pending when main returned, and nobody has stopped them
	left     []leftG  // goroutines that had not ended by then
}

func (r *runRules) begin() {
	clear(r.edges)
	clear(r.timers)
	clear(r.left)
	*r = runRules{edges: r.edges[:0], contexts: r.contexts[:0], timers: r.timers[:0], left: r.left[:0]}
}

// hazards is what is known of broken rules over all runs.
var hazards struct {
	damage map[uint64]bool // those that are known to do damage: they are told of as a bug
	once   []uint8         // by site of a Cond's Wait: 0 unknown, 1 in a loop, 2 not
}

// hazardous notes a broken rule, unless it is known as the cause of a bug.
func (x *explorer) hazardous(s sighting) {
	if hazards.damage[s.id] {
		return
	}
	s.severity = hazard
	x.saw(s)
	x.heat(s.sites)
}

// heat lets the search go for the damage that a rule may do that was broken at
// sites.
func (x *explorer) heat(sites []uint16) {
	if x.hot == nil {
		x.hot = make([]bool, len(table.Sites)+1)
		x.view.Hot = x.isHot
	}
	for _, site := range sites {
		x.hot[site] = true
	}
}

// damaging says that the hazard of that number has turned out to be a bug: if
// the host was told of it, it is to forget it, once it is told of the bug.
func (x *explorer) damaging(id uint64) {
	if hazards.damage[id] {
		return
	}
	if hazards.damage == nil {
		hazards.damage = map[uint64]bool{}
	}
	hazards.damage[id] = true
	x.run.found = slices.DeleteFunc(x.run.found, func(s sighting) bool { return s.id == id })
	if f := x.find.known[id]; f != nil {
		delete(x.find.known, id)
		if f.text != nil {
			x.find.dropped = append(x.find.dropped, id)
		}
	}
}

// condWaits is the point at which the running goroutine waits at a Cond.
func (x *explorer) condWaits(site uint16) {
	if site == 0 || unwinding {
		return
	}
	for len(hazards.once) <= int(site) {
		hazards.once = append(hazards.once, 0)
	}
	if hazards.once[site] == 0 {
		hazards.once[site] = 1
		if waitsOnce(site) {
			hazards.once[site] = 2
		}
	}
	if hazards.once[site] == 2 {
		x.hazardous(sighting{id: ident("cond-no-loop", uint64(site)), class: "cond-no-loop", sites: []uint16{site}, gs: []*g{cur}})
	}
}

// groupEnds are, of a WaitGroup, the last Add that began to count from zero and
// the last Wait. The documentation: "calls with a positive delta that occur
// when the counter is zero must happen before a Wait", and if it is used again
// "new Add calls must happen after all previous Wait calls have returned". What
// the race detector of Go looks at, too, but only where the Wait has to wait.
type groupEnds struct{ add, wait stamp }

// begun is a first Add, after it was counted.
func (e *groupEnds) begun() {
	if !e.wait.at.before(cur.hb) {
		e.broken(cur.site, e.wait)
	}
	e.add = cur.hb.stamp(cur.site)
}

// waited is a Wait, before the running goroutine learns from it what others did.
func (e *groupEnds) waited() {
	if !e.add.at.before(cur.hb) {
		e.broken(e.add.site, stamp{by: cur.id, site: cur.site})
	}
	e.wait = cur.hb.stamp(cur.site)
}

func (e *groupEnds) broken(add uint16, wait stamp) {
	if unwinding {
		return
	}
	ex.watch(add)
	s := sighting{id: ident("add-concurrent-wait", uint64(add), uint64(wait.site)), class: "add-concurrent-wait", sites: []uint16{add, wait.site}}
	if ex.rec != nil {
		s.gs = []*g{cur, ex.byID[wait.by]}
		if wait.by == cur.id {
			s.gs[0] = ex.byID[e.add.by]
		}
	}
	ex.hazardous(s)
}

// madeCtx is a context that can be cancelled.
type madeCtx struct {
	id, parent uint32
	site       uint16
	kind       event.CtxKind
	cancelled  bool
}

// contextMade notes a context.
func (r *runRules) contextMade(id, parent uint32, kind event.CtxKind) {
	switch kind {
	case event.WithCancel, event.WithDeadline, event.WithValue, event.AfterFunc:
		r.contexts = append(r.contexts, madeCtx{id: id, parent: parent, site: cur.site, kind: kind})
	}
}

// contextCancelled notes the end of a context. What runs out of time when main
// has returned does not count: nobody has waited for it.
func (r *runRules) contextCancelled(id uint32, cause any) {
	if cause == "context deadline exceeded" && ex.run.draining {
		return
	}
	if c := r.context(id); c != nil {
		c.cancelled = true
	}
}

func (r *runRules) context(id uint32) *madeCtx {
	i, ok := slices.BinarySearchFunc(r.contexts, id, func(c madeCtx, id uint32) int { return int(c.id) - int(id) })
	if !ok {
		return nil
	}
	return &r.contexts[i]
}

// mayStay reports whether a context needs no cancel of its own.
func (r *runRules) mayStay(c *madeCtx) bool {
	for ; c != nil; c = r.context(c.parent) {
		if c.cancelled {
			return true
		}
	}
	return false
}

// leftG is a goroutine that had not ended when main returned.
type leftG struct {
	g    *g
	id   uint32
	name string   // of its function
	then []string // what is said of it, as it was then
}

// atReturn is called when main returns: the others go on, and what they still
// stop or cancel is not held against the program.
func (x *explorer) atReturn() {
	r := &x.rules
	for _, t := range timers[0] {
		if !t.stopped && t.sleep == nil && !t.unowned && !t.isContexts() {
			t.awaited = t.hasChan && t.period == 0 && t.channel().recvq.first != nil
			r.timers = append(r.timers, t)
		}
	}
	for g := gs.oldest; g != nil; g = g.newer {
		if g == cur {
			continue
		}
		l := leftG{g: g, id: g.id, name: g.funcName}
		if x.rec != nil {
			l.then = []string{x.rec.goroutine(g)}
		}
		r.left = append(r.left, l)
	}
}

// isContexts reports whether the timer is that of a context with a deadline,
// which whoever made that context has to cancel.
func (t *Timer) isContexts() bool {
	return t.f != nil && strings.Contains(runtime.FuncForPC(reflect.ValueOf(t.f).Pointer()).Name(), "context.WithDeadline")
}

// atEnd judges a run when nobody goes on any more.
func (x *explorer) atEnd() {
	run, r := &x.run, &x.rules
	if run.cut && !run.draining {
		return
	}
	x.judgeCycle()
	if run.outcome == outcomeSteps && !run.draining {
		x.wentOn()
	}
	if !run.draining {
		return
	}
	for _, t := range r.timers {
		// One for which a goroutine was waiting is used up by now.
		if !t.stopped && (t.index >= 0 || !t.awaited) {
			x.hazardous(sighting{id: ident("timer-not-stopped", uint64(t.site)), class: "timer-not-stopped", sites: []uint16{t.site}, obj: t.id, late: true})
		}
	}
	for i := range r.contexts {
		c := &r.contexts[i]
		if (c.kind == event.WithCancel || c.kind == event.WithDeadline) && !r.mayStay(c) {
			x.hazardous(sighting{id: ident("context-not-cancelled", uint64(c.site)), class: "context-not-cancelled", sites: []uint16{c.site}, obj: c.id, late: true})
		}
	}
	x.unfinished()
}

// unfinished notes who had merely not come to an end when main returned.
func (x *explorer) unfinished() {
	for _, l := range x.rules.left {
		if l.g.id == l.id && l.g.waitsForever() {
			continue
		}
		x.saw(sighting{id: ident("unfinished", hashOf(l.name)), class: "unfinished", severity: noteworthy, gs: []*g{l.g}, gsThen: l.then, late: true})
	}
}
