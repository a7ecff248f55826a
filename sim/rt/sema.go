package rt

import (
	"slices"

	"interleave/sim/event"
)

// A sema is a semaphore as sync uses it (runtime/sema.go): a number, and the
// goroutines that wait to take one from it. All of one address wait in one
// list; the treap around the lists of all addresses has no part in any order.
type sema struct {
	n       int
	waiters []*g
}

// acquire is semacquire1: it takes one, or waits, at the head of the list if
// lifo is set. Who was woken competes with whoever comes meanwhile, unless it
// was handed what it waits for; if it loses, it queues again.
func (s *sema) acquire(why event.Reason, obj uint32, lifo bool) {
	me := cur
	for !me.handed {
		if s.n > 0 {
			s.n--
			return
		}
		if lifo {
			s.waiters = slices.Insert(s.waiters, 0, me)
		} else {
			s.waiters = append(s.waiters, me)
		}
		park(why, obj, 0)
	}
	me.handed = false
}

// release is semrelease1: it adds one and wakes the head of the list. With
// handOff the woken goroutine has it for sure and runs at once, in the time
// slice of who released it (goyield).
func (s *sema) release(obj uint32, handOff bool) {
	s.n++
	if len(s.waiters) == 0 {
		return
	}
	w := s.waiters[0]
	s.waiters = s.waiters[1:]
	if handOff {
		s.n--
		w.handed = true
	}
	ready(w, cur, obj)
	if handOff {
		yieldNow(event.Handed)
	}
}
