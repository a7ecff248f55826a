package rt

import (
	"math"

	"interleave/sim/event"
)

// gmp is a model of Go's scheduler as it stands in Go 1.26's runtime/proc.go:
// threads (Ms) that run goroutines on Ps, a runnext slot and a local queue for
// each P, a global queue, work stealing, spinning threads and sysmon.
//
// It is a simulation by events. Each P has its own virtual clock; who comes
// earliest goes first: a P, sysmon, a thread that returns from a system call,
// or a timer for which an idle P wakes. No operation takes effect before every
// other P has come as far.
type gmp struct {
	ps     []*proc
	global []*g
	rng    rng
	on     *proc // the P whose goroutine runs now; nil inside the scheduler
	limit  int64 // until when its goroutine may run, the other Ps aside
	ahead  bool  // it is ahead of other Ps, in a loop

	idle     []*proc // sched.pidle: the P that went idle last goes first
	spinning int     // sched.nmspinning
	needSpin bool    // sched.needspinning: there was work, and no idle P for it
	order    stealOrder

	threads   int       // how many were ever made
	parked    []*thread // sched.midle: the thread that parked last goes first
	returning []*sysCall
	mon       sysmon
	gc        collector
}

// A proc is a P (p in runtime2.go).
type proc struct {
	id     uint8
	clock  int64
	cur    *g      // runs, or is in a system call
	thread *thread // nil while the P is idle

	runnext *g
	local   []*g

	tick    uint32 // schedtick: goes up with every time slice
	calls   uint32 // syscalltick: goes up with every system call
	calling bool   // cur is in a system call, which is over at clock
	preempt bool   // sysmon wants cur to stop
	search  theft
	marks   marks // works for the collector
	marked  int64 // ns, in this cycle
	seen    observed
}

// A thread is an M.
type thread struct {
	id       int32
	spinning bool
	locked   *g // the goroutine that called LockOSThread
}

// maxProcs bounds the number of Ps.
const maxProcs = 64

// ticksBeforeMain is how many time slices the first P has had when main.main
// begins: those of the runtime's own goroutines, counting two that in truth
// still wait in the local queue then. It decides when the global queue gets
// its first 61st turn; a program that shows it is held to the real
// runtime (testdata/programs/gmp/tick61.go).
const ticksBeforeMain = 6

func newGMP(procs int, seed uint64) *gmp {
	m := &gmp{rng: newRNG(seed, 1)}
	m.mon = newSysmon()
	for i := range procs {
		m.ps = append(m.ps, &proc{id: uint8(i)})
	}
	for i := procs - 1; i >= 0; i-- {
		m.idle = append(m.idle, m.ps[i])
	}
	m.ps[0].tick = ticksBeforeMain
	m.order.reset(procs)
	return m
}

func (m *gmp) procs() int       { return len(m.ps) }
func (m *gmp) choose(n int) int { return m.rng.intn(n) }

// ready puts g into the runnext slot of the P on which it was released and
// wakes an idle P, as ready and newproc in runtime/proc.go do.
func (m *gmp) ready(g, by *g) {
	p := m.on
	if p == nil { // the main goroutine, or a signal from outside while all Ps are idle
		p = m.takeIdle()
		m.putNext(p, g)
		m.start(p, now(), false)
		return
	}
	m.putNext(p, g)
	m.wakep()
}

func (m *gmp) look(g *g, atOp bool) {
	if budget >= 0 && !(atOp && m.ahead) {
		return // only asked because a schedule is recorded
	}
	if m.ahead {
		m.ahead = false
		lookAlways(conf.record)
	}
	m.on.clock = now()
	turn := g.turn
	next := m.dispatch()
	if next != g || g.turn != turn {
		endTurn(g, false)
		if next != g {
			switchTo(g, next)
		}
		beginTurn(g)
	}
	if !atOp {
		m.goAhead()
	}
	cpuMark = now()
}

