package rt

import (
	"slices"

	"interleave/sim/event"
)

// stopTheWorld is stopTheWorldWithSema: every P but p, on which the caller
// runs, stops, and its thread parks. Who runs there stays first in line
// (goschedImpl while the world stops); who is in a system call loses its P.
func (m *gmp) stopTheWorld(p *proc, why string) {
	at := now() + costStop
	for _, o := range m.ps {
		if o.thread != nil && !o.calling {
			at = max(at, o.clock)
		}
	}
	setClock(at, at)
	for _, o := range m.ps {
		if o != p && o.thread != nil {
			m.stopProc(o)
		}
	}
	emitAt(event.WorldStop, 0, 0, 0, intern(why), 0, 0, event.NoP)
}

// stopProc stops p for stopTheWorld (gcstopm).
func (m *gmp) stopProc(p *proc) {
	if p.marks != noMarks {
		if p.marks == dedicated && m.gc.left > 0 {
			m.gc.wanted++
		}
		m.setMarks(p, noMarks)
	}
	if p.calling {
		m.retake(p)
		m.release(p)
		return
	}
	if g := p.cur; g != nil {
		g.state, g.proc, p.cur = runnable, event.NoP, nil
		emitAt(event.GoYield, g.id, 0, 0, 0, int32(event.Preempted), g.site, p.id)
		m.putNext(p, g)
	}
	if p.thread.locked != nil { // it goes on with its goroutine only
		p.thread = nil
		m.release(p)
		return
	}
	m.goIdle(p)
}

// startTheWorld is startTheWorldWithSema: Ps with work get threads again, the
// others are idle, the one with the lowest number first in line.
func (m *gmp) startTheWorld(p *proc) {
	emitAt(event.WorldStart, 0, 0, 0, 0, 0, 0, event.NoP)
	m.mon.next = max(m.mon.next, now())
	for _, c := range m.returning {
		c.at = max(c.at, now())
	}
	m.idle = m.idle[:0]
	for _, o := range slices.Backward(m.ps) {
		o.clock = now()
		switch {
		case o == p:
		case o.hasWork():
			m.start(o, now(), false)
		default:
			m.idle = append(m.idle, o)
		}
	}
	m.on = p
	m.wakep()
}

// setProcs is GOMAXPROCS: procresize while the world is stopped.
func (m *gmp) setProcs(n int) {
	point(costSwitch)
	m.stopTheWorld(m.on, "GOMAXPROCS")
	emit(event.Knob, cur.id, 0, 0, 0, int32(n), cur.site)
	for len(m.ps) < n {
		m.ps = append(m.ps, &proc{id: uint8(len(m.ps))})
	}
	gone := slices.Clone(m.ps[n:])
	m.ps = m.ps[:n]
	if p := m.on; int(p.id) >= n {
		m.moveTo(m.ps[0])
	}
	for _, p := range gone {
		m.destroy(p)
	}
	m.order.reset(n)
	m.startTheWorld(m.on)
	lookBy(now())
}

// moveTo lets the running goroutine, whose P goes away, go on with p, which is
// stopped (procresize: "release the current P and acquire allp[0]").
func (m *gmp) moveTo(p *proc) {
	old := m.on
	emitAt(event.GoYield, cur.id, 0, 0, 0, int32(event.Gosched), cur.site, old.id)
	t := old.thread
	old.thread, old.cur = nil, nil
	emitAt(event.ProcStop, 0, 0, 0, 0, 0, 0, old.id)
	p.thread, p.cur, cur.proc = t, cur, p.id
	emitAt(event.ProcStart, 0, 0, 0, 0, t.id, 0, p.id)
	emitAt(event.GoStart, cur.id, 0, 0, 0, int32(event.Directly), cur.site, p.id)
	m.on = p
}

// destroy is p.destroy: what waits at p goes to the head of the global queue,
// and its timers to the P of the running goroutine.
func (m *gmp) destroy(p *proc) {
	for _, g := range slices.Backward(p.local) {
		m.putGlobalHead(g)
	}
	if p.runnext != nil {
		m.putGlobalHead(p.runnext)
	}
	p.local, p.runnext = nil, nil
	takeTimers(m.on.id, p.id)
}
