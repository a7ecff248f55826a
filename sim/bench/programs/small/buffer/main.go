// Two producers fill a buffer of one value, a consumer empties it.
package main

import "sync"

func main() {
	values := make(chan int, 1)
	var wg sync.WaitGroup
	wg.Add(2)
	for i := range 2 {
		go func() {
			values <- i
			values <- i + 10
			wg.Done()
		}()
	}
	sum := 0
	for range 4 {
		sum += <-values
	}
	wg.Wait()
	println(sum)
}
