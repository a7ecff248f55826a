package rt

import (
	"cmp"
	"slices"
	"unsafe"

	"interleave/sim/event"
	"interleave/sim/rt/search"
)

// touch declares what the operation touches that the running goroutine is
// about to begin.
func touch(p unsafe.Pointer, mode search.Mode) {
	if exploring {
		cur.next, cur.chans = append(cur.next[:0], search.Access{Obj: p, Mode: mode}), 0
	}
}

// touchChan is touch of a channel.
func touchChan(c *hchan) {
	if exploring {
		cur.next, cur.chans = append(cur.next[:0], search.Access{Obj: unsafe.Pointer(c), Mode: search.Write}), 1
	}
}

// A gate is what a goroutine stands before that would have to wait.
type gate interface{ open(g *g) bool }

// waitFor is touch for an operation that may have to wait: it is not begun
// before the gate is open. In a bubble, whose clock needs to know who waits,
// it is.
func waitFor(to gate, p unsafe.Pointer, mode search.Mode) {
	if wg, ok := to.(*zeroGroup); ok && byName && cur.bubble == nil {
		cur.gate, cur.stood = to, wg.n > 0 // see reused
	}
	if !exploring {
		return
	}
	if cur.bubble != nil {
		mode = search.Write
	} else {
		cur.gate = to
	}
	cur.next, cur.chans = append(cur.next[:0], search.Access{Obj: p, Mode: mode}), 0
}

// passes reports whether the gate is open that g stands before. To ask the most
// frequent ones takes no dynamic call.
func (g *g) passes() bool {
	if m, ok := g.gate.(*freeMutex); ok {
		return m.open(g)
	}
	if wg, ok := g.gate.(*zeroGroup); ok {
		return wg.open(g)
	}
	return g.gate.open(g)
}

type (
	freeMutex      Mutex
	freeForReaders RWMutex
	freeForWriter  RWMutex
	zeroGroup      WaitGroup
	freeOnce       Once
)

func (m *freeMutex) open(*g) bool       { return !m.locked && !m.starving }
func (rw *freeForReaders) open(*g) bool { return !rw.pending }
func (rw *freeForWriter) open(*g) bool  { return !rw.w.locked && !rw.w.starving }
func (wg *zeroGroup) open(g *g) bool {
	return wg.n <= 0 || g.late == (*WaitGroup)(wg)
}
func (o *freeOnce) open(*g) bool { return o.state != 1 }

// reused is told of an Add, and whether it is the one that makes the counter
// more than zero. Who stands before a Wait and has seen it so before may as well
// have waited, been released, and not got around to returning: it finds out, if
// it still is so when it goes on.
func (wg *WaitGroup) reused(again bool) {
	for g := gs.oldest; g != nil; g = g.newer {
		if g.gate != (*zeroGroup)(wg) {
			continue
		}
		if again && g.stood {
			g.late = wg
		}
		g.stood = true
	}
}

func touchCases(cases []*Case) {
	cur.next = cur.next[:0]
	for _, s := range cases {
		if s.c != nil {
			cur.next = append(cur.next, search.Access{Obj: unsafe.Pointer(s.c), Mode: search.Write})
		}
	}
	cur.chans = len(cur.next)
}

// isAwaited reports whether anybody waits at c.
func (c *hchan) isAwaited() bool {
	return c != nil && c.mark == chanMark && (c.recvq.first != nil || c.sendq.first != nil)
}

// others adds to what a step touches that is about c: who waits there in a
// select waits for other channels, too, and is gone from them if the step
// releases him.
func (c *hchan) others(a []search.Access) []search.Access {
	if c == nil || c.mark != chanMark {
		return a
	}
	for _, first := range []*sudog{c.recvq.first, c.sendq.first} {
		for w := first; w != nil; w = w.next {
			if w.idx < 0 {
				continue
			}
			for _, o := range w.g.waits {
				if o.c != c {
					a = append(a, search.Access{Obj: unsafe.Pointer(o.c), Mode: search.Write})
				}
			}
		}
	}
	return a
}

