package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
)

// In which order a lock goes round among three that want it twice each, and
// sometimes let others run while they hold it or before they take it.
func main() {
	counts := map[string]int{}
	var mu sync.Mutex
	maybe := func() {
		if rand.IntN(3) == 0 {
			runtime.Gosched()
		}
	}
	for range 12_000 {
		var order []byte
		var wg sync.WaitGroup
		for _, name := range []byte("abc") {
			wg.Go(func() {
				for range 2 {
					maybe()
					mu.Lock()
					order = append(order, name)
					maybe()
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		counts[string(order)]++
	}
	for outcome, n := range counts {
		fmt.Printf("%s\t%d\n", outcome, n)
	}
}
