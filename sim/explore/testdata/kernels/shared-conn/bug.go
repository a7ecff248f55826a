// Streams share a connection; whoever leaves last closes it.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const streams = 3

type conn struct {
	refs   atomic.Int32
	closed chan struct{}
	frames atomic.Int32
}

func (c *conn) write() { c.frames.Add(1) }

func (c *conn) release() {
	c.refs.Add(-1)
	if c.refs.Load() == 0 {
		close(c.closed)
	}
}

func main() {
	c := &conn{closed: make(chan struct{})}
	c.refs.Store(streams)
	var wg sync.WaitGroup
	for range streams {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.write()
			c.release()
		}()
	}
	wg.Wait()
	<-c.closed
	fmt.Println("frames:", c.frames.Load())
}
