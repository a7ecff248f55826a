// Caches with a limit on their size, one for each tenant. Room is reserved
// before an entry is stored, and what does not fit is stored compressed. A
// trimmer evicts the oldest entries of a cache that is too large.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type cache struct {
	limit int64
	size  atomic.Int64 // reserved

	mu      sync.Mutex
	entries map[string]int64 // key to size

	orderMu sync.Mutex
	order   []string // oldest first
}

func newCache(limit int64) *cache {
	return &cache{limit: limit, entries: map[string]int64{}}
}

func (c *cache) reserve(size int64) bool {
	if c.size.Add(size) > c.limit {
		c.size.Add(-size)
		return false
	}
	return true
}

// Put stores an entry, compressed if need be; false means that it did not fit.
func (c *cache) Put(key string, size int64) bool {
	if !c.reserve(size) {
		size /= 2
		if !c.reserve(size) {
			return false
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = size
	c.orderMu.Lock()
	defer c.orderMu.Unlock()
	c.order = append(c.order, key)
	return true
}

// Trim evicts the oldest entries until the rest is within the limit.
func (c *cache) Trim() {
	c.orderMu.Lock()
	defer c.orderMu.Unlock()
	for len(c.order) > 0 && c.size.Load() > c.limit {
		oldest := c.order[0]
		c.order = c.order[1:]
		c.mu.Lock()
		c.size.Add(-c.entries[oldest])
		delete(c.entries, oldest)
		c.mu.Unlock()
	}
}

func main() {
	first, second := newCache(10), newCache(10)
	first.Put("index.html", 8)

	go first.Put("logo.png", 4) // 12 is too much, 10 is not
	go first.Trim()

	stored := make(chan bool)
	go func() {
		for i := range 3 {
			stored <- second.Put(fmt.Sprint("page", i), 3)
		}
	}()
	n := 0
	for range 3 {
		if <-stored {
			n++
		}
	}
	fmt.Println("pages of the second tenant:", n)
}
