package rt

import (
	"time"

	"interleave/sim/event"
	"interleave/sim/rt/search"
)

// Exploring: the program runs again and again in this process, under another
// schedule each time, until something breaks, the space of schedules is
// exhausted or the time is up.
//
// The driver is a coroutine like those of goroutines (ex.g stands for it): it
// begins a schedule by switching to main's, and whoever ends the schedule
// switches back. What is left of the goroutines is unwound by a panic
// (theEnd) that every operation throws meanwhile: deferred calls run, and
// come no further than their first operation.
//
// A goroutine stops before every operation and has declared by then what that
// touches (touch, waitFor). One that would have to wait for a lock, a
// WaitGroup or a Once does not: it is not enabled until it need not wait. As
// far as others can see that is the same, because it may as well have come
// later; and the order in which waiters queue adds no schedules. Channels and
// Conds are waited for as always: that somebody waits is seen by others.
//
// The clock stands still, however long operations take. It moves when
// [search.Time] takes a step: that fires the timer which is due first, also
// while goroutines could run, which then are late.

var (
	exploring bool // the machine is ex
	unwinding bool // what a schedule left is being ended
	byName    bool // operations count by name: exploring, or following a schedule that was found so
	naming    bool // paths of goroutines and names of objects are wanted
	ex        explorer
)

// explorer is the machine and the driver of a search.
type explorer struct {
	opt     exploreOptions
	pol     search.Policy
	program func() // all of main's goroutine
	g       g      // the driver, between schedules
	co      coro

	view search.View
	byID []*g // by number
	last *g   // who took the last step
	free bool // it cannot go on, or does not want to

	lastCan bool // it was enabled when that was last looked at

	run      schedule      // the one at hand
	more     bool          // the policy wants to do another one
	searched search.Search // the policy of the search, at its end
	inStep   bool          // everybody has a turn
	fixed    bool          // no new accesses become steps now
	rules    runRules
	timeNext []search.Access // scratch for what a step touches
	chanNext []search.Access
	rec      *recorder
	find     findings

	watched    []bool // by site: accesses to memory that are steps
	hot        []bool // by site: a rule was broken there
	asksPlaces bool   // by a query
	asksValues bool
	spun       bool     // somebody was kept from looking on in vain, while others could go on
	unwatched  []uint16 // sites to be watched from the next run on
	longest    int      // steps of the longest run that came to an end
	began      time.Time
	deadline   time.Time
}

// schedule is what is known of one run.
type schedule struct {
	n        uint64
	steps    int
	picks    []search.Proc // who took each step
	choices  []uint8       // of selects, and between timers due at one time
	cut      bool          // the policy did not want to see more
	over     bool
	draining bool // main has returned, the others go on
	drained  int  // steps since then
	fair     bool // everybody in turn, because it goes on for too long
	outcome  uint32
	status   int
	msg      string
	out      []byte
	preempts int
	switches int
	late     int64 // ns by which a goroutine was late at most
	lateG    *g
	found    []sighting
	passed   []passing
	spins    int
	procs    int
	stale    bool // somebody wrote what had changed since he read it
}

// Limits of a run.
const (
	maxDrain    = 2_000 // steps after main's return
	spinLimit   = 16    // steps in a row by which nothing changes, before others get a turn
	maxRunPrint = 64 << 10
	budgetStep  = 1 << 20 // back-edges between two looks
	maxSpins    = 64      // looks in a row without an operation
)

// explore searches. It does not return.
func explore(main func()) {
	x := &ex
	x.program = func() {
		for _, init := range inits {
			init()
			cur.site = 0
		}
		main()
		x.mainReturned()
	}
	x.g.co, x.g.proc, x.g.state = &x.co, event.NoP, running
	x.view.Next = touched
	x.watched, opNames = make([]bool, len(table.Sites)+1), make([]opName, len(table.Sites)+1)
	saveState()
	findDeps()
	exploring, byName, always = true, true, true
	x.prepareQueries()
	mach = x
	setFloor()
	go x.drive()
	<-finally
}

