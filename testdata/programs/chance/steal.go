package main

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// In which order another P takes five goroutines from one that is busy.
func main() {
	counts := map[string]int{}
	for range 12_000 {
		var mu sync.Mutex
		var order []byte
		var done atomic.Int32
		pause := rand.IntN(2) * rand.IntN(20_000)
		for _, name := range []byte("abcde") {
			go func() {
				mu.Lock()
				order = append(order, name)
				mu.Unlock()
				done.Add(1)
			}()
			for range pause {
			}
		}
		for done.Load() < 5 {
		}
		counts[string(order)]++
	}
	for outcome, n := range counts {
		fmt.Printf("%s\t%d\n", outcome, n)
	}
}
