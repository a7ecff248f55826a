// A stream ends once, by its last message or because the client went away;
// the server waits for all streams.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type server struct {
	streams sync.WaitGroup
	ended   atomic.Int32
}

type stream struct {
	s      *server
	closed atomic.Bool
}

func (s *server) open() *stream {
	s.streams.Add(1)
	return &stream{s: s}
}

// finish ends the stream; it may be called more than once.
func (st *stream) finish() {
	if !st.closed.CompareAndSwap(false, true) {
		return
	}
	st.s.ended.Add(1)
	st.s.streams.Done()
}

func main() {
	s := &server{}
	st := s.open()
	var callers sync.WaitGroup
	callers.Add(2)
	go func() { // the last message
		defer callers.Done()
		st.finish()
	}()
	go func() { // the client goes away
		defer callers.Done()
		st.finish()
	}()
	s.streams.Wait()
	callers.Wait()
	fmt.Println("streams ended:", s.ended.Load())
}
