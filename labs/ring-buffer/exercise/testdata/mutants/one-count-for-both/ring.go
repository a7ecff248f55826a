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
	in, out int          // where to put, and where to take
	count   atomic.Int64 // how many there are
	slots   []int
}

// New returns an empty ring with room for so many numbers, at least one.
func New(room int) *Ring {
	return &Ring{slots: make([]int, room)}
}

// Put puts a number in. It returns false, and does nothing, if the ring is full.
func (r *Ring) Put(n int) bool {
	count := r.count.Load()
	if count == int64(len(r.slots)) {
		return false
	}
	r.slots[r.in] = n
	r.in = (r.in + 1) % len(r.slots)
	r.count.Store(count + 1)
	return true
}

// Take takes out the number that was put in first. It returns false if the ring
// is empty.
func (r *Ring) Take() (n int, ok bool) {
	count := r.count.Load()
	if count == 0 {
		return 0, false
	}
	n = r.slots[r.out]
	r.out = (r.out + 1) % len(r.slots)
	r.count.Store(count - 1)
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