// goAhead lets the running goroutine, which is in a loop, get ahead of the
// other Ps: until its next operation nobody sees what it does. Otherwise two
// loops on two Ps would wait for one another at every turn.
func (m *gmp) goAhead() {
	if horizon < m.limit {
		setClock(now(), m.limit)
		m.ahead = true
		lookAlways(true)
	}
}

// leave frees g's P: g parks or ends (why is 0) or yields.
func (m *gmp) leave(g *g, why event.Why) {
	p := m.on
	p.cur, g.proc = nil, event.NoP
	m.place(p, g, why)
	p.clock = now() + costSwitch
	if p.thread.locked == g {
		m.stopLocked(p)
	}
}

// place puts g, which stops running on p though it could go on, into a queue.
// Gosched and pre-emption use the global one (goschedImpl), a goroutine that
// hands a lock over the local one (goyield_m).
func (m *gmp) place(p *proc, g *g, why event.Why) {
	switch why {
	case 0:
	case event.Handed:
		m.putLocal(p, g)
	default:
		m.putGlobal(g)
		m.wakep()
	}
}

// dispatch lets everybody act in the order of their clocks until the earliest
// is a P with a goroutine to run; nil if nobody ever will act again.
func (m *gmp) dispatch() *g {
	m.on = nil
	if g := m.alone(); g != nil {
		return g
	}
	for {
		p, other := m.earliest()
		what, when := m.outside(p != nil)
		switch {
		case p == nil && what == nothing:
			return nil
		case p == nil || when <= p.clock:
			m.happen(what, when)
		case p.cur == nil:
			m.schedule(p)
		case p.calling:
			m.exitInPlace(p)
		case p.preempt:
			m.stop(p)
		default:
			m.on, m.limit = p, when
			setClock(p.clock, min(other, when))
			return p.cur
		}
	}
}

// alone is dispatch where one P has nobody to wait for; nil if there is more
// to do.
func (m *gmp) alone() *g {
	p := m.ps[0]
	if len(m.ps) > 1 || pending > 0 || len(m.returning) > 0 || p.thread == nil || p.clock >= m.mon.next {
		return nil
	}
	if p.cur == nil {
		if g := p.runnext; g != nil && len(m.global) == 0 && !p.search.on && !p.thread.spinning && !m.gc.marking {
			p.runnext = nil // nothing comes before it (findRunnable)
			setClock(p.clock, p.clock)
			m.execute(p, g, event.FromRunNext)
		} else {
			m.schedule(p)
		}
	}
	if p.cur == nil || p.calling || p.preempt || p.clock >= m.mon.next {
		return nil
	}
	m.on, m.limit = p, m.mon.next
	setClock(p.clock, m.limit)
	return p.cur
}

// earliest returns the awake P with the earliest clock and the earliest clock
// of the others.
func (m *gmp) earliest() (first *proc, other int64) {
	other = math.MaxInt64
	for _, p := range m.ps {
		switch {
		case p.thread == nil:
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

// What happens outside the Ps.
type outsider int

const (
	nothing  outsider = iota
	monitors          // sysmon wakes up
	returns           // a thread without a P comes back from a system call
	alarms            // a timer is due and an idle P can look at it
)

// outside returns what happens next outside the Ps, and when. Sysmon sleeps
// while no P is awake.
func (m *gmp) outside(awake bool) (what outsider, when int64) {
	when = math.MaxInt64
	if awake {
		what, when = monitors, m.mon.next
	}
	if len(m.returning) > 0 && m.returning[0].at < when {
		what, when = returns, m.returning[0].at
	}
	if pending > 0 && len(m.idle) > 0 {
		if t, ok := nextTimer(); ok && t < when {
			what, when = alarms, t
		}
	}
	return what, when
}

func (m *gmp) happen(what outsider, when int64) {
	if what != monitors {
		m.mon.sleepTo(when, len(m.idle) == len(m.ps))
	}
	switch what {
	case monitors:
		setClock(when, when)
		m.watch(when)
	case returns:
		c := m.returning[0]
		m.returning = m.returning[1:]
		setClock(when, when)
		m.exitCall(c)
	case alarms:
		m.alarm(when)
	}
}
