// A server handles at most two requests at a time and turns away the rest.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const (
	limit    = 2
	requests = 3
)

type server struct {
	inflight atomic.Int32
	handling atomic.Int32
	handled  atomic.Int32
	refused  atomic.Int32
}

func (s *server) admit() bool {
	for {
		n := s.inflight.Load()
		if n >= limit {
			return false
		}
		if s.inflight.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (s *server) serve() {
	if !s.admit() {
		s.refused.Add(1)
		return
	}
	defer s.inflight.Add(-1)
	s.handle()
}

func (s *server) handle() {
	if n := s.handling.Add(1); n > limit {
		panic(fmt.Sprintf("%d requests at once, %d are allowed", n, limit))
	}
	s.handled.Add(1)
	s.handling.Add(-1)
}

func main() {
	s := &server{}
	var wg sync.WaitGroup
	for range requests {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.serve()
		}()
	}
	wg.Wait()
	fmt.Println("requests answered:", s.handled.Load()+s.refused.Load())
}
