package rt

import (
	"runtime"
	"strings"

	"interleave/sim/event"
)

// A Coro is what iter.Pull has a sequence run in (coro in runtime/coro.go): it
// holds the one of two goroutines that waits while the other runs. They pass
// the thread to each other without any queue, and no time slice begins.
type Coro struct {
	g      *g      // who waits; nil once the sequence is over
	thread *thread // to which the goroutine that made it was locked
	locks  int     // so many times
}

// costPull is what passing the thread costs, in virtual ns.
const costPull = 30

// NewCoro is newcoro: it makes a goroutine that waits to run f, and is named
// after seq, the function that f is about.
func NewCoro(seq any, f func(*Coro)) *Coro {
	point(costGo)
	me := cur
	if counting {
		allocated(stackBytes)
	}
	name := ""
	if tracing {
		name = funcName(seq)
	}
	c := &Coro{thread: me.thread, locks: me.locks}
	g := newg(me, name, func() { f(c) })
	c.g, g.pull, g.site = g, c, me.site
	g.state, g.reason = parked, event.CoroWait
	active--
	if g.bubble != nil {
		g.durable = true
		g.bubble.running--
	}
	emit(event.GoCreate, me.id, 0, g.id, g.name, int32(g.reason), me.site)
	return c
}

// Switch is coroswitch: the running goroutine waits and the one that waited
// runs.
func (c *Coro) Switch() {
	if tracing {
		if site := ownSite(); site != 0 {
			cur.site = site
		}
	}
	point(costPull)
	me := cur
	next := c.release(me)
	c.g = me
	me.state, me.reason, me.obj = parked, event.CoroWait, 0
	active--
	emit(event.GoPark, me.id, 0, 0, 0, int32(me.reason), me.site)
	if me.bubble != nil {
		me.bubble.stopped(me)
	}
	c.pass(me, next)
	switchTo(me, next)
	beginTurn(me)
}

// release makes who waits runnable, on the thread and with the locks to it that
// me has (coroswitch_m).
func (c *Coro) release(me *g) *g {
	w := c.g
	switch {
	case w == nil:
		Throw("coroswitch on exited coro")
	case me.thread != c.thread || me.locks != c.locks:
		Throw("coro: OS thread locking must match locking at coroutine creation")
	case me.thread != nil:
		w.thread, w.locks, me.thread.locked = me.thread, me.locks, w
		me.thread, me.locks = nil, 0
	}
	if hb {
		tellTo(w)
	}
	w.state, w.reason = runnable, 0
	active++
	if w.durable {
		w.durable = false
		w.bubble.running++
	}
	emit(event.GoReady, me.id, 0, w.id, 0, 0, me.site)
	return w
}

// pass ends me's turn and begins that of next, which was released.
func (c *Coro) pass(me, next *g) {
	settle()
	endTurn(me, true)
	mach.pass(me, next)
}

// exit is the end of coroexit: me has ended, and who waits goes on.
func (c *Coro) exit(me *g) *g {
	next := c.g
	c.g = nil
	c.pass(me, next)
	return next
}

// ownSites is what ownSite has found, by the innermost calls.
var ownSites = map[[8]uintptr]uint16{}

// ownSite is where the learner's code called the library that calls us; 0 if
// that is further up than a few calls. next and yield are functions like any
// other, which the rewriter does not know.
func ownSite() (site uint16) {
	var pcs [8]uintptr
	n := runtime.Callers(3, pcs[:])
	site, known := ownSites[pcs]
	if known {
		return site
	}
	for frames, more := runtime.CallersFrames(pcs[:n]), true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if strings.HasSuffix(f.Function, "rt.(*coro).live") {
			break // below are goroutines that called Goexit
		}
		if fn, own := ownFunc(f.Function); own {
			site = siteAt(f.File, f.Line, fn)
			break
		}
	}
	ownSites[pcs] = site
	return site
}
