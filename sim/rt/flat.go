package rt

import (
	"slices"

	"interleave/sim/event"
)

// flat is a machine with one P and no queues: a list of who could run, and a
// policy that picks.
type flat struct {
	pol   policy
	could []*g // runnable, oldest first
	run   *g
	clock int64
}

func newFlat(pol policy) *flat {
	always = always || pol.everyPoint()
	return &flat{pol: pol}
}

func (m *flat) procs() int       { return 1 }
func (m *flat) setProcs(int)     {}
func (m *flat) canSpin(int) bool { return false }
func (m *flat) lockThread(bool)  {}
func (m *flat) choose(n int) int { return m.pol.choose(n) }

// enterCall and leaveCall: a system call is an operation that takes long.
func (m *flat) enterCall(string, int64) { point(costCall) }
func (m *flat) leaveCall(d int64)       { spend(d) }

func (m *flat) ready(g, by *g) { m.could = append(m.could, g) }

func (m *flat) leave(g *g, why event.Why) {
	m.clock = now() + costSwitch
	m.run, g.proc = nil, event.NoP
	if why != 0 {
		at := len(m.could)
		if _, stack := m.pol.(*lifo); stack {
			at = 0 // who gives way is not the next to run
		}
		m.could = slices.Insert(m.could, at, g)
	}
	if why == event.Gosched {
		m.pol.gaveWay(g)
	}
}

func (m *flat) look(me *g, atOp bool) {
	if budget >= 0 && !m.pol.everyPoint() {
		return // only asked because a schedule is recorded
	}
	m.clock = now()
	m.timers()
	sliceOver := m.clock >= me.sliceEnd
	if !sliceOver && !atOp {
		m.resume(me)
		return
	}
	if sliceOver {
		m.pol.gaveWay(me)
	}
	why := event.Switched
	next := 0
	if len(m.could) > 0 && (m.pol.everyPoint() || sliceOver) {
		m.could = slices.Insert(m.could, 0, me)
		next = m.pol.pick(m.could, false)
		m.could = slices.Delete(m.could, 0, 1)
		if sliceOver && !m.pol.everyPoint() {
			why = event.Preempted
			if _, asked := m.pol.(*hand); !asked {
				next = max(next, 1)
			}
		}
	}
	if next == 0 {
		if sliceOver {
			me.sliceEnd = m.clock + timeSlice
		}
		m.resume(me)
		return
	}
	chosen := m.could[next-1]
	me.state = runnable
	emit(event.GoYield, me.id, 0, 0, 0, int32(why), me.site)
	m.leave(me, why)
	endTurn(me, false)
	m.take(slices.Index(m.could, chosen))
	m.start(chosen)
	switchTo(me, chosen)
	beginTurn(me)
}

func (m *flat) take(i int) *g {
	g := m.could[i]
	m.could = slices.Delete(m.could, i, i+1)
	return g
}

func (m *flat) timers() {
	setClock(m.clock, m.clock)
	runTimers(0, m.clock)
}

func (m *flat) dispatch() *g {
	m.timers()
	if len(m.could) == 0 {
		when, ok := nextTimer()
		if !ok {
			return nil
		}
		m.clock = max(m.clock, when)
		m.timers()
		if len(m.could) == 0 {
			return m.dispatch()
		}
	}
	g := m.take(m.pol.pick(m.could, true))
	m.start(g)
	return g
}

// start makes g, which is in no list any more, the running goroutine.
func (m *flat) start(g *g) {
	setClock(m.clock, m.clock)
	m.run, g.proc, g.state, g.sliceEnd = g, 0, running, m.clock+timeSlice
	emitAt(event.GoStart, g.id, 0, 0, 0, int32(m.pol.why()), g.site, 0)
	m.resume(g)
}

// pass lets next go on in me's time slice.
func (m *flat) pass(me, next *g) {
	m.clock = now()
	me.proc = event.NoP
	m.run, next.proc, next.state, next.sliceEnd = next, 0, running, me.sliceEnd
	emitAt(event.GoStart, next.id, 0, 0, 0, int32(event.FromPull), next.site, 0)
	m.resume(next)
}

// resume lets g go on until the next timer or the end of its slice.
func (m *flat) resume(g *g) {
	h := g.sliceEnd
	if when, ok := nextTimer(); ok {
		h = min(h, when)
	}
	setClock(m.clock, h)
}
