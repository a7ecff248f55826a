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
	in    atomic.Uint64 // the slot to put into; written by the producer
	_     [120]byte     // the counters are on different cache lines
	out   atomic.Uint64 // the slot to take from; written by the consumer
	_     [120]byte
	slots []int
}

// New returns an empty ring with room for so many numbers, at least one.
func New(room int) *Ring {
	return &Ring{slots: make([]int, room)}
}

// Put puts a number in. It returns false, and does nothing, if the ring is full.
func (r *Ring) Put(n int) bool {
	in := r.in.Load()
	if (in+1)%uint64(len(r.slots)) == r.out.Load() {
		return false
	}
	r.slots[in] = n
	r.in.Store((in + 1) % uint64(len(r.slots)))
	return true
}

// Take takes out the number that was put in first. It returns false if the ring
// is empty.
func (r *Ring) Take() (n int, ok bool) {
	out := r.out.Load()
	if out == r.in.Load() {
		return 0, false
	}
	n = r.slots[out]
	r.out.Store((out + 1) % uint64(len(r.slots)))
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
