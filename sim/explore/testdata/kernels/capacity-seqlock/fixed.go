// A scheduler's view of a node: memory moves between free and used in the
// same breath, and readers that must not wait take a consistent look by means
// of a sequence number.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	total  = 100
	looks  = 2
	perJob = 30
)

type node struct {
	mu   sync.Mutex   // one writer at a time
	seq  atomic.Int64 // odd: somebody writes
	free atomic.Int64
	used atomic.Int64
}

// assign moves n from free to used.
func (c *node) assign(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq.Add(1)
	c.free.Add(-n)
	c.used.Add(n)
	c.seq.Add(1)
}

// look returns free and used as they were at one moment, or false if the node
// was busy each time.
func (c *node) look() (free, used int64, ok bool) {
	for range looks {
		before := c.seq.Load()
		if before%2 != 0 {
			runtime.Gosched()
			continue
		}
		free, used = c.free.Load(), c.used.Load()
		if c.seq.Load() == before {
			return free, used, true
		}
	}
	return 0, 0, false
}

func main() {
	c := &node{}
	c.free.Store(total)
	var wg sync.WaitGroup
	wg.Add(3)
	for range 2 {
		go func() {
			defer wg.Done()
			c.assign(perJob)
		}()
	}
	go func() {
		defer wg.Done()
		free, used, ok := c.look()
		if ok && free+used != total {
			panic(fmt.Sprintf("a node of %d has %d free and %d used", total, free, used))
		}
	}()
	wg.Wait()
	fmt.Println("free:", c.free.Load(), "used:", c.used.Load())
}
