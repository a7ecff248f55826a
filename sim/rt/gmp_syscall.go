package rt

import (
	"slices"

	"interleave/sim/event"
)

// A sysCall is a system call of a thread that has lost its P.
type sysCall struct {
	at     int64 // when it is over
	g      *g
	thread *thread
	old    *proc
}

// enterCall is entersyscall: the running goroutine is in a system call of d ns
// until leaveCall. It keeps its P, unless sysmon takes it. A call that is over
// before sysmon could notice it leaves no events.
func (m *gmp) enterCall(name string, d int64) {
	point(costCall)
	cur.call = name
	cur.state = calling
	m.on.calling = true
	if d >= monMin {
		cur.tellCall(m.on)
	}
}

// tellCall says that g, which is on p, is in a system call.
func (g *g) tellCall(p *proc) {
	if !g.told {
		g.told = true
		emitAt(event.SysEnter, g.id, 0, 0, intern(g.call), 0, g.site, p.id)
	}
}

// tellBack says that g is back from it, on P number p, or on none.
func (g *g) tellBack(p uint8) {
	if g.told {
		g.told = false
		emitAt(event.SysExit, g.id, 0, 0, 0, int32(min(1, event.NoP-p)), g.site, p)
	}
}

// leaveCall returns when the running goroutine is back from its system call.
func (m *gmp) leaveCall(d int64) {
	me, p := cur, m.on
	if budget >= d {
		budget -= d
		m.back(p)
		return
	}
	budget -= costTick // so that a replay of this turn gets as far as here
	chargeCPU()
	p.clock = now() + d - costTick
	turn := me.turn
	next := m.dispatch()
	if next == me && me.turn == turn {
		cpuMark = now()
		return
	}
	endTurn(me, false)
	if next != me {
		switchTo(me, next)
	}
	beginTurn(me)
}

// exitInPlace ends the system call of a goroutine whose P was not taken.
func (m *gmp) exitInPlace(p *proc) {
	setClock(p.clock, p.clock)
	m.back(p)
}

// back is the fast path of exitsyscall: the goroutine still has its P.
func (m *gmp) back(p *proc) {
	p.calling = false
	p.calls++
	p.cur.state = running
	p.cur.tellBack(p.id)
}

// exitCall is the slow path of exitsyscall, for a goroutine whose P was taken:
// it goes on with its old P if that is in a system call itself, or an idle
// one. If there is none it goes to the global queue and its thread parks.
func (m *gmp) exitCall(c *sysCall) {
	g, p := c.g, c.old
	switch {
	case p.calling && slices.Contains(m.ps, p):
		m.retake(p)
		p.thread, p.clock = c.thread, c.at
		emitAt(event.ProcHand, 0, 0, 0, 0, c.thread.id, 0, p.id)
	case len(m.idle) > 0:
		m.mon.again()
		p = m.takeIdle()
		m.acquire(p, c.thread, c.at)
	default:
		g.state = runnable
		g.tellBack(event.NoP)
		m.putGlobal(g)
		if g.thread == nil {
			m.parked = append(m.parked, c.thread)
		}
		return
	}
	p.calls++
	p.cur, g.proc, g.state = g, p.id, running
	g.turn++
	g.tellBack(p.id)
}

// retake takes p from the thread that is in a system call on it (takeP).
func (m *gmp) retake(p *proc) {
	g := p.cur
	c := &sysCall{at: p.clock, g: g, thread: p.thread, old: p}
	later := func(o *sysCall) bool { return o.at > c.at }
	i := slices.IndexFunc(m.returning, later)
	if i < 0 {
		i = len(m.returning)
	}
	m.returning = slices.Insert(m.returning, i, c)
	g.tellCall(p)
	emitAt(event.Retake, 0, 0, g.id, 0, p.thread.id, 0, p.id)
	p.cur, g.proc, p.calling, p.thread = nil, event.NoP, false, nil
	p.calls++
}
