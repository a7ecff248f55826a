// A client that calls a server over one connection: requests go out in order,
// answers come back on one channel. A call that takes too long is abandoned.
package main

import (
	"errors"
	"fmt"
	"time"
)

var errTimeout = errors.New("call timed out")

type answer struct {
	id   int
	body string
}

type connection struct {
	requests chan int
	answers  chan answer
}

func (c *connection) serve() {
	defer close(c.answers)
	for id := range c.requests {
		c.answers <- answer{id, fmt.Sprint("body of ", id)}
	}
}

func (c *connection) call(id int) (answer, error) {
	c.requests <- id
	patience := time.NewTimer(20 * time.Millisecond)
	defer patience.Stop()
	for {
		select {
		case a := <-c.answers:
			if a.id == id {
				return a, nil
			}
		case <-patience.C:
			return answer{}, errTimeout
		}
	}
}

func main() {
	const calls = 2
	c := &connection{make(chan int, calls), make(chan answer, calls)}
	go c.serve()
	for id := range calls {
		a, err := c.call(id)
		if err == nil && a.id != id {
			panic("a call got the answer of another")
		}
	}
	close(c.requests)
	for range c.answers {
	}
	fmt.Println("calls ended:", calls)
}