// one runs the program under one schedule of pol.
func (x *explorer) one(pol search.Policy) {
	x.reset()
	restoreState()
	x.pol = pol
	pol.Begin()
	first := newg(nil, "main", x.program)
	first.turn = 1
	x.enlist(first)
	cur = &x.g
	switchTo(&x.g, x.dispatch())
	x.atEnd()
	x.answer()
	x.unwind()
}

// reset makes the state that one run leaves that of the beginning.
func (x *explorer) reset() {
	r := &x.run
	*r = schedule{n: r.n + 1, procs: toldProcs, picks: r.picks[:0], choices: r.choices[:0], out: r.out[:0], found: r.found[:0], passed: r.passed[:0]}
	x.byID = append(x.byID[:0], nil)
	x.last, x.free = nil, true
	lastG, lastObj, alive, active = 0, 0, 0, 0
	heldClock, timerSeq, pending, useful, heaps = 0, 0, 0, 0, 1
	clear(timers[0])
	timers[0] = timers[0][:0]
	setClock(0, budgetStep)
	r.fair = x.inStep
	x.rules.begin()
}

// listWaiting finds who stands before an operation that is not enabled.
func (x *explorer) listWaiting() {
	w := x.view.Waiting[:0]
	for g := gs.oldest; g != nil; g = g.newer {
		if g.gate != nil && !g.passes() {
			w = append(w, search.Proc(g.id))
		}
	}
	x.view.Waiting = w
}

// unwind ends what is left of a run.
func (x *explorer) unwind() {
	unwinding = true
	was := hb
	hb, watch = false, false
	for g := gs.oldest; g != nil; {
		newer := g.newer
		if g.co != nil {
			switchTo(&x.g, g)
		}
		clear(g.waits)
		g.waits, g.older, g.newer = g.waits[:0], nil, nil
		freeGs = append(freeGs, g)
		g = newer
	}
	gs = glist{}
	hb, watch = was, was
	unwinding = false
	cur = &x.g
}

// theEndType is the type of theEnd.
type theEndType struct{}

// handBack lets the driver go on; c has no goroutine any more.
func (x *explorer) handBack(c *coro) {
	c.g.co = nil
	c.g = nil
	idleCo = append(idleCo, c)
	cur = &x.g
	c.swap(&x.co)
}

// finish ends the run in the midst of the running goroutine. It does not
// return.
func (x *explorer) finish(outcome uint32, status int, msg string) {
	if unwinding {
		panic(theEnd)
	}
	x.ended(cur, outcome, status, msg)
	me := cur
	switchTo(me, &x.g)
	panic(theEnd)
}

// ended notes how the run ended, and tells the policy who was left: not by, in
// whose step that was.
func (x *explorer) ended(by *g, outcome uint32, status int, msg string) {
	r := &x.run
	if r.over {
		return
	}
	r.over = true
	if r.draining {
		return
	}
	r.outcome, r.status, r.msg = outcome, status, msg
	if by != nil {
		x.pol.Also(search.Access{Mode: search.Exit})
		by.state = dead
	}
	x.listEnabled()
	x.listWaiting()
	x.more = x.pol.End(&x.view)
	if by != nil {
		by.state = running
	}
	if x.rec != nil {
		x.rec.end(cur)
	}
}

// mainReturned lets the others go on, to see who never could come to an end.
func (x *explorer) mainReturned() {
	cur.site = 0
	touch(nil, search.Exit)
	lookAtPoint()
	x.atReturn()
	x.ended(cur, outcomeExit, 0, "")
	x.run.draining, x.run.over = true, false
}

// died is the end of a run by a panic with r, whose frames are still there.
func (x *explorer) died(r any) {
	trace, site := learnerFrames()
	if site != 0 {
		cur.site = site
	}
	msg := panicText(r)
	if !x.run.draining {
		x.print([]byte("panic: " + msg + signalText(r) + "\n"))
		x.panicked(msg, []string{stackHead(cur) + trace})
	}
	x.ended(cur, outcomePanic, 2, clipTo(msg, 1000))
}

// print keeps the beginning of what a run prints.
func (x *explorer) print(p []byte) {
	if x.run.draining || unwinding {
		return
	}
	if room := maxRunPrint - len(x.run.out); room > 0 {
		x.run.out = append(x.run.out, p[:min(room, len(p))]...)
	}
}

