package rt

import (
	"unsafe"

	"interleave/sim/event"
)

// A Case is a case of a select statement, its operands evaluated. It lives on
// the stack of its goroutine.
type Case struct {
	_    [0]func() // or every program would hold functions that compare cases
	c    *hchan
	site uint16
	send bool
	ok   bool
}

// elem is the value to send, or room for one: it follows the case.
func (s *Case) elem() unsafe.Pointer {
	return hide(unsafe.Add(unsafe.Pointer(s), unsafe.Sizeof(Case{})))
}

// An RCase is a receive in a select. Nothing is embedded: the methods would be
// compiled for every T.
type RCase[T any] struct {
	Case Case
	v    T
}

// RecvCase prepares case <-c.
func RecvCase[T any](c <-chan T, site uint16) (r RCase[T]) {
	r.Case.c, r.Case.site = *(**hchan)(unsafe.Pointer(&c)), site
	return r
}

// Value returns what was received.
func (r *RCase[T]) Value() T { return r.v }

// Value2 returns what was received, and whether the channel was still open.
func (r *RCase[T]) Value2() (T, bool) { return r.v, r.Case.ok }

// An SCase is a send in a select.
type SCase[T any] struct {
	Case Case
	v    T
}

// never is false. What would be stored somewhere if it were true escapes in
// the eyes of the compiler: hide hides where a case's value goes, and what the
// value points to must live in the heap all the same.
var (
	never bool
	sink  unsafe.Pointer
)

// SendCase prepares case c <- v, where v has the channel's element type.
func SendCase[T any](c chan<- T, v T, site uint16) SCase[T] {
	if never {
		*(*T)(sink) = v
	}
	return SCase[T]{Case{c: *(**hchan)(unsafe.Pointer(&c)), site: site, send: true}, v}
}

// Case prepares case c <- v.
func (s *Sender[T]) Case(v T, site uint16) SCase[T] {
	if never {
		*(*T)(sink) = v
	}
	return SCase[T]{Case{c: (*hchan)(unsafe.Pointer(s)), site: site, send: true}, v}
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
func Select(site uint16, hasDefault bool, cases ...*Case) int {
	return selectOf(site, hasDefault, unsafe.Slice((**Case)(hide(unsafe.Pointer(unsafe.SliceData(cases)))), len(cases)))
}

func selectOf(site uint16, hasDefault bool, cases []*Case) int {
	At(site)
	if exploring {
		touchCases(cases)
	}
	point(costSelect)
	durable := bubbled > 0 && allIn(cases) && cur.bubble != nil
	var few [8]int
	ready := few[:0]
	for i, cs := range cases {
		if cs.isReady() {
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
		s := cases[i]
		s.do()
		emit(event.SelectChosen, cur.id, s.c.id, 0, 0, int32(i), cur.site)
		return i
	}
	if hasDefault {
		if exploring {
			idled()
		}
		emit(event.SelectChosen, cur.id, 0, 0, 0, -1, cur.site)
		return -1
	}
	cur.durable = durable
	return waitSelect(cases)
}

// place is the case's site; in a library, where it was called.
func (s *Case) place() uint16 {
	if s.site == 0 {
		return cur.site
	}
	return s.site
}

func (s *Case) isReady() bool {
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
func (s *Case) do() {
	At(s.site)
	if !s.send {
		_, s.ok = s.c.recv(s.elem())
		return
	}
	if s.c.shut {
		panic(plainError("send on closed channel"))
	}
	s.c.send(s.elem(), cur, cur.site)
}

func waitSelect(cases []*Case) int {
	me := cur
	for i, s := range cases {
		if s.c == nil {
			continue
		}
		w := s.c.takeSudog()
		w.idx, w.sending = i, s.send
		var dir uint32
		q := &s.c.recvq
		if s.send {
			q, dir = &s.c.sendq, 1
			s.c.elem.move(w.elem, s.elem())
			w.val = s.c.val(w.elem)
		} else {
			w.val = 0
		}
		emit(event.SelectWait, me.id, s.c.id, dir, w.val, int32(i), s.place())
		q.push(w)
		me.waits = append(me.waits, w)
	}
	park(event.SelectPark, 0, 0)
	w := me.won
	me.won = nil
	i := w.idx
	s := cases[i]
	At(s.site)
	if s.send {
		w.c.sent(w, me)
	} else {
		s.ok = w.ok
		w.c.received(w, me)
		w.c.elem.move(s.elem(), w.elem)
	}
	emit(event.SelectChosen, me.id, w.c.id, 0, 0, int32(i), me.site)
	w.c.elem.wipe(w.elem)
	w.c.freeSudog(w)
	return i
}

// queue returns the queue in which a select's sudog waits.
func (w *sudog) queue() *waitq {
	if w.sending {
		return &w.c.sendq
	}
	return &w.c.recvq
}
