// A ring between a logger and its writer that was made for one producer, and
// got a second one.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const size = 4

type ring struct {
	mu         sync.Mutex   // one producer at a time
	head, tail atomic.Int32 // taken and put so far
	lines      [size]atomic.Int32
}

// put adds a line; false if the ring is full.
func (r *ring) put(line int32) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	tail := r.tail.Load()
	if tail-r.head.Load() == size {
		return false
	}
	r.lines[tail%size].Store(line)
	r.tail.Store(tail + 1)
	return true
}

// take takes the oldest line; false if there is none.
func (r *ring) take() (int32, bool) {
	head := r.head.Load()
	if head == r.tail.Load() {
		return 0, false
	}
	line := r.lines[head%size].Load()
	r.head.Store(head + 1)
	return line, true
}

func main() {
	r := &ring{}
	var put atomic.Int32
	var wg sync.WaitGroup
	for line := int32(1); line <= 2; line++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if r.put(line) {
				put.Add(line)
			}
		}()
	}
	var taken int32
	wg.Add(1)
	go func() {
		defer wg.Done()
		if line, ok := r.take(); ok {
			taken += line
		}
	}()
	wg.Wait()
	for line, ok := r.take(); ok; line, ok = r.take() {
		taken += line
	}
	if taken != put.Load() {
		panic(fmt.Sprintf("lines worth %d were put, %d were taken", put.Load(), taken))
	}
	fmt.Println("taken:", taken)
}