// enlist makes g known to the machine.
func (x *explorer) enlist(g *g) {
	for len(x.byID) <= int(g.id) {
		x.byID = append(x.byID, nil)
	}
	x.byID[g.id] = g
}

// The machine.

func (x *explorer) ready(g, by *g) {
	if g.turn == 0 {
		g.turn = 1
		x.enlist(g)
		if !x.run.draining {
			x.pol.Spawned(search.Proc(g.id))
		}
		return
	}
	g.spin = 0
	if !x.run.draining {
		x.pol.Woke(search.Proc(g.id))
	}
}

// procs is what the program is told. Whoever asks wants to know how many
// goroutines to start, or to let run at a time, as package testing does: with
// one there would be nothing to explore.
func (x *explorer) procs() int { return x.run.procs }

// toldProcs is how many Ps a program has in a search and where a schedule that
// it has found is followed.
const toldProcs = 4

func (x *explorer) look(me *g, atOp bool) {
	if atOp {
		lookAtPoint()
	} else {
		x.backEdge()
	}
}

// stop is the point before an operation of me. It returns who takes the next
// step; if that is another, [lookAtPoint] switches to him: the fewer calls there
// are around a switch, the fewer returns are mispredicted after it.
func (x *explorer) stop(me *g) (next *g) {
	if unwinding {
		panic(theEnd)
	}
	if x.rec != nil {
		x.rec.entered(me)
	}
	if x.asksPlaces {
		x.arrives(me)
	}
	x.free = false
	if me.gate != nil && !me.passes() {
		x.stopped(me)
	}
	return x.dispatch()
}

// backEdge is called when a goroutine computes for long without an operation.
func (x *explorer) backEdge() {
	if unwinding {
		panic(theEnd)
	}
	if x.run.spins++; x.run.spins > maxSpins {
		x.finish(outcomeSteps, 2, "")
	}
	setClock(0, budgetStep)
}

func (x *explorer) leave(g *g, why event.Why) {
	x.free = true
	if g.state == parked && g.reason == event.MutexWait {
		x.stopped(g)
	}
	if why == event.Gosched {
		idled()
	}
	if x.rec != nil {
		x.rec.left(g, true)
	}
}

// pass: the other side of an iter.Pull takes over in me's step.
func (x *explorer) pass(me, next *g) {
	if x.rec != nil {
		x.rec.left(me, true)
	}
	next.turn = 1
	if !x.run.draining {
		x.pol.Woke(search.Proc(next.id))
	}
	x.begin(next)
}

// begin lets g take a step.
func (x *explorer) begin(g *g) {
	if g != x.last {
		x.run.switches++
		x.last = g
	}
	if x.rec != nil {
		x.rec.begins(g)
	}
	if x.asksPlaces {
		x.asked("before", g)
	}
	if onlyLooks(g.next) {
		g.spin++
	} else {
		g.spun, g.spin = g.spin, 0
	}
	g.gate, g.stood, g.from, g.next, g.chans, g.state = nil, false, nil, g.next[:0], 0, running
	setClock(0, budgetStep)
	x.run.spins = 0
}

// dispatch returns who takes the next step: a goroutine, or the driver, if the
// run is over.
func (x *explorer) dispatch() *g {
	r := &x.run
	for {
		x.listEnabled()
		if r.over {
			return &x.g
		}
		if len(x.view.Enabled) == 0 {
			x.stuck()
			return &x.g
		}
		p := x.pick()
		if p < 0 {
			if !r.over && !r.draining {
				r.cut = true
				x.ended(nil, outcomeStopped, 0, "")
			}
			r.over = true
			return &x.g
		}
		if p == search.Time {
			x.fireNext()
			continue
		}
		g := x.byID[p]
		x.begin(g)
		return g
	}
}

