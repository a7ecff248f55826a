// Four goroutines keep a shared count, long enough for some four hundred
// scheduling points.
package main

import "sync"

func main() {
	var mu sync.Mutex
	count := 0
	var wg sync.WaitGroup
	wg.Add(4)
	for range 4 {
		go func() {
			for range 48 {
				mu.Lock()
				count++
				mu.Unlock()
			}
			wg.Done()
		}()
	}
	wg.Wait()
	println(count)
}
