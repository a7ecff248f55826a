package rt

import (
	"unsafe"

	"interleave/sim/event"
	"interleave/sim/rt/search"
)

// A WaitGroup is sync.WaitGroup (sync/waitgroup.go).
type WaitGroup struct {
	id      uint32
	n       int
	waiters []*g
	bubble  *Bubble // that uses it
	ends    groupEnds
}

func (wg *WaitGroup) begin() {
	point(costLock)
	if wg.id == 0 {
		wg.id = newNamed(event.WaitGroup)
	}
}

// Add adds delta to the counter; at zero it releases everybody who waits.
func (wg *WaitGroup) Add(delta int) {
	if budget -= costLock; budget >= floor && wg.n+delta > 0 {
		wg.n += delta
		return
	}
	wg.add(delta)
}

// add is Add the long way.
func (wg *WaitGroup) add(delta int) {
	budget += costLock
	touch(unsafe.Pointer(wg), addMode(delta))
	wg.begin()
	wg.join(cur.bubble)
	wg.n += delta
	if wg.n < 0 {
		panic("sync: negative WaitGroup counter")
	}
	if hb && delta < 0 {
		releaseMerge(unsafe.Pointer(wg))
	}
	emit(event.WaitAdd, cur.id, wg.id, 0, intVal(int64(delta)), int32(wg.n), cur.site)
	if exploring && hb && delta > 0 && wg.n == delta {
		wg.ends.begun()
	}
	if byName && delta > 0 {
		wg.reused(wg.n == delta)
	}
	if wg.n > 0 {
		return
	}
	waiters := wg.waiters
	wg.waiters = nil
	if len(waiters) > 0 {
		wg.bubble = nil
	}
	for _, w := range waiters {
		ready(w, cur, wg.id)
	}
}

// Done takes one from the counter.
func (wg *WaitGroup) Done() { wg.Add(-1) }

// Wait waits until the counter is zero.
func (wg *WaitGroup) Wait() {
	if budget -= costLock; budget >= floor && wg.n == 0 {
		return
	}
	wg.wait()
}

// reusedGroup is said to who finds, when Wait is about to return, that somebody
// has added to the counter again.
const reusedGroup = "sync: WaitGroup is reused before previous Wait has returned"

// wait is Wait the long way.
func (wg *WaitGroup) wait() {
	budget += costLock
	waitFor((*zeroGroup)(wg), unsafe.Pointer(wg), search.Wait)
	wg.begin()
	if exploring && hb {
		wg.ends.waited()
	}
	me := cur
	late := me.late == wg
	me.gate, me.stood, me.late = nil, false, nil
	switch {
	case wg.n > 0 && late:
		panic(reusedGroup)
	case wg.n > 0:
		wg.waiters = append(wg.waiters, me)
		me.durable = me.bubble != nil && me.bubble == wg.bubble
		park(event.GroupWait, wg.id, 0)
		if wg.n != 0 {
			panic(reusedGroup)
		}
	case me.bubble == wg.bubble:
		wg.bubble = nil
	}
	if hb {
		acquire(unsafe.Pointer(wg))
	}
	emit(event.WaitDone, me.id, wg.id, 0, 0, 0, me.site)
}

// Go calls f in a new goroutine and counts it.
func (wg *WaitGroup) Go(f func()) {
	site := cur.site
	wg.Add(1)
	Go(site, funcName(f), func() {
		defer wg.goDone(site)
		f()
	})
}

// goDone ends a goroutine of Go. A panic goes on without Done, as in
// sync/waitgroup.go: nobody who waits may see it as done.
func (wg *WaitGroup) goDone(site uint16) {
	if r := recover(); r != nil {
		dieAgain(r)
	}
	cur.site = site
	wg.Done()
}

// A Cond is sync.Cond.
type Cond struct {
	// L is held while the condition is looked at or changed.
	L       Locker
	id      uint32
	missed  bool // a call of Signal or Broadcast found nobody, or one of several
	waiters []*g
}

