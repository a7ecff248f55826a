// A client of a line-based server. The connection is made when it is first
// needed: dialling ends when the greeting of the server has come. A keep-alive
// probe makes the server ping, which the client answers.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type client struct {
	dial   chan struct{} // closed when the server shall greet
	lines  chan string   // from the server
	greets chan struct{} // closed when the greeting is there
	pongs  atomic.Int64

	once  sync.Once
	state string
}

// connected makes the connection if there is none yet.
func (c *client) connected() string {
	c.once.Do(func() {
		close(c.dial)
		<-c.greets
		c.state = "ready"
	})
	return c.state
}

// pong answers a ping.
func (c *client) pong() {
	if c.connected() == "ready" {
		c.pongs.Add(1)
	}
}

// read handles two lines of the server.
func (c *client) read() {
	for range 2 {
		switch line := <-c.lines; line {
		case "hello":
			close(c.greets)
		case "ping":
			c.pong()
		}
	}
}

func main() {
	c := &client{
		dial:   make(chan struct{}),
		lines:  make(chan string),
		greets: make(chan struct{}),
	}
	var wg sync.WaitGroup
	wg.Add(4)
	go func() { // the client's reader
		defer wg.Done()
		c.read()
	}()
	go func() { // the server
		defer wg.Done()
		<-c.dial
		c.lines <- "hello"
	}()
	go func() { // the probe
		defer wg.Done()
		c.lines <- "ping"
	}()
	go func() { // a caller
		defer wg.Done()
		c.connected()
	}()
	wg.Wait()

	fmt.Println(c.connected(), c.pongs.Load())
}
