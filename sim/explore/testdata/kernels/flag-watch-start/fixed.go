// A store of feature flags. A watcher may subscribe at any time and learns of
// the next change; the store opens its stream of changes when it starts.
package main

import (
	"fmt"
	"sync"
)

type store struct {
	mu      sync.Mutex
	flags   map[string]bool
	changes chan string
}

func newStore() *store {
	return &store{flags: map[string]bool{}, changes: make(chan string, 1)}
}

// watch returns where changes are told of.
func (s *store) watch() <-chan string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changes
}

func (s *store) set(flag string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flags[flag] = true
	s.changes <- flag
}

func main() {
	s := newStore()
	var watcher sync.WaitGroup
	watcher.Go(func() {
		fmt.Println("changed:", <-s.watch())
	})

	s.set("dark-mode")
	watcher.Wait()
}
