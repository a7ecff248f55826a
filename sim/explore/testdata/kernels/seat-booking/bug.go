// A box office: who wants a seat looks whether it is free and then books it.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type hall struct {
	mu    sync.RWMutex
	owner map[string]string // by seat
}

func (h *hall) free(seat string) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	_, taken := h.owner[seat]
	return !taken
}

func (h *hall) book(seat, who string) bool {
	if !h.free(seat) {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.owner[seat] = who
	return true
}

func main() {
	h := &hall{owner: map[string]string{}}
	var tickets atomic.Int32
	var wg sync.WaitGroup
	for _, who := range []string{"ada", "bob", "cy"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if h.book("7F", who) {
				tickets.Add(1)
			}
		}()
	}
	wg.Wait()
	if n := tickets.Load(); n != 1 {
		panic(fmt.Sprintf("%d tickets for one seat", n))
	}
	fmt.Println("tickets for 7F:", tickets.Load())
}
