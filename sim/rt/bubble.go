package rt

import (
	"strings"
	"time"
	"unsafe"

	"interleave/sim/event"
)

// A Bubble is what testing/synctest.Test runs a function in: goroutines with a
// clock of their own, which moves only while all of them wait for one another
// (synctestBubble in runtime/synctest.go).
//
// It is idle when running and held are 0. A goroutine counts as running unless
// it waits durably: for what only the bubble itself can bring about.
type Bubble struct {
	id     uint32
	number int   // counted from 1
	now    int64 // ns since 1970
	timers timerHeap

	root    *g // called Run, and looks after the clock
	main    *g // runs the function
	waiter  *g // is in Wait
	waiting bool
	done    bool // main has ended

	total   int // goroutines, root among them
	running int // of them, those that do not wait durably
	held    int // who else keeps the bubble from being idle (active in runtime/synctest.go)
}

// bubbleTime is when a bubble's clock begins: midnight UTC 2000-01-01.
const bubbleTime = 946684800 * int64(time.Second)

// bubbled is how many bubbles there were: if there was one, each operation
// takes the long way.
var bubbled int

// bubbleRNG draws the order of a bubble's timers that are due at one time.
var bubbleRNG rng

// RunBubble is synctest.Run: it calls f in a goroutine in a new bubble, and
// returns once all goroutines of the bubble have ended.
func RunBubble(f func()) {
	point(costGo)
	me := cur
	if me.bubble != nil {
		panic("synctest.Run called from within a synctest bubble")
	}
	if bubbled++; bubbled == 1 {
		bubbleRNG = newRNG(conf.seed, 3)
		setFloor()
	}
	b := &Bubble{number: bubbled, now: bubbleTime, root: me, total: 1, running: 1}
	b.id = newObj(event.Bubble, "", "", me.site)
	me.bubble = b
	defer func() { me.bubble = nil }()
	b.main = newg(me, funcName(f), f)
	b.main.site = me.site
	emit(event.GoCreate, me.id, 0, b.main.id, b.main.name, 0, me.site)
	mach.ready(b.main, me)
	b.attend()
	if hb {
		acquire(unsafe.Pointer(b))
	}
	switch {
	case b.total == 1:
	case b.done:
		panic(&bubbleDeadlock{"deadlock: main bubble goroutine has exited but blocked goroutines remain", b})
	default:
		panic(&bubbleDeadlock{"deadlock: all goroutines in bubble are blocked", b})
	}
}

// attend is the loop of synctestRun: whenever the bubble is idle its clock goes
// on to the next timer, until there is none or main has ended.
func (b *Bubble) attend() {
	b.held++
	for {
		for len(b.timers) > 0 && b.timers[0].when <= b.now {
			fire(b.timers[0])
		}
		point(costTimer)
		b.held--
		park(event.BubbleWait, b.id, 0)
		if len(b.timers) == 0 || b.done {
			return
		}
		b.now = b.timers[0].when
	}
}

// WaitBubble is synctest.Wait: it returns when every other goroutine of the
// bubble waits durably.
func WaitBubble() {
	point(costGo)
	me := cur
	b := me.bubble
	switch {
	case b == nil:
		panic("goroutine is not in a bubble")
	case b.waiting:
		panic("wait already in progress")
	}
	b.waiting, b.waiter = true, me
	park(event.BubbleWait, b.id, 0)
	b.held--
	b.waiting, b.waiter = false, nil
	if hb {
		acquire(unsafe.Pointer(b))
	}
}

// add makes ng, which does not wait, a goroutine of the bubble.
func (b *Bubble) add(ng *g) {
	ng.bubble = b
	b.total++
	b.running++
}

// durable says for which reasons a goroutine waits durably, wherever it does so
// (isIdleInSynctest in runtime/runtime2.go). That of a wait for a channel or a
// WaitGroup depends on whose that is.
func durable(why event.Reason) bool {
	switch why {
	case event.NilRecv, event.NilSend, event.Forever, event.SleepWait, event.CondWait, event.CoroWait, event.BubbleWait:
		return true
	}
	return false
}

// stopped takes into account that me, which runs no more, waits.
func (b *Bubble) stopped(me *g) {
	me.durable = me.durable || durable(me.reason)
	if me.durable {
		b.pause()
	}
}

// ended takes into account that me has ended.
func (b *Bubble) ended(me *g) {
	b.total--
	b.done = b.done || me == b.main
	b.pause()
}

// pause counts the running goroutine out. What it did comes before a Wait
// that returns.
func (b *Bubble) pause() {
	if hb {
		releaseMerge(unsafe.Pointer(b))
	}
	b.running--
	b.wake()
}

// wake is maybeWakeLocked: an idle bubble goes on with who is in Wait, or with
// its root, which fires the timers.
func (b *Bubble) wake() {
	if b.running > 0 || b.held > 0 {
		return
	}
	b.held++ // whoever is woken takes it back
	w := b.waiter
	if w == nil || len(b.timers) > 0 && b.timers[0].when <= b.now {
		w = b.root
	}
	ready(w, nil, b.id)
}

