// Command racing has a counter that nothing guards, and leaves a goroutine behind.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

var count int

func main() {
	var wg sync.WaitGroup
	var once sync.Once
	for range 2 {
		wg.Go(func() {
			once.Do(func() { count = 0 })
			count++
		})
	}
	wg.Wait()
	var mu sync.Mutex
	woken := sync.NewCond(&mu)
	go func() {
		mu.Lock()
		woken.Wait()
	}()
	runtime.Gosched()
	woken.Broadcast()
	never := make(chan int, 1)
	go func() { <-never }()
	runtime.Gosched()
	close(make(chan int))
	fmt.Println(count)
}
