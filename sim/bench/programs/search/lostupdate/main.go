// Two goroutines add one to a variable, and nobody keeps them apart.
package main

import "sync"

func main() {
	n := 0
	var wg sync.WaitGroup
	wg.Add(2)
	for range 2 {
		go func() {
			n++
			wg.Done()
		}()
	}
	wg.Wait()
	println(n)
}
