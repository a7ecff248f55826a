// A server hands out slots from a bitmap that is changed by compare-and-swap. A
// request that collides twice does without a slot and uses a buffer of its own.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const attempts = 2

type bitmap struct {
	bits atomic.Uint64
}

// take gets a free slot, or none after too many collisions.
func (b *bitmap) take() (slot int, ok bool) {
	for range attempts {
		old := b.bits.Load()
		slot := 0
		for old&(1<<slot) != 0 {
			slot++
		}
		if b.bits.CompareAndSwap(old, old|1<<slot) {
			return slot, true
		}
	}
	return 0, false
}

type server struct {
	slots    bitmap
	requests sync.WaitGroup
	slotted  atomic.Int64
	own      atomic.Int64
}

// handle answers one request.
func (s *server) handle() {
	defer s.requests.Done()
	if _, ok := s.slots.take(); !ok {
		s.own.Add(1)
		return
	}
	s.slotted.Add(1)
}

func main() {
	s := &server{}
	for range 3 {
		s.requests.Add(1)
		go s.handle()
	}
	s.requests.Wait()

	used := int64(0)
	for bits := s.slots.bits.Load(); bits != 0; bits &= bits - 1 {
		used++
	}
	if used != s.slotted.Load() {
		panic("two requests were given one slot")
	}
	fmt.Println("requests:", s.slotted.Load()+s.own.Load())
}
