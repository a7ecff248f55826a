package rt

import (
	"strconv"
	"unsafe"

	"interleave/sim/event"
	"interleave/sim/rt/search"
)

// A g is a goroutine.
type g struct {
	id       uint32
	site     uint16 // of the operation it is at
	state    gstate
	proc     uint8 // the P it runs on, event.NoP else
	co       *coro
	fn       func()
	name     event.Val
	funcName string // name, as text

	path     string // place in the tree of go statements: "1", "1.2", "1.2.1"
	children int

	// For schedules, while the machine looks at every operation:
	points  int64  // operations entered in this turn
	pointAt int64  // when the last of them, or the turn, began
	chosen  []int  // what its selects chose in this turn
	draws   rng    // its own random numbers; zero before the first
	kin     uint64 // its path, for their sake

	reason event.Reason
	obj    uint32
	won    *sudog   // what woke it, after a channel operation
	waits  []*sudog // where it waits, for a select
	handed bool     // a lock was handed over to it
	called bool     // a Cond's Signal found it before it was parked
	exits  bool     // it has called Goexit

	level    int64   // its priority, 0 before it has one (pct)
	debt     int64   // bytes it allocated and did not mark for (gmp)
	sliceEnd int64   // when its time slice is over (flat)
	turn     uint32  // how often it was started (gmp)
	thread   *thread // it is locked to this one (gmp)
	locks    int     // so many times
	call     string  // which system call it is in (gmp)
	told     bool    // and whether that is in the log

	hb *timeline // its clock, while races are looked for

	pull    *Coro   // it runs the sequence of
	bubble  *Bubble // it is in
	durable bool    // it waits for what only its bubble can bring about

	asked   uint32 // the context that it asked last, and what it heard
	muted   bool   // package context asks on its own behalf
	cancels uint32 // it cancels what is below this context

	older, newer *g // in gs

	// While exploring:
	next   []search.Access // what the operation touches before which it stands
	gate   gate            // it stands before
	spin   int             // operations in a row that only looked
	chans  int             // so many of them, the first, are channels
	from   *hchan          // it is about to receive from
	stood  bool            // before the Wait of a WaitGroup whose counter was not zero
	late   *WaitGroup      // whose counter was zero while it stood there, and is not any more
	spun   int             // spin, before the operation
	looks  int             // at the clock
	holds  []hold          // locks that it has
	wants  unsafe.Pointer  // the lock for which it is parked
	timers int             // that it has set
	passed int             // how often others got the lock that it waits for
}

// A glist is a list of goroutines in the order of their ids.
type glist struct{ oldest, newest *g }

func (l *glist) add(g *g) {
	if g.older = l.newest; g.older == nil {
		l.oldest = g
	} else {
		g.older.newer = g
	}
	l.newest = g
}

func (l *glist) remove(g *g) {
	if g.older == nil {
		l.oldest = g.newer
	} else {
		g.older.newer = g.newer
	}
	if g.newer == nil {
		l.newest = g.older
	} else {
		g.newer.older = g.older
	}
	g.older, g.newer = nil, nil
}

type gstate uint8

const (
	runnable gstate = iota
	running
	parked
	calling // in a system call
	dead
)

// The one scheduler of the process.
var (
	cur     = &g{proc: event.NoP, hb: &timeline{slot: noSlot}} // who runs; before Main, the initialisation of packages
	mach    machine
	gs      glist                 // goroutines that have not ended, oldest first
	lastG   uint32                // the last goroutine id given out
	alive   int                   // goroutines that have not ended
	active  int                   // of them, those that do not wait
	freeGs  []*g                  // dead, for reuse
	finally = make(chan struct{}) // never closed: the process exits instead
)

// A machine decides who runs: it places runnable goroutines, keeps the clocks
// and picks. There are two: the model of Go's own scheduler (gmp) and the
// flat one, which asks a policy.
type machine interface {
	// ready places g, which became runnable at now(), because of the running
	// goroutine (or of a timer: by is nil).
	ready(g, by *g)
	// look is a scheduling point of the running goroutine; it returns when
	// that goroutine goes on. atOp is false at a loop's back-edge.
	look(g *g, atOp bool)
	// leave frees the P of g, which parked, ended or yields (then it is
	// placed where event.Why wants it).
	leave(g *g, why event.Why)
	// pass makes next, which is in no queue, run where me, which parked or ended,
	// has run, and emits its GoStart. The clock and the time slice go on.
	pass(me, next *g)
	// dispatch picks who runs next, sets clock and horizon, and emits its
	// GoStart; nil if nothing can ever run again.
	dispatch() *g
	// procs is the number of Ps; setProcs changes it.
	procs() int
	setProcs(n int)
	// enterCall and leaveCall enclose a system call of d ns.
	enterCall(name string, d int64)
	leaveCall(d int64)
	// canSpin says whether the running goroutine, which wants a lock that
	// another holds, may wait without sleeping for the i-th time.
	canSpin(i int) bool
	// lockThread locks the running goroutine to its thread, or frees it.
	lockThread(lock bool)
	// choose picks one of n ready cases of a select.
	choose(n int) int
}