// pick asks the policy for the next step. A run that is too long goes on with
// everybody in turn, and then ends.
func (x *explorer) pick() search.Proc {
	r, v := &x.run, &x.view
	r.steps++
	switch {
	case r.draining:
		if r.drained++; r.drained > maxDrain {
			return -1
		}
		return x.inTurn()
	case r.steps > x.opt.steps:
		x.ended(nil, outcomeSteps, 2, "")
		return -1
	case r.steps > x.opt.steps/2:
		r.fair = true
	}
	v.Last, v.Free = search.Time, true
	if x.last != nil {
		v.Last, v.Free = search.Proc(x.last.id), x.free || x.last.spin >= spinLimit || !x.lastCan
	}
	var p search.Proc
	if r.fair {
		if p = x.inTurn(); p != search.Time {
			x.moves(x.byID[p])
		}
	} else if p = x.pol.Pick(v); p < 0 {
		return p
	}
	r.picks = append(r.picks, p)
	switch {
	case p == search.Time:
		if len(v.Enabled) > 1 {
			r.preempts++
		}
	case p != v.Last && !v.Free:
		r.preempts++
	}
	return p
}

// inTurn is the enabled goroutine whose turn it is; timers are on time, and the
// clock moves last.
func (x *explorer) inTurn() search.Proc {
	var last search.Proc
	if x.last != nil {
		last = search.Proc(x.last.id)
	}
	e := x.view.Enabled
	if e[0] == search.Time && timers[0][0].when <= heldClock {
		return search.Time
	}
	for _, p := range e {
		if p > last {
			return p
		}
	}
	if len(e) > 1 && e[0] == search.Time {
		return e[1]
	}
	return e[0]
}

// isHot reports whether p's next step is where a rule was broken.
func (x *explorer) isHot(p search.Proc) bool {
	return p != search.Time && x.hot[x.byID[p].site]
}

// listEnabled finds who can take a step. Who has only looked for a while lets
// the others go first.
func (x *explorer) listEnabled() {
	e := x.view.Enabled[:0]
	waiting := false // somebody was left out
	x.lastCan = false
	if pending > 0 {
		e = append(e, search.Time)
	}
	timeOnly := len(e)
	for g := gs.oldest; g != nil; g = g.newer {
		if g.state > running || g.gate != nil && !g.passes() {
			continue
		}
		if g == x.last {
			x.lastCan = true
			if g.spin >= spinLimit {
				waiting = true
				continue
			}
		}
		e = append(e, search.Proc(g.id))
	}
	switch {
	case len(e) == timeOnly && waiting:
		if timeOnly == 0 || x.last.spin >= 4*spinLimit && !x.timerMatters() {
			e = append(e, search.Proc(x.last.id))
		}
	case len(e) == timeOnly && timeOnly > 0 && !x.timerMatters():
		e = e[:0]
	case waiting && !x.run.draining:
		x.spun = true
	}
	x.view.Enabled = e
}

// timerMatters reports whether a pending timer can still wake somebody.
func (x *explorer) timerMatters() bool {
	if useful > 0 {
		return true
	}
	for _, t := range timers[0] {
		if t.channel().recvq.first != nil {
			return true
		}
	}
	return false
}

// touched is what p's next step touches. It is a function, which takes less to
// call through a variable than a method.
func touched(p search.Proc) []search.Access {
	x := &ex
	if p == search.Time {
		return x.timeTouches()
	}
	g := x.byID[p]
	if c := g.from; c != nil && c.shut && c.qcount == 0 {
		g.next[0].Mode = search.Read // of a closed, empty channel there is nothing to take
	}
	if g.chans == 0 || g.chans == 1 && !(*hchan)(g.next[0].Obj).isAwaited() {
		return g.next
	}
	x.chanNext = append(x.chanNext[:0], g.next...)
	for _, a := range g.next[:g.chans] {
		x.chanNext = (*hchan)(a.Obj).others(x.chanNext)
	}
	return x.chanNext
}

func (x *explorer) choose(n int) int {
	k := 0
	if !x.run.draining && !x.run.fair {
		k = x.pol.Choose(n)
		x.run.choices = append(x.run.choices, uint8(k))
	}
	if x.rec != nil {
		x.rec.chose(k)
	}
	return k
}

func (x *explorer) setProcs(n int)          { x.run.procs = n }
func (x *explorer) enterCall(string, int64) { point(costCall) }
func (x *explorer) leaveCall(int64)         {}
func (x *explorer) canSpin(int) bool        { return false }
func (x *explorer) lockThread(bool)         {}
