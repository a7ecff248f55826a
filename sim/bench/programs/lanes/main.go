// Lanes has goroutines that yield n times each, and now and then wait for a
// lock that some of them share: nearly every event begins a span of a life.
package main

import (
	"flag"
	"runtime"
	"sync"
)

func worker(n int, mu *sync.Mutex, wg *sync.WaitGroup) {
	defer wg.Done()
	for i := range n {
		if i%16 == 0 {
			mu.Lock()
			runtime.Gosched()
			mu.Unlock()
		}
		runtime.Gosched()
	}
}

func main() {
	gs := flag.Int("g", 200, "how many goroutines")
	n := flag.Int("n", 2000, "how often each yields")
	flag.Parse()
	locks := make([]sync.Mutex, 20)
	var wg sync.WaitGroup
	for i := range *gs {
		wg.Add(1)
		go worker(*n, &locks[i%len(locks)], &wg)
	}
	wg.Wait()
}