// newg makes a goroutine, child of parent.
func newg(parent *g, name string, fn func()) *g {
	var ng *g
	if n := len(freeGs); n > 0 {
		ng = freeGs[n-1]
		freeGs = freeGs[:n-1]
		waits, chosen, next, holds, hb := ng.waits, ng.chosen, ng.next[:0], ng.holds[:0], ng.hb
		*ng = g{}
		ng.waits, ng.chosen, ng.next, ng.holds, ng.hb = waits, chosen, next, holds, hb
	} else {
		ng = &g{}
	}
	lastG++
	ng.id, ng.fn, ng.proc, ng.path = lastG, fn, event.NoP, "1"
	if parent != nil {
		parent.children++
		ng.kin = kinOf(parent.kin, parent.children)
		if conf.record || conf.schedule != "" || naming {
			ng.path = parent.path + "." + strconv.Itoa(parent.children)
		}
	}
	if tracing {
		ng.name = intern(name)
	}
	ng.funcName = name
	if hb {
		forked(timeOf(parent), ng)
	}
	if parent != nil && parent.bubble != nil {
		parent.bubble.add(ng)
	}
	gs.add(ng)
	alive++
	active++
	return ng
}

// Go starts fn as a new goroutine called name, for a go statement at site.
func Go(site uint16, name string, fn func()) {
	At(site)
	point(costGo)
	if fn == nil {
		Throw("go of nil func value")
	}
	if counting {
		allocated(stackBytes)
	}
	ng := newg(cur, name, fn)
	if site == 0 { // a library's: it, too, is where the library was called
		ng.site = cur.site
	}
	emit(event.GoCreate, cur.id, 0, ng.id, ng.name, 0, cur.site)
	mach.ready(ng, cur)
}

// At says that the operation at site comes next. Site 0 is an operation of a
// library: it counts as being where the learner's code called the library.
func At(site uint16) {
	if site != 0 {
		cur.site = site
	}
}

// AtX is At in an expression: it returns x.
func AtX[T any](site uint16, x T) T {
	At(site)
	return x
}

// Deferred returns f at a site, for a deferred call.
func Deferred(site uint16, f func()) func() {
	return func() {
		At(site)
		f()
	}
}

// park makes the running goroutine wait and returns when it runs again.
func park(reason event.Reason, obj uint32, val event.Val) {
	me := cur
	me.state, me.reason, me.obj = parked, reason, obj
	active--
	emit(event.GoPark, me.id, obj, 0, val, int32(reason), me.site)
	if me.bubble != nil {
		me.bubble.stopped(me)
	}
	mach.leave(me, 0)
	settle()
	endTurn(me, true)
	if next := next(); next != me {
		// This is slot.swap, word for word: after a switch the processor
		// mispredicts every return, so there are as few as can be.
		if s := slotOf(me, next); s.odd {
			s.odd = false
			s.yield(struct{}{})
		} else {
			s.odd = true
			s.next()
		}
	}
	beginTurn(me)
}

// ready makes w runnable; the running goroutine released it, or by is nil.
func ready(w, by *g, obj uint32) {
	if w.state != parked {
		panic("rt: ready of goroutine " + strconv.Itoa(int(w.id)) + ", which is not parked")
	}
	w.state, w.reason = runnable, 0
	active++
	if w.durable {
		w.durable = false
		w.bubble.running++
	}
	var id uint32
	var site uint16
	if by != nil {
		id, site = by.id, by.site
	}
	emit(event.GoReady, id, obj, w.id, 0, 0, site)
	mach.ready(w, by)
}

// yieldNow lets others run; the running goroutine stays runnable.
func yieldNow(why event.Why) {
	me := cur
	me.state = runnable
	emit(event.GoYield, me.id, 0, 0, 0, int32(why), me.site)
	mach.leave(me, why)
	settle()
	endTurn(me, true)
	if next := next(); next != me {
		switchTo(me, next)
	}
	beginTurn(me)
}

// endTurn closes me's turn for the recorded schedule; cpuMark is when it
// stopped running; byItself tells whether it did so of its own accord.
func endTurn(me *g, byItself bool) {
	if conf.record {
		recordTurn(me, byItself)
	}
}

// beginTurn is called when me runs again.
func beginTurn(me *g) {
	if unwinding {
		panic(theEnd)
	}
	me.points = 0
	cpuMark = now()
	me.pointAt = cpuMark
}

// settle counts the CPU time of a goroutine that stops running.
func settle() {
	t := now()
	cpu += t - cpuMark
	cpuMark = t
}
