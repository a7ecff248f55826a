// Two nodes give out numbers from blocks that they take from a shared counter.
package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

const block = 2

type node struct {
	shared *atomic.Int64 // the last number of the last block anybody took
	next   atomic.Int64  // the number given out last
	last   atomic.Int64  // the end of our block

	mu sync.Mutex // one at a time takes a block
}

func (n *node) id() int64 {
	for {
		if id := n.next.Add(1); id <= n.last.Load() {
			return id
		}
		n.refill()
	}
}

func (n *node) refill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next.Load() < n.last.Load() {
		return // somebody else did it
	}
	end := n.shared.Add(block)
	n.next.Store(end - block)
	n.last.Store(end)
}

func main() {
	var shared atomic.Int64
	ours, theirs := &node{shared: &shared}, &node{shared: &shared}
	ids := []int64{ours.id(), ours.id(), theirs.id(), theirs.id(), 0, 0}
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ids[4+i] = ours.id()
		}()
	}
	wg.Wait()
	slices.Sort(ids)
	if len(slices.Compact(slices.Clone(ids))) < len(ids) {
		panic(fmt.Sprint("a number was given out twice: ", ids))
	}
	fmt.Println("numbers given out:", len(ids))
}
