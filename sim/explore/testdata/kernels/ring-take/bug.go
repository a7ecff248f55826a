// A decoder puts sound frames into a ring and two players take them out, one
// frame each.
package main

import (
	"fmt"
	"sync"
)

type ring struct {
	mu     sync.Mutex
	filled *sync.Cond
	frames [4]int
	first  int
	n      int
}

// put adds a frame; there is always room.
func (r *ring) put(frame int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == len(r.frames) {
		panic("the ring is full")
	}
	r.frames[(r.first+r.n)%len(r.frames)] = frame
	r.n++
	r.filled.Signal()
}

// take waits for a frame and takes the oldest one.
func (r *ring) take() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == 0 {
		r.filled.Wait()
	}
	if r.n == 0 {
		panic("a player took a frame from an empty ring")
	}
	frame := r.frames[r.first]
	r.first = (r.first + 1) % len(r.frames)
	r.n--
	return frame
}

func main() {
	r := &ring{}
	r.filled = sync.NewCond(&r.mu)

	var played [2]int
	var wg sync.WaitGroup
	for i := range played {
		wg.Add(1)
		go func() {
			defer wg.Done()
			played[i] = r.take()
		}()
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		for frame := range len(played) {
			r.put(10 + frame)
		}
	}()
	wg.Wait()

	fmt.Println("played:", played[0]+played[1])
}
