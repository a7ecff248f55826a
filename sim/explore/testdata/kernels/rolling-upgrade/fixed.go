// A rolling upgrade takes one replica after the other out of service, while a
// monitor watches that never both are out.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type replica struct {
	out     bool
	version atomic.Int32
}

type pair struct {
	mu               sync.Mutex // guards who is out
	primary, standby replica
}

func (p *pair) take(r *replica, out bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r.out = out
}

// upgrade takes r out of service, and back in with the new version.
func (p *pair) upgrade(r *replica, version int32) {
	p.take(r, true)
	r.version.Store(version)
	p.take(r, false)
}

// bothOut reports whether no replica serves.
func (p *pair) bothOut() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.primary.out && p.standby.out
}

func main() {
	p := &pair{}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		p.upgrade(&p.primary, 2)
		p.upgrade(&p.standby, 2)
	}()
	go func() {
		defer wg.Done()
		if p.bothOut() {
			panic("the monitor sees both replicas out of service")
		}
	}()
	wg.Wait()
	fmt.Println("versions:", p.primary.version.Load(), p.standby.version.Load())
}
