// A plugin host starts its loop and registers the hook that counts what the
// loop handles.
package main

import (
	"fmt"
	"sync"
)

type host struct {
	mu     sync.Mutex
	hook   func(event string)
	events chan string
	done   chan struct{}
}

func (h *host) on(hook func(event string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hook = hook
}

func (h *host) run() {
	defer close(h.done)
	for e := range h.events {
		h.mu.Lock()
		hook := h.hook
		h.mu.Unlock()
		if hook != nil {
			hook(e)
		}
	}
}

func main() {
	h := &host{events: make(chan string, 2), done: make(chan struct{})}
	h.events <- "boot"
	h.events <- "ready"
	close(h.events)

	seen := 0
	go h.run()
	h.on(func(string) { seen++ })
	<-h.done
	if seen != 2 {
		panic(fmt.Sprintf("the hook saw %d of 2 events", seen))
	}
	fmt.Println("events seen:", seen)
}
