package rt

import (
	"unsafe"

	"interleave/sim/event"
)

// A Case is a case of a select statement, its operands evaluated.
type Case interface{ prepared() *selCase }

type selCase struct {
	c    *hchan
	send bool
	site uint16
	elem unsafe.Pointer // the value to send, or room for one, in the heap
	ok   bool
	w    sudog
}

func (s *selCase) prepared() *selCase { return s }

// An RCase is a receive in a select.
type RCase[T any] struct {
	selCase
	v T
}

// RecvCase prepares case <-c.
func RecvCase[T any](c <-chan T, site uint16) *RCase[T] {
	r := &RCase[T]{}
	r.c, r.site, r.elem = *(**hchan)(unsafe.Pointer(&c)), site, unsafe.Pointer(&r.v)
	return r
}

// Value returns what was received.
func (r *RCase[T]) Value() T { return r.v }

// Value2 returns what was received, and whether the channel was still open.
func (r *RCase[T]) Value2() (T, bool) { return r.v, r.ok }

// An SCase is a send in a select.
type SCase[T any] struct {
	selCase
	v T
}

// A CaseSender is a channel of a select's send case, before its value.
type CaseSender[T any] struct {
	c    *hchan
	site uint16
}

// CaseTo prepares the channel of case c <- v.
func CaseTo[T any](c chan<- T, site uint16) CaseSender[T] {
	return CaseSender[T]{*(**hchan)(unsafe.Pointer(&c)), site}
}

// Send prepares case c <- v.
func (s CaseSender[T]) Send(v T) *SCase[T] {
	r := &SCase[T]{v: v}
	r.c, r.site, r.elem, r.send = s.c, s.site, unsafe.Pointer(&r.v), true
	return r
}

// Block is select {}.
func Block(site uint16) {
	At(site)
	point(costSelect)
	park(event.Forever, 0, 0)
}

// Select chooses a case (selectgo in runtime/select.go): any one of those
// that are ready, with equal chances; else the default (-1) if there is one;
// else it parks on all of them.
func Select(site uint16, hasDefault bool, cases ...Case) int {
	At(site)
	point(costSelect)
	var few [8]int
	ready := few[:0]
	for i, cs := range cases {
		if cs.prepared().isReady() {
			ready = append(ready, i)
		}
	}
	if len(ready) > 0 {
		k := 0
		if len(ready) > 1 {
			k = mach.choose(len(ready))
			if conf.record {
				cur.chosen = append(cur.chosen, k)
			}
		}
		i := ready[k]
		s := cases[i].prepared()
		s.do()
		emit(event.SelectChosen, cur.id, s.c.id, 0, 0, int32(i), cur.site)
		return i
	}
	if hasDefault {
		emit(event.SelectChosen, cur.id, 0, 0, 0, -1, cur.site)
		return -1
	}
	return waitSelect(cases)
}

// place is the case's site; in a library, where it was called.
func (s *selCase) place() uint16 {
	if s.site == 0 {
		return cur.site
	}
	return s.site
}

func (s *selCase) isReady() bool {
	c := s.c
	if c == nil {
		return false
	}
	c.own()
	if s.send {
		return c.shut || c.recvq.first != nil || c.qcount < c.dataqsiz
	}
	return c.shut || c.sendq.first != nil || c.qcount > 0
}

// do carries out a case that is ready.
func (s *selCase) do() {
	At(s.site)
	if !s.send {
		_, s.ok = s.c.recv(s.elem)
		return
	}
	if s.c.shut {
		panic(plainError("send on closed channel"))
	}
	s.c.send(s.elem, cur, cur.site)
}

func waitSelect(cases []Case) int {
	me := cur
	for i, cs := range cases {
		s := cs.prepared()
		if s.c == nil {
			continue
		}
		s.w = sudog{g: me, c: s.c, elem: s.elem, idx: i, sending: s.send}
		var dir uint32
		q := &s.c.recvq
		if s.send {
			q, dir, s.w.val = &s.c.sendq, 1, s.c.val(s.elem)
		}
		emit(event.SelectWait, me.id, s.c.id, dir, s.w.val, int32(i), s.place())
		q.push(&s.w)
		me.waits = append(me.waits, &s.w)
	}
	park(event.SelectPark, 0, 0)
	w := me.won
	me.won = nil
	s := cases[w.idx].prepared()
	At(s.site)
	if s.send {
		w.c.sent(w, me)
	} else {
		s.ok = w.ok
		w.c.received(w, me)
	}
	emit(event.SelectChosen, me.id, w.c.id, 0, 0, int32(w.idx), me.site)
	return w.idx
}

// queue returns the queue in which a select's sudog waits.
func (w *sudog) queue() *waitq {
	if w.sending {
		return &w.c.sendq
	}
	return &w.c.recvq
}
