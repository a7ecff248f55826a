// A slab allocator: free slots form a stack that goroutines pop and push
// without a lock. Each caller takes two slots and gives back the first before
// the second.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const (
	slots = 3
	none  = -1
)

type slab struct {
	head atomic.Int64        // a count of changes, and below it in 8 bits the free slot on top plus one
	next [slots]atomic.Int64 // the free slot below each free slot
	busy [slots]atomic.Bool
}

func newSlab() *slab {
	s := &slab{}
	s.head.Store(1)
	for i := range slots {
		s.next[i].Store(int64(i) + 1)
	}
	s.next[slots-1].Store(none)
	return s
}

// take pops a free slot, or returns none.
func (s *slab) take() int64 {
	for {
		head := s.head.Load()
		top := head&0xff - 1
		if top == none {
			return none
		}
		below := s.next[top].Load()
		if s.head.CompareAndSwap(head, (head>>8+1)<<8|(below+1)) {
			if s.busy[top].Swap(true) {
				panic(fmt.Sprintf("slot %d is given out twice", top))
			}
			return top
		}
	}
}

// give pushes a slot.
func (s *slab) give(slot int64) {
	if slot == none {
		return
	}
	s.busy[slot].Store(false)
	for {
		head := s.head.Load()
		s.next[slot].Store(head&0xff - 1)
		if s.head.CompareAndSwap(head, (head>>8+1)<<8|(slot+1)) {
			return
		}
	}
}

func main() {
	s := newSlab()
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			first := s.take()
			second := s.take()
			s.give(first)
			s.give(second)
		}()
	}
	wg.Wait()
	free := 0
	for s.take() != none {
		free++
	}
	if free != slots {
		panic(fmt.Sprintf("%d slots are free at the end, not %d", free, slots))
	}
	fmt.Println("free slots:", free)
}
