package rt

import (
	"math"

	"interleave/sim/event"
)

const (
	monMin = 20_000     // sysmon's shortest sleep: 20 µs
	monMax = 10_000_000 // and its longest: 10 ms
)

// sysmon is the thread without a P that watches the others.
type sysmon struct {
	next  int64 // when it wakes up
	delay int64
	quiet int // rounds in which it retook nothing (idle)
	deep  bool
}

// observed is p.sysmontick: what sysmon saw of a P when it last changed.
type observed struct {
	tick, calls         uint32
	tickSince, callFrom int64
}

func newSysmon() sysmon { return sysmon{next: monMin, delay: monMin} }

// watch is a round of sysmon's loop: it retakes Ps, and sleeps 20 µs; after 50
// rounds without retaking one it doubles its sleep each time, up to 10 ms.
func (m *gmp) watch(at int64) {
	s := &m.mon
	if m.retakeAll(at) {
		s.quiet, s.delay = 0, monMin
	} else if s.quiet++; s.quiet > 50 {
		s.delay = min(2*s.delay, monMax)
	}
	s.next = at + s.delay
	if s.deep = len(m.idle) == len(m.ps); s.deep {
		s.next = math.MaxInt64
	}
}

// sleepTo leaves out the rounds before t, while nobody runs: they find nothing,
// and if all Ps are idle the first of them is the last.
func (s *sysmon) sleepTo(t int64, idle bool) {
	if s.next >= t {
		return
	}
	s.next = t
	if s.deep = idle; idle {
		s.next = math.MaxInt64
	}
}

// wake ends the deep sleep in which sysmon is while all Ps are idle.
func (s *sysmon) wake(at int64) {
	if s.deep {
		s.deep, s.next = false, at
	}
}

// again makes sysmon start over with short sleeps: a goroutine that came back
// from a system call found an idle P.
func (s *sysmon) again() {
	if s.deep {
		s.quiet, s.delay = 0, monMin
	}
}

// retakeAll is retake: it asks goroutines that have run for 10 ms to stop,
// takes the Ps of threads that are in a system call for more than a round of
// sysmon, and reports whether it took one.
func (m *gmp) retakeAll(at int64) bool {
	took := false
	for _, p := range m.ps {
		if p.thread == nil || p.cur == nil {
			continue
		}
		o, long := &p.seen, false
		if o.tick != p.tick {
			o.tick, o.tickSince = p.tick, at
		} else if o.tickSince+timeSlice <= at {
			p.preempt, long = !p.calling, true
		}
		if !p.calling {
			continue
		}
		if !long && o.calls != p.calls {
			o.calls, o.callFrom = p.calls, at
			continue
		}
		if !p.hasWork() && m.spinning+len(m.idle) > 0 && o.callFrom+monMax > at {
			continue
		}
		m.retake(p)
		p.clock = at
		m.handOff(p)
		took = true
	}
	return took
}

// stop pre-empts the goroutine of p, as sysmon asked (gopreempt_m).
func (m *gmp) stop(p *proc) {
	m.on = p
	setClock(p.clock, p.clock)
	p.preempt = false
	g := p.cur
	g.state = runnable
	emitAt(event.GoYield, g.id, 0, 0, 0, int32(event.Preempted), g.site, p.id)
	m.leave(g, event.Preempted)
	m.on = nil
}
