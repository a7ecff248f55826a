// A queue of numbers from one goroutine to one other, without a lock.
package main

import (
	"fmt"
	"sync"
	"time"
)

// A Ring is a queue for one producer and one consumer. Only the producer calls
// Put, and only the consumer calls Take. Neither of them ever waits.
type Ring struct {
	mu      sync.Mutex
	in, out int
	slots   []int
}

// New returns an empty ring with room for so many numbers, at least one.
func New(room int) *Ring {
	return &Ring{slots: make([]int, room)}
}

// Put puts a number in. It returns false, and does nothing, if the ring is full.
func (r *Ring) Put(n int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.in-r.out == len(r.slots) {
		return false
	}
	r.slots[r.in%len(r.slots)] = n
	r.in++
	return true
}

// Take takes out the number that was put in first. It returns false if the ring
// is empty.
func (r *Ring) Take() (n int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.in == r.out {
		return 0, false
	}
	n = r.slots[r.out%len(r.slots)]
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
