// A pool with one database connection. A query is bound to its context: when
// that ends, a hook marks the connection as expired, which fails the query.
// Every user of the connection starts with a fresh mark.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

var errExpired = errors.New("connection expired")

type conn struct {
	mu      sync.Mutex
	expired bool
}

func (c *conn) setExpired(expired bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expired = expired
}

func (c *conn) query() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.expired {
		return errExpired
	}
	return nil
}

type pool struct{ free chan *conn }

func (p *pool) query(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := <-p.free
	c.setExpired(false)
	stop := context.AfterFunc(ctx, func() {
		c.setExpired(true)
	})
	err := c.query()
	stop()
	p.free <- c
	return err
}

func main() {
	p := &pool{free: make(chan *conn, 1)}
	p.free <- &conn{}

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { _ = p.query(ctx) }) // may be cut short
	wg.Go(func() {
		if err := p.query(context.Background()); err != nil {
			panic("a query without a deadline ran into one")
		}
	})
	cancel()
	wg.Wait()
	fmt.Println("both queries answered")
}
