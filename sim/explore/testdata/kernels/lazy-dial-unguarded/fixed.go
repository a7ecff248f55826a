// A client dials its server when it is first used, by whoever comes first.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type conn struct {
	server string
	calls  atomic.Int32
}

type client struct {
	dial sync.Once
	conn atomic.Pointer[conn]
}

func (c *client) call() {
	c.dial.Do(func() { c.conn.Store(dial("storage:7000")) })
	c.conn.Load().calls.Add(1)
}

func dial(server string) *conn { return &conn{server: server} }

func main() {
	c := &client{}
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.call()
		}()
	}
	wg.Wait()
	fmt.Println(c.conn.Load().server, "was called", c.conn.Load().calls.Load(), "times")
}
