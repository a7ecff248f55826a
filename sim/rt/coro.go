package rt

import (
	"iter"

	"interleave/sim/event"
)

// A coro is a coroutine that runs one goroutine after another.
type coro struct {
	in   *slot // where it is kept while another runs
	born slot
	g    *g // nil while it is idle
}

// A slot keeps one coroutine that does not run. To swap with a slot is to
// continue its coroutine and to leave the one that runs in its place: so a
// switch between any two takes one step, with nobody in between.
//
// It is the pair of functions of an iter.Pull, of which next and yield do the
// same but must take turns.
type slot struct {
	next  func() (struct{}, bool)
	yield func(struct{}) bool
	odd   bool // it is yield's turn
}

func (s *slot) swap() {
	if s.odd {
		s.odd = false
		s.yield(struct{}{})
		return
	}
	s.odd = true
	s.next()
}

// idleCo are coroutines without a goroutine.
var idleCo []*coro

// switchTo runs next instead of me until me is resumed.
func switchTo(me, next *g) { slotOf(me, next).swap() }

// slotOf makes next the running goroutine, and returns the slot with which me
// has to swap.
func slotOf(me, next *g) *slot {
	cur = next
	to := next.co
	if to == nil {
		to = takeCoro(next)
	}
	s := to.in
	me.co.in = s
	return s
}

// swap continues to, and returns when somebody continues c.
func (c *coro) swap(to *coro) {
	s := to.in
	c.in = s
	s.swap()
}

// takeCoro gives g, which is to run for the first time, a coroutine.
func takeCoro(g *g) *coro {
	var c *coro
	if n := len(idleCo); n > 0 {
		c = idleCo[n-1]
		idleCo = idleCo[:n-1]
	} else {
		c = &coro{}
		c.in = &c.born
		c.born.next, _ = iter.Pull(c.begin)
	}
	c.g, g.co = g, c
	return c
}

// begin is the bottom of a coroutine's stack.
func (c *coro) begin(yield func(struct{}) bool) {
	c.born.yield = yield
	c.serve()
}

// serve runs the goroutine that c was given, and then others, until the
// process ends.
func (c *coro) serve() {
	for {
		switch c.live() {
		case returned:
			c.end(0)
		case handedBack:
			ex.handBack(c)
		}
	}
}

// live is one goroutine's life. A goroutine that is ended by runtime.Goexit
// cannot leave its stack: c serves the next ones from on top of it.
func (c *coro) live() (how int) {
	defer func() {
		if how == returned {
			return
		}
		r := recover()
		if r != nil && r != theEnd {
			if !exploring {
				die(r)
			}
			ex.died(r)
		}
		switch {
		case r != nil && c.g.exits: // the Goexit goes on when this returns
			ex.handBack(c)
			c.serve()
		case r != nil:
			how = handedBack
		default:
			c.end(1)
			c.serve()
		}
	}()
	beginTurn(c.g)
	c.g.fn()
	return returned
}

// How a goroutine's life ends.
const (
	_          = iota
	returned   // its function has
	handedBack // with the schedule that is explored
)

// end takes the last step of c's goroutine, and gives the thread to the next
// one; it returns once c has a goroutine again. One that runs for the first
// time gets c at once.
func (c *coro) end(exit int32) {
	me := c.g
	if !byName {
		point(0)
	}
	if me.pull != nil {
		me.pull.release(me)
	}
	emit(event.GoEnd, me.id, 0, 0, 0, exit, me.site)
	if me.bubble != nil {
		me.bubble.ended(me)
	}
	if hb {
		retired(me.hb)
	}
	me.state = dead
	alive--
	active--
	gs.remove(me)
	c.g, me.co, me.fn = nil, nil, nil
	next := successor(me)
	if ex.rec == nil { // what it says of dead goroutines is kept
		freeGs = append(freeGs, me)
	}
	cur = next
	if next.co == nil {
		c.g, next.co = next, c
		return
	}
	idleCo = append(idleCo, c)
	c.swap(next.co)
}

// successor is who runs next after me, which has ended.
func successor(me *g) *g {
	if me.pull != nil {
		return me.pull.exit(me)
	}
	mach.leave(me, 0)
	settle()
	endTurn(me, true)
	return next()
}
