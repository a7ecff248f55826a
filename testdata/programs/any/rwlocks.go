package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// Readers share the lock, a writer has it alone, and RLocker is a Locker of the
// reading side.
func main() {
	var rw sync.RWMutex
	var inside, most, bad atomic.Int32
	var wg sync.WaitGroup
	arrived, leave := make(chan bool), make(chan bool)
	for range 3 {
		wg.Go(func() {
			l := rw.RLocker()
			l.Lock()
			most.Store(max(most.Load(), inside.Add(1)))
			arrived <- true
			<-leave
			inside.Add(-1)
			l.Unlock()
		})
	}
	for range 3 {
		<-arrived
	}
	fmt.Println(inside.Load(), rw.TryRLock(), rw.TryLock())
	rw.RUnlock()
	for range 2 {
		wg.Go(func() {
			rw.Lock()
			if inside.Add(100) != 100 {
				bad.Add(1)
			}
			inside.Add(-100)
			rw.Unlock()
		})
	}
	for range 3 {
		leave <- true
	}
	wg.Wait()
	fmt.Println(bad.Load(), rw.TryLock())
}
