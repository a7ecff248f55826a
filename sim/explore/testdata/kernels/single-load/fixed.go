// A cache that loads a missing value once, however many ask for it: the others
// wait for the load that is on its way.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type call struct {
	done  chan struct{}
	value string
}

type cache struct {
	mu     sync.Mutex
	values map[string]string
	calls  map[string]*call // loads on their way
	loads  atomic.Int32
}

func (c *cache) get(key string) string {
	c.mu.Lock()
	if v, ok := c.values[key]; ok {
		c.mu.Unlock()
		return v
	}
	if other, ok := c.calls[key]; ok {
		c.mu.Unlock()
		<-other.done
		return other.value
	}
	own := &call{done: make(chan struct{})}
	c.calls[key] = own
	c.mu.Unlock()

	own.value = c.load(key)
	close(own.done)

	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.calls, key)
	c.values[key] = own.value
	return own.value
}

func (c *cache) load(key string) string {
	c.loads.Add(1)
	return "value of " + key
}

func main() {
	c := &cache{values: map[string]string{}, calls: map[string]*call{}}
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.get("logo")
		}()
	}
	wg.Wait()
	if n := c.loads.Load(); n != 1 {
		panic(fmt.Sprintf("the value was loaded %d times", n))
	}
	fmt.Println("loads:", c.loads.Load())
}
