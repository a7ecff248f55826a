// A tablet server holds two neighbouring ranges of keys. The balancer rebuilds
// the directory and moves keys to the right; the merger moves keys to the left
// when the left range is small.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type tablet struct {
	mu   sync.Mutex
	keys int
}

type server struct {
	layout     sync.Mutex  // held while keys move between tablets
	rebuilding atomic.Bool // the directory is made anew

	left, right tablet
	directory   [2]int
}

// Rebuild makes the directory anew. Moves may go on meanwhile.
func (s *server) Rebuild() {
	s.rebuilding.Store(true)
	s.layout.Lock()
	s.directory = [2]int{0, 10}
	s.layout.Unlock()
	s.rebuilding.Store(false)
}

// Split moves n keys from the left tablet to the right one.
func (s *server) Split(n int) {
	s.layout.Lock()
	defer s.layout.Unlock()
	s.left.mu.Lock()
	defer s.left.mu.Unlock()
	s.right.mu.Lock()
	defer s.right.mu.Unlock()
	s.left.keys -= n
	s.right.keys += n
}

// Merge moves n keys from the right tablet to the left one.
func (s *server) Merge(n int) {
	s.layout.Lock()
	defer s.layout.Unlock()
	s.left.mu.Lock()
	defer s.left.mu.Unlock()
	s.right.mu.Lock()
	defer s.right.mu.Unlock()
	s.right.keys -= n
	s.left.keys += n
}

func main() {
	s := &server{}
	s.left.keys, s.right.keys = 8, 12

	var wg sync.WaitGroup
	wg.Add(2)
	go func() { // the balancer
		defer wg.Done()
		s.Rebuild()
		s.Split(3)
	}()
	go func() { // the merger
		defer wg.Done()
		s.Merge(5)
	}()
	wg.Wait()

	fmt.Println("left", s.left.keys, "right", s.right.keys, "directory", s.directory)
}
