// A replica group: followers wait until the leader has got its lease, and then
// copy the term they have to follow.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type group struct {
	term   atomic.Int64
	leased atomic.Bool

	mu      sync.Mutex
	elected *sync.Cond // leased has become true
	follows []int64
}

// follow waits for the leader and follows its term.
func (g *group) follow() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.leased.Load() {
		g.elected.Wait()
	}
	g.follows = append(g.follows, g.term.Load())
}

// lead gets the lease for the next term and tells the followers.
func (g *group) lead() {
	g.term.Add(1)
	g.leased.Store(true)
	g.elected.Broadcast()
}

func main() {
	g := &group{}
	g.elected = sync.NewCond(&g.mu)

	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			g.follow()
		}()
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		g.lead()
	}()
	wg.Wait()

	fmt.Println("terms:", g.follows)
}
