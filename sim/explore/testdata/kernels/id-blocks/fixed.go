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
	mu     sync.Mutex
	next   int64 // the number given out last
	last   int64 // the end of our block
}

func (n *node) id() int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next == n.last {
		n.last = n.shared.Add(block)
		n.next = n.last - block
	}
	n.next++
	return n.next
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