// addMode is what an Add does. One that was seen to race with a Wait (see
// groupEnds) may let it go on, or not, by coming when the counter is zero: it
// commutes with no Done then.
func addMode(delta int) search.Mode {
	switch {
	case delta < 0:
		return search.Done
	case ex.watches(cur.site):
		return search.Write
	}
	return search.Add
}

func atomicMode(k event.Kind) search.Mode {
	if k == event.AtomicLoad {
		return search.Read
	}
	return search.Write
}

// idled says that the running goroutine has only looked: one that does so
// again and again lets others go first.
func idled() {
	if cur.spin == 0 {
		cur.spin = cur.spun
	}
	cur.spin++
}

// onlyLooks reports whether an operation can change nothing.
func onlyLooks(next []search.Access) bool {
	return len(next) == 1 && next[0].Mode == search.Read
}

// The clock of the program while it stands still.
var heldClock int64

// clockNow is the time as the program sees it, in ns since the run's start.
func clockNow() int64 {
	if byName {
		return heldClock
	}
	return now()
}

// manyLooks is how often a goroutine may look at a clock that stands still
// before it moves on by clockStep ns each time: a loop that waits for a time
// to come must end.
const (
	manyLooks = 100
	clockStep = 1_000_000
)

// lookedAtClock is called before the program is told the time. That is a step
// where no timer is pending, too: one may have been before, or be soon.
func lookedAtClock() {
	touch(unsafe.Pointer(&heldClock), search.Read)
	point(0)
	if pending > 0 {
		idled()
	}
	if cur.looks++; cur.looks > manyLooks {
		heldClock += clockStep
	}
}

// touchClock declares that a timer is about to be set.
func touchClock() { touch(unsafe.Pointer(&heldClock), search.Read) }

// touch declares that t is about to be stopped or set again.
func (t *Timer) touch() {
	if !exploring {
		return
	}
	cur.next = append(cur.next[:0],
		search.Access{Obj: unsafe.Pointer(&heldClock), Mode: search.Read},
		search.Access{Obj: unsafe.Pointer(t), Mode: search.Write})
	if t.hasChan {
		cur.next = append(cur.next, search.Access{Obj: unsafe.Pointer(t.channel()), Mode: search.Write})
	}
}

// due are the timers that would fire next: those of the earliest time, in an
// order that does not depend on which of them was set first.
func (x *explorer) due() []*Timer {
	first := timers[0][0]
	var few [4]*Timer
	due := few[:0]
	for _, t := range timers[0] {
		if t.when == first.when {
			due = append(due, t)
		}
	}
	if len(due) > 1 {
		slices.SortFunc(due, func(a, b *Timer) int { return cmp.Compare(a.kin, b.kin) })
	}
	return due
}

// timeTouches is what firing the next timer touches.
func (x *explorer) timeTouches() []search.Access {
	a := append(x.timeNext[:0], search.Access{Obj: unsafe.Pointer(&heldClock), Mode: search.Write})
	for _, t := range x.due() {
		a = append(a, search.Access{Obj: unsafe.Pointer(t), Mode: search.Write})
		if t.hasChan {
			a = t.channel().others(append(a, search.Access{Obj: unsafe.Pointer(t.channel()), Mode: search.Write}))
		}
	}
	x.timeNext = a
	return a
}

// fireNext moves the clock to the next timer and fires it.
func (x *explorer) fireNext() {
	due := x.due()
	t := due[0]
	if len(due) > 1 {
		t = due[x.chooseTimer(len(due))]
	}
	if n := t.when - heldClock; n > 0 {
		if len(x.view.Enabled) > 1 && n > x.run.late {
			x.run.late, x.run.lateG = n, x.byID[x.view.Enabled[1]]
		}
		heldClock = t.when
	}
	if x.rec != nil {
		x.rec.fires(t)
	}
	fire(t)
}

func (x *explorer) chooseTimer(n int) int {
	if x.run.draining || x.run.fair {
		return 0
	}
	k := x.pol.Choose(n)
	x.run.choices = append(x.run.choices, uint8(k))
	return k
}
