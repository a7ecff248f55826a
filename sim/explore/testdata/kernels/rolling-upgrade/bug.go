// A rolling upgrade takes one replica after the other out of service, while a
// monitor watches that never both are out.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type replica struct {
	out     atomic.Bool
	version atomic.Int32
}

type pair struct{ primary, standby replica }

// upgrade takes r out of service, and back in with the new version.
func (p *pair) upgrade(r *replica, version int32) {
	r.out.Store(true)
	r.version.Store(version)
	r.out.Store(false)
}

// bothOut reports whether no replica serves.
func (p *pair) bothOut() bool {
	primary := p.primary.out.Load()
	standby := p.standby.out.Load()
	return primary && standby
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
