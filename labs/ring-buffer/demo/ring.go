package main

import (
	"runtime"
	"sync/atomic"
)

// A queue does not wait. It says whether it could do what it was asked to.
type queue interface {
	put(n int) bool
	take() (n int, ok bool)
}

// newQueue returns the ring for so many producers, and one consumer.
func newQueue(producers int) queue {
	if producers == 1 {
		return &ring{}
	}
	return newShared()
}

// putIn puts a number in. As long as the queue is full it lets others run, and
// looks again.
func putIn(q queue, n int) (looks int) {
	for !q.put(n) {
		looks++
		runtime.Gosched()
	}
	return looks
}

// takeOut takes a number out, and looks again as long as there is none.
func takeOut(q queue) (n, looks int) {
	n, ok := q.take()
	for !ok {
		looks++
		runtime.Gosched()
		n, ok = q.take()
	}
	return n, looks
}

// region: ring

// A ring is for one producer and one consumer. Each counter is written by only
// one of them. The bytes between keep the counters on different cache lines.
type ring struct {
	in    atomic.Uint64 // how many were put in; the producer's
	_     [120]byte
	out   atomic.Uint64 // how many were taken out; the consumer's
	_     [120]byte
	slots [room]int
}

// endregion

func (r *ring) put(n int) bool {
	in := r.in.Load()
	if in-r.out.Load() == room {
		return false // full
	}
	r.slots[in%room] = n
	r.in.Store(in + 1) // now it is the consumer's
	return true
}

func (r *ring) take() (int, bool) {
	out := r.out.Load()
	if out == r.in.Load() {
		return 0, false // empty
	}
	n := r.slots[out%room]
	r.out.Store(out + 1) // now the slot is the producer's
	return n, true
}

// A shared ring is for several producers. Each slot says whose turn it is:
// number n of the queue may be put in at turn n, and taken out at turn n+1.
type shared struct {
	in    atomic.Uint64
	_     [120]byte
	out   uint64
	slots [room]struct {
		turn atomic.Uint64
		n    int
	}
}

func newShared() *shared {
	s := &shared{}
	for i := range s.slots {
		s.slots[i].turn.Store(uint64(i))
	}
	return s
}

func (s *shared) put(n int) bool {
	in := s.in.Load()
	slot := &s.slots[in%room]
	if slot.turn.Load() != in || !s.in.CompareAndSwap(in, in+1) {
		return false // full, or another producer was quicker
	}
	slot.n = n
	slot.turn.Store(in + 1)
	return true
}

func (s *shared) take() (int, bool) {
	slot := &s.slots[s.out%room]
	if slot.turn.Load() != s.out+1 {
		return 0, false
	}
	n := slot.n
	slot.turn.Store(s.out + room)
	s.out++
	return n, true
}
