package main

import (
	"fmt"
	"runtime"
	"sync"
)

// Gosched puts a goroutine at the tail of the global queue.
func main() {
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range 3 {
				fmt.Println(i, j)
				runtime.Gosched()
			}
		}()
	}
	wg.Wait()
}
