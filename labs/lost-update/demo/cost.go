package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// cost prints what it takes to count one person, in four ways: unguarded, under
// a mutex, with an atomic add, and by telling it to a goroutine that does
// nothing but count. Nobody else counts meanwhile.
func cost() {
	var plain int
	report("plain", func() { plain++ })

	var mu sync.Mutex
	var guarded int
	report("mutex", func() {
		mu.Lock()
		guarded++
		mu.Unlock()
	})

	var added atomic.Int64
	report("atomic", func() { added.Add(1) })

	var told int
	came := make(chan int)
	counted := make(chan bool)
	go func() {
		for n := range came {
			told += n
		}
		counted <- true
	}()
	report("channel", func() { came <- 1 })
	close(came)
	<-counted
}

// report prints how long a call of count takes, in the best of a few rounds.
func report(way string, count func()) {
	const rounds, calls = 5, 5000

	best := time.Hour
	for range rounds {
		start := time.Now()
		for range calls {
			count()
		}
		best = min(best, time.Since(start))
	}
	fmt.Printf("%s: %.1f ns\n", way, float64(best.Nanoseconds())/calls)
}
