package main

import (
	"fmt"
	"sync"
)

// Goroutines that spin for a lock and work in loops between do not get ahead of
// those that hold it.
func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	total := 0
	for range 6 {
		wg.Go(func() {
			for i := range 200 {
				mine := 0
				for j := range i {
					mine += j & 1
				}
				mu.Lock()
				for range 30 {
					total++
				}
				mu.Unlock()
				_ = mine
			}
		})
	}
	wg.Wait()
	fmt.Println(total)
}
