// A log store: readers pin the live segment while they read; compaction puts a
// merged segment in its place and removes the old one when nobody has it
// pinned.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type segment struct {
	pins    atomic.Int32
	removed atomic.Bool
	records int
}

type store struct {
	live     atomic.Pointer[segment]
	leftover *segment // replaced, but was pinned then; the compactor's own
}

// count pins the live segment and returns how many records it has.
func (s *store) count() int {
	for {
		seg := s.live.Load()
		seg.pins.Add(1)
		if s.live.Load() != seg {
			seg.pins.Add(-1) // replaced before it was pinned
			continue
		}
		if seg.removed.Load() {
			panic("a reader has a segment that is removed")
		}
		n := seg.records
		seg.pins.Add(-1)
		return n
	}
}

// compact replaces the live segment. There is one compactor.
func (s *store) compact() {
	old := s.live.Load()
	merged := &segment{records: old.records}
	s.live.Store(merged)
	if old.pins.Load() == 0 {
		old.removed.Store(true)
	} else {
		s.leftover = old
	}
}

func main() {
	s := &store{}
	s.live.Store(&segment{records: 7})
	var total atomic.Int64
	var wg sync.WaitGroup
	wg.Add(3)
	for range 2 {
		go func() {
			defer wg.Done()
			total.Add(int64(s.count()))
		}()
	}
	go func() {
		defer wg.Done()
		s.compact()
	}()
	wg.Wait()
	if s.leftover != nil {
		s.leftover.removed.Store(true)
	}
	fmt.Println("records read:", total.Load())
}
