package rt

import (
	"math"
	"slices"

	"interleave/sim/event"
)

// gmp is a model of Go's scheduler (runtime/proc.go): Ps with a runnext slot
// and a local queue, a global queue, work stealing and time slices. Each P has
// its own virtual clock; the P with the earliest clock goes first, and no
// operation takes effect before every other P has come as far.
type gmp struct {
	ps     []*proc
	global []*g
	rng    rng
	on     *proc // the P whose goroutine runs now; nil inside the scheduler
}

type proc struct {
	id      uint8
	clock   int64
	cur     *g
	awake   bool // runs or looks for work
	runnext *g
	since   int64 // when runnext was set
	local   []*g
	tick    uint32
	slice   int64 // when the time slice of the goroutine that ran last ends
}

// localSize is the capacity of a P's queue: len(p.runq) in runtime2.go.
const localSize = 256

// stealRunNextAfter is how long a P's runnext is left to that P before another
// may steal it (runqgrab in runtime/proc.go sleeps 3 µs first).
const stealRunNextAfter = 3_000

func newGMP(procs int, seed uint64) *gmp {
	m := &gmp{rng: newRNG(seed, 1)}
	m.setProcs(procs)
	return m
}

func (m *gmp) procs() int { return len(m.ps) }

// setProcs grows or shrinks the list of Ps as procresize does: the work of a
// P that goes away moves to the global queue.
func (m *gmp) setProcs(n int) {
	for len(m.ps) < n {
		m.ps = append(m.ps, &proc{id: uint8(len(m.ps)), clock: now()})
	}
	for len(m.ps) > n {
		p := m.ps[len(m.ps)-1]
		if p == m.on || p.cur != nil {
			return // shrinks when that P is idle again
		}
		m.ps = m.ps[:len(m.ps)-1]
		if p.runnext != nil {
			m.putGlobal(p.runnext)
		}
		for _, g := range p.local {
			m.putGlobal(g)
		}
		if p.awake {
			emitAt(event.ProcStop, 0, 0, 0, 0, 0, 0, p.id)
		}
	}
}

func (m *gmp) choose(n int) int { return m.rng.intn(n) }

// ready puts g into the runnext slot of the P on which it was released, as
// ready and newproc in runtime/proc.go do, and wakes an idle P.
func (m *gmp) ready(g, by *g) {
	p := m.on
	if p == nil {
		p = m.ps[0]
	}
	m.putNext(p, g)
	m.wakep()
}

// putNext is runqput with next set: the goroutine kicked out of runnext goes
// to the tail of the local queue.
func (m *gmp) putNext(p *proc, g *g) {
	old := p.runnext
	p.runnext, p.since = g, m.time(p)
	emitAt(event.Enqueue, 0, 0, g.id, 0, int32(event.RunNext), 0, p.id)
	if old != nil {
		m.putLocal(p, old)
	}
}

// putLocal is runqput without next: a full queue gives half of itself to the
// global one first (runqputslow).
func (m *gmp) putLocal(p *proc, g *g) {
	if len(p.local) < localSize {
		p.local = append(p.local, g)
		emitAt(event.Enqueue, 0, 0, g.id, 0, int32(event.Local), 0, p.id)
		return
	}
	half := slices.Clone(p.local[:localSize/2])
	p.local = append(p.local[:0], p.local[localSize/2:]...)
	for _, h := range append(half, g) {
		m.putGlobal(h)
	}
}

func (m *gmp) putGlobal(g *g) {
	m.global = append(m.global, g)
	emit(event.Enqueue, 0, 0, g.id, 0, int32(event.Global), 0)
}

func (m *gmp) time(p *proc) int64 {
	if p == m.on {
		return now()
	}
	return p.clock
}

// wakep lets one idle P look for work, unless one does already.
func (m *gmp) wakep() {
	var idle *proc
	for _, p := range m.ps {
		switch {
		case p.awake && p.cur == nil && p != m.on:
			return // spinning
		case !p.awake && idle == nil:
			idle = p
		}
	}
	if idle != nil {
		m.wake(idle, now()+costWake)
		lookBy(idle.clock)
	}
}

func (m *gmp) wake(p *proc, at int64) {
	p.awake = true
	p.clock = max(p.clock, at)
	emitAt(event.ProcStart, 0, 0, 0, 0, 0, 0, p.id)
}

// wakeFor wakes p for a timer, from within the scheduler.
func (m *gmp) wakeFor(p *proc, at int64) {
	at = max(at, p.clock)
	setClock(at, at)
	m.wake(p, at)
	m.runTimers(p)
}

func (m *gmp) look(g *g, atOp bool) {
	if budget >= 0 {
		return // only asked because a schedule is recorded
	}
	p := m.on
	p.clock = now()
	over := p.clock >= g.sliceEnd
	if over {
		g.state = runnable
		emit(event.GoYield, g.id, 0, 0, 0, int32(event.Preempted), g.site)
		m.leave(g, event.Preempted)
	}
	next := m.dispatch()
	if over || next != g {
		endTurn(g, false)
	}
	if next != g {
		switchTo(g, next)
	}
	if over || next != g {
		beginTurn(g)
	} else {
		cpuMark = now()
	}
}

// leave frees g's P. A goroutine that is pre-empted or yields goes to the
// global queue (goschedImpl).
func (m *gmp) leave(g *g, why event.Why) {
	p := m.on
	p.clock = now() + costSwitch
	p.cur, g.proc = nil, event.NoP
	if why != 0 {
		m.putGlobal(g)
	}
}

