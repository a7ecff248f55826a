package main

import (
	"fmt"
	"sync"
)

var (
	results = make(chan int)
	total   = collect(3)
	wg      sync.WaitGroup
	started = start()
)

func start() int {
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- i
		}()
	}
	return 3
}

func collect(n int) (sum int) {
	for range n * started / 3 {
		sum += <-results
	}
	return sum
}

func init() {
	wg.Wait()
	fmt.Println("init", total)
}

// Package variables are initialised in the order in which they need each other,
// and what they start may run before main.
func main() { fmt.Println("main", total, started) }
