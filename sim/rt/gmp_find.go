package rt

import "interleave/sim/event"

// schedule is schedule: it finds p a goroutine and starts it, lets p look on a
// little later, or lets it go idle.
func (m *gmp) schedule(p *proc) {
	m.on = p
	setClock(p.clock, p.clock)
	g, why := m.findRunnable(p)
	if g != nil {
		m.execute(p, g, why)
	}
	m.on = nil
}

// execute is execute: g runs on p. A goroutine from runnext goes on with the
// time slice of who ran before it; every other one begins a slice (schedtick).
// A thread that found something to do stops spinning and wakes the next one to
// spin (resetspinning).
func (m *gmp) execute(p *proc, g *g, why event.Why) {
	if p.thread.spinning {
		p.thread.spinning = false
		m.spinning--
		m.wakep()
	}
	if g.thread != nil && g.thread != p.thread {
		m.startLocked(p, g.thread)
	}
	if why != event.FromRunNext {
		p.tick++
	}
	if p.marks != noMarks {
		m.setMarks(p, noMarks)
	}
	p.preempt = false
	if p.search.on {
		p.search = theft{}
	}
	p.cur, g.proc, g.state = g, p.id, running
	g.turn++
	emitAt(event.GoStart, g.id, 0, 0, 0, int32(why), g.site, p.id)
}

// findRunnable is findRunnable. The order is: the P's timers; in every 61st
// time slice the global queue; runnext; the local queue; a share of the global
// queue; other Ps. A nil goroutine means that p looks again at its clock or
// went idle.
func (m *gmp) findRunnable(p *proc) (*g, event.Why) {
	if p.search.on {
		return m.searchOn(p)
	}
	if pending > 0 {
		runTimers(p.id, p.clock)
	}
	if m.gc.marking && m.mark(p) {
		return nil, 0
	}
	if len(m.global) > 0 && p.tick%61 == 0 {
		return m.popGlobal(), event.Tick61
	}
	if g, why := p.get(); g != nil {
		return g, why
	}
	if len(m.global) > 0 {
		return m.getBatch(p), event.FromGlobal
	}
	// Spinning threads are limited to half of the busy Ps.
	if p.thread.spinning || m.needSpin || 2*m.spinning < len(m.ps)-len(m.idle) {
		m.spin(p.thread, p)
		p.search = theft{on: true, left: m.order.start(uint32(m.rng.next()))}
		return m.searchOn(p)
	}
	m.giveUp(p)
	return nil, 0
}

// giveUp is the end of a search without result.
func (m *gmp) giveUp(p *proc) {
	switch {
	case !m.gc.marking:
		m.goIdle(p)
	case m.gc.left > 0:
		m.markIdly(p)
	default:
		m.endCycle(p)
	}
}

// spin is becomeSpinning: the thread of p looks for work elsewhere.
func (m *gmp) spin(t *thread, p *proc) {
	if t.spinning {
		return
	}
	t.spinning = true
	m.spinning++
	m.needSpin = false
	emitAt(event.ProcSpin, 0, 0, 0, 0, t.id, 0, p.id)
}

// A theft is stealWork under way: four rounds over all Ps. Only the last one
// looks at timers and runnext. The first three come at one moment here, so one
// of them is enough.
type theft struct {
	on     bool
	last   bool  // the round that looks at timers and runnext
	over   bool  // nothing was found: one look at all queues before p goes idle
	left   round // Ps to visit
	victim *proc // whose runnext is left to it for a little while
	prey   *g    // what was in it
}

// leaveRunNext is how long a thief waits for a running P to run its runnext
// itself (runqgrab sleeps 3 µs).
const leaveRunNext = 3_000

// searchOn goes on with p's search. A nil goroutine means that p looks again
// at its clock, or went idle.
func (m *gmp) searchOn(p *proc) (*g, event.Why) {
	s := &p.search
	if s.over {
		return m.lookOnce(p)
	}
	for {
		v := s.victim
		if v == nil {
			i, ok := s.left.next()
			if !ok {
				if s.last {
					break
				}
				s.last, s.left = true, m.order.start(uint32(m.rng.next()))
				continue
			}
			if v = m.ps[i]; v == p {
				continue
			}
			if s.last && runTimers(v.id, p.clock) {
				if g, why := p.get(); g != nil {
					return g, why
				}
			}
		}
		g, wait := m.grab(p, v)
		switch {
		case g != nil:
			return g, event.FromSteal
		case wait:
			s.victim, s.prey = v, v.runnext
			p.clock += leaveRunNext
			return nil, 0
		}
		s.victim, s.prey = nil, nil
	}
	s.over = true
	p.clock += costSearch
	return nil, 0
}

// grab is runqsteal: p takes half of v's local queue and runs the last of what
// it took. If that is empty it takes runnext, in the last round only, and only
// if v, unless it is in a system call, left it there for a while: then the
// first answer is to wait.
func (m *gmp) grab(p, v *proc) (g *g, wait bool) {
	if v.thread == nil {
		return nil, false
	}
	n := len(v.local) - len(v.local)/2
	if n == 0 {
		if !p.search.last || v.runnext == nil {
			return nil, false
		}
		if !v.calling && p.search.prey != v.runnext {
			return nil, true
		}
		g, v.runnext = v.runnext, nil
		emitAt(event.Steal, 0, uint32(v.id), g.id, 0, 0, 0, p.id)
		return g, false
	}
	for range n {
		g = v.pop()
		p.local = append(p.local, g)
		emitAt(event.Steal, 0, uint32(v.id), g.id, 0, 0, 0, p.id)
	}
	p.local = p.local[:len(p.local)-1]
	return g, false
}

// lookOnce is the last check before a spinning thread parks: what was put into
// a queue while it searched would be found by nobody else (checkRunqsNoP).
func (m *gmp) lookOnce(p *proc) (*g, event.Why) {
	p.search = theft{}
	again := len(m.global) > 0
	for _, v := range m.ps {
		again = again || v.thread != nil && v.hasWork()
	}
	if again {
		return m.findRunnable(p)
	}
	m.giveUp(p)
	return nil, 0
}