// dispatch advances the Ps in the order of their clocks until the earliest
// one has a goroutine to run.
func (m *gmp) dispatch() *g {
	m.on = nil
	if len(m.ps) == 1 && len(timers) == 0 {
		return m.dispatchOne(m.ps[0])
	}
	for {
		p, other := m.earliest()
		when, due := nextTimer()
		if p == nil {
			if !due {
				return nil
			}
			m.wakeFor(m.ps[0], when)
			continue
		}
		if idle := m.idle(); due && idle != nil && when <= p.clock {
			m.wakeFor(idle, p.clock)
			continue
		}
		if p.cur == nil {
			m.schedule(p)
			continue
		}
		h := min(other, p.cur.sliceEnd)
		if due && m.idle() != nil {
			h = min(h, when)
		}
		m.on = p
		setClock(p.clock, h)
		return p.cur
	}
}

// dispatchOne is dispatch where there is no other clock to look at.
func (m *gmp) dispatchOne(p *proc) *g {
	if p.awake && p.cur == nil {
		m.schedule(p)
	}
	if !p.awake {
		return nil
	}
	m.on = p
	setClock(p.clock, p.cur.sliceEnd)
	return p.cur
}

// earliest returns the awake P with the earliest clock and the earliest clock
// of the others.
func (m *gmp) earliest() (first *proc, other int64) {
	other = math.MaxInt64
	for _, p := range m.ps {
		switch {
		case !p.awake:
		case first == nil:
			first = p
		case p.clock < first.clock:
			other, first = first.clock, p
		default:
			other = min(other, p.clock)
		}
	}
	return first, other
}

func (m *gmp) idle() *proc {
	for _, p := range m.ps {
		if !p.awake {
			return p
		}
	}
	return nil
}

// runTimers fires on p what is due by its clock (checkTimers).
func (m *gmp) runTimers(p *proc) {
	m.on = p
	setClock(p.clock, p.clock)
	runTimers(p.clock)
	m.on = nil
}

// schedule finds p a goroutine, or lets it go idle. The order is schedule's
// and findRunnable's: timers; every 61st tick the global queue; runnext; the
// local queue; the global queue; another P's.
func (m *gmp) schedule(p *proc) {
	setClock(p.clock, p.clock)
	if len(timers) > 0 {
		m.runTimers(p)
	}
	g, why := m.find(p)
	if why == spinOn {
		return
	}
	if g == nil {
		p.awake = false
		emitAt(event.ProcStop, 0, 0, 0, 0, 0, 0, p.id)
		return
	}
	if why != event.FromRunNext || p.slice <= p.clock { // runnext inherits the slice (execute)
		p.slice = p.clock + timeSlice
	}
	p.tick++
	p.cur, g.proc, g.state, g.sliceEnd = g, p.id, running, p.slice
	m.on = p
	emitAt(event.GoStart, g.id, 0, 0, 0, int32(why), g.site, p.id)
	m.on = nil
	m.handOn(p)
}

func (m *gmp) find(p *proc) (*g, event.Why) {
	if p.tick%61 == 60 && len(m.global) > 0 {
		return m.popGlobal(), event.Tick61
	}
	if g := p.runnext; g != nil {
		p.runnext = nil
		return g, event.FromRunNext
	}
	if len(p.local) > 0 {
		return p.pop(), event.FromLocal
	}
	if len(m.global) > 0 {
		return m.popGlobal(), event.FromGlobal
	}
	return m.steal(p)
}

func (p *proc) pop() *g {
	g := p.local[0]
	p.local[0] = nil
	p.local = p.local[1:]
	return g
}

func (m *gmp) popGlobal() *g {
	g := m.global[0]
	m.global[0] = nil
	m.global = m.global[1:]
	return g
}

// steal takes half of the first other P's queue that has one, in an order
// chosen at random (stealWork, runqsteal); a runnext is taken last and only
// when its own P had time to run it.
func (m *gmp) steal(p *proc) (*g, event.Why) {
	off := m.rng.intn(len(m.ps))
	for i := range m.ps {
		v := m.ps[(off+i)%len(m.ps)]
		if v == p || len(v.local) == 0 {
			continue
		}
		n := len(v.local) - len(v.local)/2
		for range n {
			g := v.pop()
			p.local = append(p.local, g)
			emitAt(event.Steal, 0, uint32(v.id), g.id, 0, 0, 0, p.id)
		}
		last := len(p.local) - 1
		g := p.local[last]
		p.local = p.local[:last]
		return g, event.FromSteal
	}
	for i := range m.ps {
		v := m.ps[(off+i)%len(m.ps)]
		if v == p || v.runnext == nil {
			continue
		}
		if ripe := v.since + stealRunNextAfter; p.clock < ripe {
			p.clock = ripe
			return nil, spinOn
		}
		g := v.runnext
		v.runnext = nil
		emitAt(event.Steal, 0, uint32(v.id), g.id, 0, 0, 0, p.id)
		return g, event.FromSteal
	}
	return nil, 0
}

// spinOn is find's answer while p should look again a little later.
const spinOn event.Why = -1

// handOn wakes another P when p, which just found work, leaves some behind
// (resetspinning).
func (m *gmp) handOn(p *proc) {
	if len(p.local) == 0 && len(m.global) == 0 {
		return
	}
	m.on = p
	m.wakep()
	m.on = nil
}
