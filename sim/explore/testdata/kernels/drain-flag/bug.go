// A node is drained: it takes no more pods once somebody has asked.
package main

import (
	"fmt"
	"sync"
)

type node struct {
	draining bool
	mu       sync.Mutex
	pods     []string
	refused  int
}

func (n *node) place(pod string) {
	draining := n.draining
	n.mu.Lock()
	defer n.mu.Unlock()
	if draining {
		n.refused++
		return
	}
	n.pods = append(n.pods, pod)
}

func (n *node) drain() {
	n.draining = true
}

func main() {
	n := &node{}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for _, pod := range []string{"db", "web", "log"} {
			n.place(pod)
		}
	}()
	go func() {
		defer wg.Done()
		n.drain()
	}()
	wg.Wait()
	fmt.Println("pods placed or refused:", len(n.pods)+n.refused)
}
