package main

import (
	"fmt"
	"sync"
)

// A Pool makes what it has not, and never gives one thing to two at a time.
func main() {
	pool := sync.Pool{New: func() any { return new([]int) }}
	var wg sync.WaitGroup
	sums := make(chan int, 8)
	for i := range 8 {
		wg.Go(func() {
			b := pool.Get().(*[]int)
			*b = append((*b)[:0], i, i, i)
			sum := 0
			for _, v := range *b {
				sum += v
			}
			pool.Put(b)
			sums <- sum
		})
	}
	wg.Wait()
	close(sums)
	total := 0
	for s := range sums {
		total += s
	}
	fmt.Println(total, (&sync.Pool{}).Get())
}
