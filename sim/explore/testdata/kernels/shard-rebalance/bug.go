// A sharded cache: a rebalance moves a key from the right shard to the left
// one while lookups go on. A lookup that misses in both trusts the miss only
// if no move began since.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const key = "user/17"

type shard struct {
	mu   sync.Mutex
	rows map[string]int
}

func (s *shard) get(k string) (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.rows[k]
	return v, ok
}

type cache struct {
	moves       atomic.Int64
	left, right shard
}

// move takes a key from the right shard to the left one.
func (c *cache) move(k string) {
	v, ok := c.right.get(k)
	if !ok {
		return
	}
	c.moves.Add(1)
	c.left.mu.Lock()
	c.left.rows[k] = v
	c.left.mu.Unlock()
	c.right.mu.Lock()
	delete(c.right.rows, k)
	c.right.mu.Unlock()
}

// lookup finds a key wherever it is.
func (c *cache) lookup(k string) (int, bool) {
	for {
		moves := c.moves.Load()
		if v, ok := c.left.get(k); ok {
			return v, true
		}
		if v, ok := c.right.get(k); ok {
			return v, true
		}
		if c.moves.Load() == moves {
			return 0, false
		}
	}
}

func main() {
	c := &cache{left: shard{rows: map[string]int{}}, right: shard{rows: map[string]int{key: 42}}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		c.move(key)
	}()
	go func() {
		defer wg.Done()
		if _, ok := c.lookup(key); !ok {
			panic("a key that was never deleted is not found")
		}
	}()
	wg.Wait()
	fmt.Println("rows left and right:", len(c.left.rows), len(c.right.rows))
}
