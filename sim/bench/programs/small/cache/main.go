// Three readers share a cache under an RWMutex; who misses writes.
package main

import "sync"

func main() {
	var mu sync.RWMutex
	cache := map[int]int{}
	var wg sync.WaitGroup
	wg.Add(3)
	for i := range 3 {
		go func() {
			defer wg.Done()
			mu.RLock()
			_, ok := cache[i/2]
			mu.RUnlock()
			if ok {
				return
			}
			mu.Lock()
			cache[i/2] = i
			mu.Unlock()
		}()
	}
	wg.Wait()
	println(len(cache))
}
