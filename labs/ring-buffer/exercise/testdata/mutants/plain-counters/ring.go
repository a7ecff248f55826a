// A queue of numbers from one goroutine to one other, without a lock.
package main

import (
	"fmt"
	"time"
)

// A Ring is a queue for one producer and one consumer. Only the producer calls
// Put, and only the consumer calls Take. Neither of them ever waits.
type Ring struct {
	in    uint64    // how many were put in; written by the producer
	_     [120]byte // the counters are on different cache lines
	out   uint64    // how many were taken out; written by the consumer
	_     [120]byte
	slots []int
}

// New returns an empty ring with room for so many numbers, at least one.
func New(room int) *Ring {
	return &Ring{slots: make([]int, room)}
}

// Put puts a number in. It returns false, and does nothing, if the ring is full.
func (r *Ring) Put(n int) bool {
	in := r.in
	if in-r.out == uint64(len(r.slots)) {
		return false
	}
	r.slots[in%uint64(len(r.slots))] = n
	r.in = in + 1
	return true
}

// Take takes out the number that was put in first. It returns false if the ring
// is empty.
func (r *Ring) Take() (n int, ok bool) {
	out := r.out
	if out == r.in {
		return 0, false
	}
	n = r.slots[out%uint64(len(r.slots))]
	r.out = out + 1
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