// A Locker is sync.Locker.
type Locker interface {
	Lock()
	Unlock()
}

func (c *Cond) begin() {
	point(costLock)
	if c.id == 0 {
		c.id = newNamed(event.Cond)
	}
}

// Wait unlocks L, waits for Signal or Broadcast, and locks L again.
func (c *Cond) Wait() {
	touch(unsafe.Pointer(c), search.Write)
	c.begin()
	me, site := cur, cur.site
	if exploring {
		ex.condWaits(site)
		me.wants = unsafe.Pointer(c)
	}
	c.waiters = append(c.waiters, me)
	c.L.Unlock()
	me.site = site
	if !me.called {
		park(event.CondWait, c.id, 0)
	}
	me.called, me.wants = false, nil
	emit(event.CondWoken, me.id, c.id, 0, 0, 0, site)
	c.L.Lock()
}

// Signal wakes whoever has waited longest.
func (c *Cond) Signal() {
	touch(unsafe.Pointer(c), search.Write)
	c.begin()
	n := min(1, len(c.waiters))
	c.missed = c.missed || len(c.waiters) != 1
	emit(event.CondSignal, cur.id, c.id, 0, 0, int32(n), cur.site)
	c.wake(n)
}

// Broadcast wakes everybody who waits.
func (c *Cond) Broadcast() {
	touch(unsafe.Pointer(c), search.Write)
	c.begin()
	c.missed = c.missed || len(c.waiters) == 0
	emit(event.CondAll, cur.id, c.id, 0, 0, int32(len(c.waiters)), cur.site)
	c.wake(len(c.waiters))
}

// wake releases the first n waiters. One that is registered but still on its
// way to park (its L.Unlock let others run) only gets the message.
func (c *Cond) wake(n int) {
	woken := c.waiters[:n]
	c.waiters = c.waiters[n:]
	for _, w := range woken {
		if w.bubble != nil && w.bubble != cur.bubble {
			Throw("semaphore wake of synctest goroutine from outside bubble")
		}
		if hb {
			tellTo(w)
		}
		if w.state == parked && w.reason == event.CondWait && w.obj == c.id {
			ready(w, cur, c.id)
		} else {
			w.called = true
		}
	}
}

// A Once is sync.Once: those who come while the function runs wait for a lock
// and get it one after the other (doSlow in sync/once.go).
type Once struct {
	id      uint32
	state   uint8 // 0 new, 1 running, 2 done
	waiters []*g
}

// Do calls f unless Do was called before; it returns after the first call's f.
func (o *Once) Do(f func()) {
	if budget -= costAtomic; budget >= floor && o.state == 2 {
		return
	}
	o.do(f)
}

// do is Do the long way.
func (o *Once) do(f func()) {
	budget += costAtomic
	waitFor((*freeOnce)(o), unsafe.Pointer(o), search.Lock)
	point(costAtomic)
	if o.id == 0 {
		o.id = newNamed(event.Once)
	}
	me := cur
	if o.state == 1 {
		o.waiters = append(o.waiters, me)
		park(event.OnceWait, o.id, 0)
		defer o.wakeNext()
	}
	if o.state == 2 {
		if hb {
			acquire(unsafe.Pointer(o))
		}
		emit(event.OnceDo, me.id, o.id, 0, 0, 0, me.site)
		return
	}
	o.state = 1
	emit(event.OnceDo, me.id, o.id, 0, 0, 1, me.site)
	defer o.done(me.site)
	f()
}

func (o *Once) done(site uint16) {
	if ending {
		return
	}
	cur.site = site
	if byName {
		touch(unsafe.Pointer(o), search.Unlock)
		point(0)
	}
	o.state = 2
	if hb {
		release(unsafe.Pointer(o))
	}
	emit(event.OnceDone, cur.id, o.id, 0, 0, 0, site)
	o.wakeNext()
}

func (o *Once) wakeNext() {
	if len(o.waiters) > 0 {
		w := o.waiters[0]
		o.waiters = o.waiters[1:]
		ready(w, cur, o.id)
	}
}
