// An LRU cache whose reads share a lock.
package main

import (
	"container/list"
	"fmt"
	"sync"
)

type lru struct {
	mu    sync.RWMutex
	order *list.List // most recently used first
	byKey map[string]*list.Element
	hits  int
}

func newLRU(keys ...string) *lru {
	c := &lru{order: list.New(), byKey: map[string]*list.Element{}}
	for _, k := range keys {
		c.byKey[k] = c.order.PushFront(k)
	}
	return c
}

func (c *lru) get(key string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, ok := c.byKey[key]
	if !ok {
		return false
	}
	c.hits++
	c.order.MoveToFront(e)
	return true
}

func (c *lru) len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.order.Len()
}

func main() {
	c := newLRU("a", "b", "c")
	var wg sync.WaitGroup
	for _, key := range []string{"a", "b"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.get(key)
		}()
	}
	wg.Wait()
	fmt.Println("entries:", c.len())
}
