// A connection pool whose reaper closes connections that lie idle. A closed
// connection is neither handed out nor taken back.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type conn struct{ closed atomic.Bool }

func (c *conn) query() {
	if c.closed.Load() {
		panic("query on a closed connection")
	}
}

func (c *conn) usable() bool { return !c.closed.Load() }

type pool struct {
	mu   sync.Mutex
	idle []*conn
}

// get returns an idle connection, or a new one.
func (p *pool) get() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		c := p.idle[0]
		p.idle = p.idle[1:]
		if c.usable() {
			return c
		}
	}
	return &conn{}
}

func (p *pool) put(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.usable() {
		p.idle = append(p.idle, c)
	}
}

// reap closes what is idle.
func (p *pool) reap() {
	p.mu.Lock()
	victims := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, c := range victims {
		c.closed.Store(true)
	}
}

func main() {
	p := &pool{idle: []*conn{{}}}
	var queries atomic.Int32
	var wg sync.WaitGroup
	wg.Add(3)
	for range 2 {
		go func() {
			defer wg.Done()
			c := p.get()
			c.query()
			p.put(c)
			queries.Add(1)
		}()
	}
	go func() {
		defer wg.Done()
		p.reap()
	}()
	wg.Wait()
	fmt.Println("queries:", queries.Load())
}