// pushed puts a timer of a bubble among the bubble's, in a random order among
// those due at the same time (timer.maybeAdd). One that is due runs at once
// (timer.modify).
func (b *Bubble) pushed(t *Timer, when int64) {
	t.when, t.seq = when, bubbleRNG.next()
	b.timers.push(t, 0)
}

// clock is the time by which t is set.
func (t *Timer) clock() int64 {
	if t.bubble != nil {
		return t.bubble.now
	}
	return clockNow()
}

// date is clock in ns since 1970.
func (t *Timer) date() int64 {
	if t.bubble != nil {
		return t.bubble.now
	}
	return epoch + clockNow()
}

// mine ends the run if t belongs to a bubble and is used outside.
func (t *Timer) mine(op string) {
	if t.bubble != nil && cur.bubble == nil {
		Throw(op + " of synctest timer from outside bubble")
	}
}

// event is how events name the bubble: a number, 0 outside.
func (b *Bubble) event() event.Val {
	if b == nil {
		return 0
	}
	return intVal(int64(b.id))
}

// outside ends a run in which a channel of a bubble is used elsewhere.
func outside(op string) {
	Throw(op + " synctest channel from outside bubble")
}

// allIn reports whether every channel of a select is one of a bubble's, and
// ends the run if it is another bubble's. To the runtime a select of one case
// is a send or a receive.
func allIn(cases []*Case) bool {
	all := true
	for _, s := range cases {
		switch {
		case s.c == nil:
		case s.c.bubble == nil:
			all = false
		case s.c.bubble == cur.bubble:
		case len(cases) > 1:
			outside("select on")
		case s.send:
			outside("send on")
		default:
			outside("receive on")
		}
	}
	return all
}

// join is what Add begins with where bubbles are concerned: a WaitGroup that is
// used in one belongs to it until nobody needs it any more, unless it is a
// package's variable.
func (wg *WaitGroup) join(b *Bubble) {
	switch {
	case b == wg.bubble:
	case b == nil:
		Throw("sync: WaitGroup.Add called from inside and outside synctest bubble")
	case wg.bubble != nil:
		Throw("sync: WaitGroup.Add called from multiple synctest bubbles")
	case isStatic(unsafe.Pointer(wg)):
	case wg.n != 0 || len(wg.waiters) > 0:
		Throw("sync: WaitGroup.Add called from inside and outside synctest bubble")
	default:
		wg.bubble = b
	}
}

// firstHeap is an address in the heap, rounded down to where its arena begins:
// the variables of packages lie below.
var firstHeap = uintptr(unsafe.Pointer(new([64]byte))) &^ (4<<20 - 1)

// isStatic reports whether p points to a package's variable.
func isStatic(p unsafe.Pointer) bool { return uintptr(p) < firstHeap }

// CurrentBubble returns the bubble of the running goroutine, or nil.
func CurrentBubble() *Bubble { return cur.bubble }

// Hold keeps the bubble from being idle until Release.
func (b *Bubble) Hold() { b.held++ }

// Release undoes a Hold.
func (b *Bubble) Release() {
	b.held--
	b.wake()
}

// Enter calls f as if the running goroutine, which is in no bubble, were in b.
func (b *Bubble) Enter(f func()) {
	if cur.bubble != nil {
		panic("goroutine is already bubbled")
	}
	me := cur
	me.bubble = b
	defer func() { me.bubble = nil }()
	f()
}

// associated holds what Associate was called for.
var associated = map[unsafe.Pointer]*Bubble{}

// Associate makes p, if it is a package's variable or nobody has it, belong to b
// and returns whose it is now: nobody's is nil.
func (b *Bubble) Associate(p unsafe.Pointer) *Bubble {
	if isStatic(p) {
		return nil
	}
	if associated[p] == nil {
		associated[p] = b
	}
	return associated[p]
}

// Has reports whether p belongs to b.
func (b *Bubble) Has(p unsafe.Pointer) bool { return b != nil && associated[p] == b }

// Disassociate makes p nobody's.
func Disassociate(p unsafe.Pointer) { delete(associated, p) }

// label is what a list of goroutines says of g beside its state
// (goroutineheader in runtime/traceback.go).
func (b *Bubble) label(g *g) string {
	label := ", synctest bubble " + itoa(int64(b.number))
	if g.durable {
		return " (durable)" + label
	}
	return label
}

// A bubbleDeadlock is the panic of a bubble in which nothing can happen any
// more (synctestDeadlockError).
type bubbleDeadlock struct {
	reason string
	bubble *Bubble
}

// Error says which of the two kinds it is.
func (e *bubbleDeadlock) Error() string { return e.reason }

// goroutines tells where those who are left are.
func (e *bubbleDeadlock) goroutines() string {
	var b strings.Builder
	for g := gs.oldest; g != nil; g = g.newer {
		if g.bubble == e.bubble && g != cur {
			b.WriteString("\n" + g.place())
		}
	}
	return b.String()
}
