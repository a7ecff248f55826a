package rt

import (
	"interleave/sim/event"
)

// wakep is wakep: it wakes an idle P with a thread that looks for work, unless
// one looks already.
func (m *gmp) wakep() {
	if m.spinning > 0 {
		return
	}
	if len(m.idle) == 0 {
		m.needSpin = true
		return
	}
	m.start(m.takeIdle(), now(), true)
}

// takeIdle is pidleget.
func (m *gmp) takeIdle() *proc {
	p := m.idle[len(m.idle)-1]
	m.idle = m.idle[:len(m.idle)-1]
	return p
}

// start is startm for a P that was idle: the thread that parked last, or a new
// one, runs it from at on, once it is awake.
func (m *gmp) start(p *proc, at int64, spinning bool) {
	t, cost := m.takeThread()
	m.acquire(p, t, at+cost)
	if spinning {
		m.spin(t, p)
	}
	lookBy(p.clock)
}

// acquire is acquirep: thread t runs p, which was idle, from at on.
func (m *gmp) acquire(p *proc, t *thread, at int64) {
	p.thread, p.clock = t, max(p.clock, at)
	p.search = theft{}
	m.mon.wake(at)
	emitAt(event.ProcStart, 0, 0, 0, 0, t.id, 0, p.id)
}

// takeThread is mget, or newm if no thread is parked.
func (m *gmp) takeThread() (t *thread, cost int64) {
	if n := len(m.parked); n > 0 {
		t = m.parked[n-1]
		m.parked = m.parked[:n-1]
		return t, costWake
	}
	m.threads++
	if m.threads == 1 { // the thread that the program began on
		return &thread{id: 1}, 0
	}
	return &thread{id: int32(m.threads)}, costThread
}

// goIdle lets p go idle and its thread park (the end of findRunnable, and
// stopm).
func (m *gmp) goIdle(p *proc) {
	t := p.thread
	if t.spinning {
		t.spinning = false
		m.spinning--
	}
	m.parked = append(m.parked, t)
	m.release(p)
}

// release is releasep and pidleput.
func (m *gmp) release(p *proc) {
	p.thread, p.search = nil, theft{}
	m.idle = append(m.idle, p)
	emitAt(event.ProcStop, 0, 0, 0, 0, 0, 0, p.id)
}

// alarm wakes an idle P because a timer is due: the thread that sleeps in
// netpoll until the next timer takes a P and looks around, at the timers of
// the others, too.
func (m *gmp) alarm(at int64) {
	p := m.takeIdle()
	at = max(at, p.clock)
	setClock(at, at)
	t, _ := m.takeThread()
	m.acquire(p, t, at)
	m.spin(t, p)
}

// startLocked gives p to the thread that g, which comes next, is locked to;
// the thread that found g parks (startlockedm).
func (m *gmp) startLocked(p *proc, t *thread) {
	m.parked = append(m.parked, p.thread)
	p.thread, p.clock = t, p.clock+costWake
	emitAt(event.ProcHand, 0, 0, 0, 0, t.id, 0, p.id)
}

// stopLocked parks p's thread together with the goroutine that is locked to it
// and hands p to another thread (stoplockedm).
func (m *gmp) stopLocked(p *proc) {
	p.thread = nil
	m.handOff(p)
}

// handOff is handoffp: another thread runs p, which lost its own, if there is
// anything to do for it; else p goes idle.
func (m *gmp) handOff(p *proc) {
	work := p.hasWork() || len(m.global) > 0
	if !work && m.spinning+len(m.idle) > 0 {
		m.release(p)
		return
	}
	t, cost := m.takeThread()
	p.thread, p.clock = t, p.clock+cost
	emitAt(event.ProcHand, 0, 0, 0, 0, t.id, 0, p.id)
	if !work {
		m.spin(t, p)
	}
}

// canSpin is sync_runtime_canSpin: four times, while another P is busy and
// nothing waits on this one.
func (m *gmp) canSpin(i int) bool {
	return i < 4 && len(m.ps) > len(m.idle)+m.spinning+1 && !m.on.hasWork()
}

// lockThread is LockOSThread and UnlockOSThread: the running goroutine runs on
// its present thread only, and nobody else does, until every lock is undone.
func (m *gmp) lockThread(lock bool) {
	me, t := cur, m.on.thread
	switch {
	case lock:
		me.locks++
		me.thread, t.locked = t, me
	case me.locks > 0:
		if me.locks--; me.locks == 0 {
			me.thread, t.locked = nil, nil
		}
	}
}

// pass is the end of coroswitch_m: next runs on the P and the thread of me, at
// once and in the same time slice.
func (m *gmp) pass(me, next *g) {
	p := m.on
	p.cur, p.preempt = next, false
	next.proc, next.state = p.id, running
	next.turn++
	me.proc = event.NoP
	emitAt(event.GoStart, next.id, 0, 0, 0, int32(event.FromPull), next.site, p.id)
}
