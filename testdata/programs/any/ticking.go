package main

import (
	"fmt"
	"sync"
	"time"
)

// Ticks that come faster than they can be printed, and thousands of goroutines
// that are started meanwhile, leave time going forward.
func main() {
	tick := time.NewTicker(time.Microsecond)
	defer tick.Stop()
	var rw sync.RWMutex
	var wg sync.WaitGroup
	last := time.Now()
	for range 200 {
		<-tick.C
		for range 20 {
			wg.Go(func() {
				rw.RLock()
				defer rw.RUnlock()
			})
		}
		now := time.Now()
		if now.Before(last) {
			fmt.Println("time went back")
		}
		last = now
	}
	wg.Wait()
	fmt.Println("end")
}
