package main

import (
	"fmt"
	"runtime"
	"sync"
)

// Unlock does not hand the lock over: the holder can take it again before the
// goroutine that it woke.
func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	for i := range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			fmt.Println("waiter", i)
			mu.Unlock()
		}()
	}
	runtime.Gosched()
	mu.Unlock()
	mu.Lock()
	fmt.Println("main again")
	mu.Unlock()
	wg.Wait()
}
