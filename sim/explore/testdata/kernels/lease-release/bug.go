// A lock service: a session holds a named lease while it works and gives it
// back afterwards. An operator may take the lease from a session that looks
// dead.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const lease = "compaction"

type leases struct {
	mu     sync.Mutex
	holder map[string]int // by name of the lease
}

func (l *leases) acquire(name string, session int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, held := l.holder[name]; held {
		return false
	}
	l.holder[name] = session
	return true
}

func (l *leases) heldBy(name string, session int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.holder[name] == session
}

// release gives the lease back, unless it was taken away meanwhile.
func (l *leases) release(name string, session int) {
	if !l.heldBy(name, session) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.holder, name)
}

// revoke takes the lease from a session.
func (l *leases) revoke(name string, session int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holder[name] == session {
		delete(l.holder, name)
	}
}

func main() {
	l := &leases{holder: map[string]int{}}
	l.acquire(lease, 1)

	var compacting, tried atomic.Int32
	var wg sync.WaitGroup
	wg.Add(4)
	go func() {
		defer wg.Done()
		l.release(lease, 1)
	}()
	go func() {
		defer wg.Done()
		l.revoke(lease, 1)
	}()
	for session := 2; session <= 3; session++ {
		go func() {
			defer wg.Done()
			tried.Add(1)
			if !l.acquire(lease, session) {
				return
			}
			if compacting.Add(1) > 1 {
				panic("two sessions compact at once")
			}
			compacting.Add(-1)
			l.release(lease, session)
		}()
	}
	wg.Wait()
	fmt.Println("sessions that tried:", tried.Load())
}
