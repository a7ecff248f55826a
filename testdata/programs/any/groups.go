package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// A WaitGroup can be used again once Wait has returned, and waited for by many.
func main() {
	var wg sync.WaitGroup
	var n atomic.Int32
	wg.Wait()
	for round := range 3 {
		for range 4 {
			wg.Go(func() { n.Add(1) })
		}
		wg.Add(2)
		go func() { wg.Add(-2) }()
		var waiters sync.WaitGroup
		for range 3 {
			waiters.Go(wg.Wait)
		}
		waiters.Wait()
		fmt.Println(round, n.Load())
	}
}
