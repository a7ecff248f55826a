package main

import (
	"fmt"
	"sync"
)

// A bounded queue of a lock and two conditions loses nothing and invents
// nothing.
func main() {
	var mu sync.Mutex
	notEmpty, notFull := sync.NewCond(&mu), sync.NewCond(&mu)
	var items []int
	put := func(v int) {
		mu.Lock()
		defer mu.Unlock()
		for len(items) == 2 {
			notFull.Wait()
		}
		items = append(items, v)
		notEmpty.Signal()
	}
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		for len(items) == 0 {
			notEmpty.Wait()
		}
		v := items[0]
		items = items[1:]
		notFull.Signal()
		return v
	}
	var wg sync.WaitGroup
	for p := range 3 {
		wg.Go(func() {
			for i := range 10 {
				put(p*10 + i)
			}
		})
	}
	sums := make(chan int, 2)
	for range 2 {
		wg.Go(func() {
			sum := 0
			for range 15 {
				sum += take()
			}
			sums <- sum
		})
	}
	wg.Wait()
	fmt.Println(<-sums+<-sums, len(items))
}
