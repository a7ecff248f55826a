// A rate limiter's limits live in two buffers: a writer fills the one that is
// not in use and flips; a reader checks afterwards that nobody flipped while
// it read.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const updates = 3

type limits struct {
	rate, burst atomic.Int64 // burst is always twice the rate
}

type config struct {
	active atomic.Int32
	buf    [2]limits
}

// publish makes new limits the active ones. There is one publisher.
func (c *config) publish(rate int64) {
	idle := 1 - c.active.Load()
	c.buf[idle].rate.Store(rate)
	c.buf[idle].burst.Store(2 * rate)
	c.active.Store(idle)
}

// current returns limits that belong together.
func (c *config) current() (rate, burst int64) {
	for {
		i := c.active.Load()
		rate, burst = c.buf[i].rate.Load(), c.buf[i].burst.Load()
		if c.active.Load() == i {
			return rate, burst
		}
	}
}

func main() {
	c := &config{}
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
