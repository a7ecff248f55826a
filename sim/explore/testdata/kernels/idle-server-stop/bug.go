// A stream server that may be stopped at once when it is idle. Streams write
// a line to the access log; none is accepted any more once it has stopped.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type server struct {
	active  atomic.Int32
	stopped atomic.Bool
	log     chan string
}

// serve handles one stream, and reports whether it was accepted.
func (s *server) serve(peer string) bool {
	s.active.Add(1)
	defer s.active.Add(-1)
	if s.stopped.Load() {
		return false
	}
	s.log <- "served " + peer
	return true
}

// stopIfIdle stops the server unless streams are active.
func (s *server) stopIfIdle() bool {
	if s.active.Load() > 0 {
		return false
	}
	s.stopped.Store(true)
	close(s.log)
	return true
}

func main() {
	s := &server{log: make(chan string, 2)}

	logged := make(chan int)
	go func() {
		lines := 0
		for range s.log {
			lines++
		}
		logged <- lines
	}()

	var served atomic.Int32
	var streams sync.WaitGroup
	for _, peer := range []string{"alpha", "beta"} {
		streams.Go(func() {
			if s.serve(peer) {
				served.Add(1)
			}
		})
	}
	stopped := s.stopIfIdle()
	streams.Wait()
	if !stopped {
		s.stopIfIdle()
	}
	if lines := <-logged; lines != int(served.Load()) {
		panic("the access log lacks a stream that was served")
	}
	fmt.Println("stopped")
}
