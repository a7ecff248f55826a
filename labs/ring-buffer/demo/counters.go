package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// counters measures what one addition takes while somebody else counts, too,
// on a counter of their own.
func counters() {
	near, apart := sideBySide(1), sideBySide(16)
	fmt.Printf("neighbours compared with counters apart: %.1f times\n", near/apart)
	fmt.Printf("neighbours: %.1f ns\n", near)
	fmt.Printf("counters apart: %.1f ns\n", apart)
}

// sideBySide has two goroutines count. Their counters are so many places apart,
// of 8 bytes each.
func sideBySide(places int) float64 {
	counters := make([]atomic.Int64, 32)
	times := make(chan float64, 1000)
	var stop atomic.Bool
	var both sync.WaitGroup
	for i := range 2 {
		mine, other := &counters[i*places], &counters[(1-i)*places]
		both.Add(1)
		go func() {
			defer both.Done()
			for !stop.Load() {
				count(mine, other, times)
			}
		}()
	}
	for patience := 300; patience > 0 && len(times) < 500; patience-- {
		time.Sleep(10 * time.Millisecond)
	}
	stop.Store(true)
	both.Wait()
	return median(times)
}

// count adds 100 times. What it took counts only if the other goroutine was
// doing the same at that time, on another processor.
func count(mine, other *atomic.Int64, times chan<- float64) {
	before, begin := other.Load(), time.Now()
	for range 100 {
		mine.Add(1)
	}
	took := time.Since(begin)
	if theirs := other.Load() - before; theirs > 50 && theirs < 200 {
		select {
		case times <- float64(took) / 100:
		default: // that is enough of them
		}
	}
}

// median returns what lies in the middle, or 1 if there is nothing.
func median(times chan float64) float64 {
	close(times)
	sorted := []float64{1}
	for t := range times {
		sorted = append(sorted, t)
	}
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
