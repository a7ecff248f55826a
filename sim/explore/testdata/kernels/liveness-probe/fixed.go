// A storage node scrubs its segments one by one. A probe asks it from time to
// time whether it is alive, and declares it dead after three bad answers.
package main

import (
	"fmt"
	"sync"
	"time"
)

const patience = 3

type node struct {
	mu       sync.Mutex
	scrubbed int
	broken   bool
}

// scrub checks the segments one by one.
func (n *node) scrub(segments int) {
	for range segments {
		n.mu.Lock()
		n.scrubbed++
		n.mu.Unlock()
	}
}

// alive says whether the node works.
func (n *node) alive() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return !n.broken
}

// probe asks a few times, and says whether the node may stay in the cluster.
func (n *node) probe(times int) bool {
	bad := 0
	for range times {
		if n.alive() {
			bad = 0
		} else if bad++; bad == patience {
			return false
		}
		time.Sleep(time.Millisecond)
	}
	return true
}

func main() {
	n := &node{}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		n.scrub(4)
	}()
	go func() {
		defer wg.Done()
		if !n.probe(4) {
			panic("a healthy node was declared dead")
		}
	}()
	wg.Wait()

	fmt.Println("scrubbed", n.scrubbed)
}
