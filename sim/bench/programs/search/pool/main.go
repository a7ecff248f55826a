// Three workers take six tasks from a buffer and put the results into another.
package main

import "sync"

func main() {
	tasks, results := make(chan int, 6), make(chan int, 6)
	for i := range 6 {
		tasks <- i
	}
	close(tasks)
	var wg sync.WaitGroup
	wg.Add(3)
	for range 3 {
		go func() {
			for t := range tasks {
				results <- t * t
			}
			wg.Done()
		}()
	}
	wg.Wait()
	close(results)
	sum := 0
	for r := range results {
		sum += r
	}
	println(sum)
}
