// A rebalancer moves shards between the stores of a cluster. A move holds both
// stores, so that nobody sees a shard twice or not at all.
package main

import (
	"fmt"
	"sync"
)

type store struct {
	id int

	mu     sync.Mutex
	shards []string
}

// move takes the last shard of from to to, unless from would be left empty.
func move(from, to *store) bool {
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock()
	defer to.mu.Unlock()
	last := len(from.shards) - 1
	if last == 0 {
		return false
	}
	to.shards = append(to.shards, from.shards[last])
	from.shards = from.shards[:last]
	return true
}

// count says how many shards the stores have together.
func count(stores ...*store) int {
	n := 0
	for _, s := range stores {
		s.mu.Lock()
		n += len(s.shards)
		s.mu.Unlock()
	}
	return n
}

func main() {
	east := &store{id: 1, shards: []string{"a", "b", "c"}}
	west := &store{id: 2, shards: []string{"d", "e", "f"}}

	var wg sync.WaitGroup
	wg.Add(2)
	go func() { // by size
		defer wg.Done()
		for range 2 {
			move(east, west)
		}
	}()
	go func() { // by load
		defer wg.Done()
		for range 2 {
			move(west, east)
		}
	}()
	wg.Wait()

	if n := count(east, west); n != 6 {
		panic(fmt.Sprintf("there were six shards and now there are %d", n))
	}
	fmt.Println("shards: 6")
}
