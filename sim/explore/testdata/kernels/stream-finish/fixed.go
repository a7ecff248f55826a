// A connection carries one stream at a time. A stream is finished by its sender
// or by its receiver, whoever is the first to see its end.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type conn struct {
	busy sync.Mutex // held as long as a stream is open
}

type stream struct {
	conn     *conn
	frames   chan int
	finished atomic.Bool
}

// open waits for the stream before and opens the next one.
func (c *conn) open() *stream {
	c.busy.Lock()
	return &stream{conn: c, frames: make(chan int, 1)}
}

// finish ends the stream and lets the next one begin.
func (s *stream) finish() {
	if s.finished.CompareAndSwap(false, true) {
		s.conn.busy.Unlock()
	}
}

// send sends n frames.
func (s *stream) send(n int) {
	defer s.finish()
	for i := range n {
		s.frames <- i + 1
	}
	close(s.frames)
}

// receive adds up the frames.
func (s *stream) receive() int {
	defer s.finish()
	sum := 0
	for frame := range s.frames {
		sum += frame
	}
	return sum
}

func main() {
	c := &conn{}
	total := 0
	for n := 1; n <= 2; n++ {
		s := c.open()
		var ends sync.WaitGroup
		ends.Add(2)
		go func() {
			defer ends.Done()
			s.send(n)
		}()
		go func() {
			defer ends.Done()
			total += s.receive()
		}()
		ends.Wait()
	}
	fmt.Println("total", total)
}
