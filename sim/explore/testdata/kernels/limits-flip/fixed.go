// A rate limiter's limits: a writer publishes pairs that readers take whole.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const updates = 3

type limits struct {
	rate, burst int64 // burst is always twice the rate
}

type config struct {
	active atomic.Pointer[limits]
}

// publish makes new limits the active ones. There is one publisher.
func (c *config) publish(rate int64) {
	c.active.Store(&limits{rate, 2 * rate})
}

// current returns limits that belong together.
func (c *config) current() (rate, burst int64) {
	l := c.active.Load()
	return l.rate, l.burst
}

func main() {
	c := &config{}
	c.publish(0)
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := range updates {
			c.publish(int64(i+1) * 10)
		}
	}()
	go func() {
		defer wg.Done()
		if rate, burst := c.current(); burst != 2*rate {
			panic(fmt.Sprintf("rate %d beside burst %d", rate, burst))
		}
	}()
	wg.Wait()
	fmt.Println(c.current())
}
