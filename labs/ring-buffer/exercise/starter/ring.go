// A queue of numbers from one goroutine to one other, without a lock.
package main

import (
	"fmt"
	"time"
)

// A Ring is a queue for one producer and one consumer. Only the producer calls
// Put, and only the consumer calls Take. Neither of them ever waits.
type Ring struct {
	// YOUR WORK STARTS HERE: this takes more than there is room for, and it is
	// right only as long as nobody else is running.
	numbers []int
}

// New returns an empty ring with room for so many numbers, at least one.
func New(room int) *Ring {
	return &Ring{numbers: make([]int, 0, room)}
}

// Put puts a number in. It returns false, and does nothing, if the ring is full.
func (r *Ring) Put(n int) bool {
	r.numbers = append(r.numbers, n)
	return true
}

// Take takes out the number that was put in first. It returns false if the ring
// is empty.
func (r *Ring) Take() (n int, ok bool) {
	if len(r.numbers) == 0 {
		return 0, false
	}
	n = r.numbers[0]
	r.numbers = r.numbers[1:]
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
