package rt

import (
	"unsafe"

	"interleave/sim/event"
)

// Lock orders. Whoever takes a lock while holding another one draws an edge
// from this to that; a cycle of edges by different goroutines is an inversion:
// a schedule may exist in which each holds one lock and waits for the next
// (Havelund, "Using Runtime Analysis to Guide Model Checking of Java Programs",
// SPIN 2000). A lock that is held around all of the edges, the gate, keeps the
// inversion from doing damage, and so may what else orders them: the rule is
// broken all the same.
//
// Taking a read lock waits for no reader, so an edge to a read lock does not go
// on from one that the next holds for reading. TryLock does not wait.

// A lockEdge says that a goroutine took a lock while it held another.
type lockEdge struct {
	from, to         unsafe.Pointer
	g                uint32
	held, took       uint16 // sites
	readHeld, readTo bool
}

// maxEdges bounds the edges of a run, and maxCycle the length of a cycle.
const (
	maxEdges = 256
	maxCycle = 6
)

// acquired: the running goroutine has taken a lock, not by a TryLock, while it
// has others.
func (x *explorer) acquired(me *g, p unsafe.Pointer, read bool) {
	for i := range me.holds {
		if h := &me.holds[i]; h.p == p {
			if read && h.read {
				x.hazardous(sighting{id: ident("recursive-rlock", uint64(h.site), uint64(me.site)), class: "recursive-rlock", sites: []uint16{h.site, me.site}, gs: []*g{me}, obj: h.id})
			}
			return
		}
	}
	if alive == 1 {
		return
	}
	r := &x.rules
next:
	for i := range me.holds {
		h := &me.holds[i]
		e := lockEdge{h.p, p, me.id, h.site, me.site, h.read, read}
		for j := range r.edges {
			if r.edges[j] == e {
				continue next
			}
		}
		if len(r.edges) == maxEdges {
			return
		}
		r.edges = append(r.edges, e)
		var path [maxCycle]*lockEdge
		path[0] = &r.edges[len(r.edges)-1]
		x.inversions(path[:1])
	}
}

// inversions finds the cycles that path, a list of edges, begins.
func (x *explorer) inversions(path []*lockEdge) {
	first, last := path[0], path[len(path)-1]
	edges := x.rules.edges
next:
	for i := range edges {
		e := &edges[i]
		if e.from != last.to || e.readHeld && last.readTo {
			continue
		}
		for _, p := range path {
			if p.g == e.g || p != first && p.from == e.to {
				continue next
			}
		}
		if e.to == first.from {
			if !(first.readHeld && e.readTo) {
				x.inverted(append(path, e))
			}
		} else if len(path)+1 < cap(path) {
			x.inversions(append(path, e))
		}
	}
}

// inverted notes a cycle.
func (x *explorer) inverted(cycle []*lockEdge) {
	var key uint64
	for _, e := range cycle {
		key += orderKey(e.held, e.took)
	}
	s := sighting{id: ident("lock-order", key), class: "lock-order"}
	if hazards.damage[s.id] {
		return
	}
	for _, e := range cycle {
		s.sites = append(s.sites, e.held, e.took)
		if x.rec != nil {
			s.gs = append(s.gs, x.byID[e.g])
		}
	}
	x.hazardous(s)
}

// orderKey names an edge in every run.
func orderKey(held, took uint16) uint64 { return ident("", uint64(held), uint64(took)) }

// lockCycleSeen is when goroutines of a run began to wait for each other.
type lockCycleSeen struct {
	cause string // "": none do
	gs    []*g
	then  []string // what is said of them, as it was then
	key   uint64
	sites []uint16
	obj   uint32
	step  int
}

// stopped is called when me stands before a lock, or is parked for one, that it
// cannot have now: if it waits, over others or not, for itself, it does so for
// ever.
func (x *explorer) stopped(me *g) {
	c := &x.rules.cycle
	if c.cause != "" || len(me.holds) == 0 && !me.drains(me.lockOf()) || me.lockOf() == nil {
		return
	}
	var path [maxCycle]*g
	path[0] = me
	cycle := waitCycle(path[:1])
	if cycle == nil {
		return
	}
	c.cause, c.step, c.gs = "lock-order", x.run.steps, append([]*g(nil), cycle...)
	for i, g := range c.gs {
		before := c.gs[(i+len(c.gs)-1)%len(c.gs)] // who waits for g
		h := g.holdOf(before.lockOf())
		if h == nil {
			h = &hold{site: g.site}
		}
		c.sites = append(c.sites, h.site, g.site)
		c.key += orderKey(h.site, g.site)
		c.obj = h.id
	}
	broken := ident("lock-order", c.key)
	for _, g := range c.gs {
		if cause := ownLock(g); cause != "" {
			h := g.holdOf(g.lockOf())
			c.cause, c.key, c.sites, c.obj = cause, orderKey(h.site, g.site), []uint16{h.site, g.site}, h.id
			broken = ident(cause, uint64(h.site), uint64(g.site))
			break
		}
	}
	x.damaging(broken)
	if x.rec != nil {
		x.rec.stuck(c.gs)
		for _, g := range c.gs {
			c.then = append(c.then, x.rec.goroutine(g))
		}
	}
}

// waitCycle goes on from path, of which each waits for a lock that the next
// keeps from it, to who keeps one from the last; nil if that does not lead back.
func waitCycle(path []*g) []*g {
	last := path[len(path)-1]
	p := last.lockOf()
	if p == nil {
		return nil
	}
	read := last.waitsFor() == event.RLockWait
next:
	for g := gs.oldest; g != nil; g = g.newer {
		if !g.keeps(p, read, last) {
			continue
		}
		if g == path[0] {
			return path
		}
		for _, o := range path {
			if o == g {
				continue next
			}
		}
		if len(path) < cap(path) {
			if cycle := waitCycle(append(path, g)); cycle != nil {
				return cycle
			}
		}
	}
	return nil
}

// keeps reports whether g keeps the lock at p from o, who wants it, maybe only
// for reading.
func (g *g) keeps(p unsafe.Pointer, read bool, o *g) bool {
	if g != o && g.drains(p) {
		return true
	}
	for i := range g.holds {
		if h := &g.holds[i]; h.p == p && !(read && h.read) {
			return true
		}
	}
	return false
}

// drains reports whether g waits as a writer for the readers of the lock at p,
// and keeps others out meanwhile.
func (g *g) drains(p unsafe.Pointer) bool {
	return p != nil && g.state == parked && g.reason == event.MutexWait && g.wants == p
}

// holdOf is how g has the lock at p; nil if it has not.
func (g *g) holdOf(p unsafe.Pointer) *hold {
	for i := range g.holds {
		if g.holds[i].p == p {
			return &g.holds[i]
		}
	}
	return nil
}

// judgeCycle tells of goroutines that wait for each other, at the end of the
// run: everybody is stuck by then, or only they are.
func (x *explorer) judgeCycle() {
	c := &x.rules.cycle
	if c.cause == "" {
		return
	}
	class := "partial-deadlock"
	if x.run.outcome == outcomeDeadlock {
		class = "deadlock"
	}
	x.saw(sighting{id: ident(class+c.cause, c.key), class: class, cause: c.cause, severity: bug, sites: c.sites, gs: c.gs, obj: c.obj, moment: c.step, gsThen: c.then, late: true})
}
