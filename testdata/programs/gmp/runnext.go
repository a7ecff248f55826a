package main

import (
	"fmt"
	"sync"
)

// The goroutine started last runs first: it is in runnext.
func main() {
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			fmt.Println(i)
		}()
	}
	wg.Wait()
}
