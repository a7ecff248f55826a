// A queue of numbers from one goroutine to one other, without a lock.
package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

// A Ring is a queue for one producer and one consumer. Only the producer calls
// Put, and only the consumer calls Take. Neither of them ever waits.
type Ring struct {
	in, out int
	slots   []atomic.Int64 // 0 where there is nothing
}

// New returns an empty ring with room for so many numbers, at least one.
func New(room int) *Ring {
	return &Ring{slots: make([]atomic.Int64, room)}
}

// Put puts a number in. It returns false, and does nothing, if the ring is full.
func (r *Ring) Put(n int) bool {
	slot := &r.slots[r.in%len(r.slots)]
	if slot.Load() != 0 {
		return false
	}
	slot.Store(int64(n))
	r.in++
	return true
}

// Take takes out the number that was put in first. It returns false if the ring
// is empty.
func (r *Ring) Take() (n int, ok bool) {
	slot := &r.slots[r.out%len(r.slots)]
	n = int(slot.Load())
	if n == 0 {
		return 0, false
	}
	slot.Store(0)
	r.out++
	return n, true
}

// main sends a few numbers through a ring, for you to watch. The tests do not
// use it.
func main() {
	r := New(2)
	go func() {
		for n := 1; n <= 5; n++ {
			for !r.Put(n) {
				time.Sleep(time.Millisecond)
			}
		}
	}()
	for taken := 0; taken < 5; {
		n, ok := r.Take()
		if !ok {
			time.Sleep(time.Millisecond)
			continue
		}
		fmt.Println("taken:", n)
		taken++
	}
}
