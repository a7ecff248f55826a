// Jobs that run at the same time, and results in order.
package main

import (
	"fmt"
	"sync"
	"time"
)

// Gather runs every job in a goroutine of its own, all at the same time. It
// returns their results, in the order of the jobs, when the last one has ended.
func Gather(jobs []func() int) []int {
	results := make([]int, len(jobs))
	var running sync.WaitGroup
	for i, job := range jobs {
		running.Add(1)
		go func() {
			defer running.Done()
			results[i] = job()
		}()
	}
	running.Wait()
	return results
}

// main gathers three results, for you to watch. The tests do not use it.
func main() {
	var jobs []func() int
	for n := 1; n <= 3; n++ {
		jobs = append(jobs, func() int {
			time.Sleep(10 * time.Millisecond)
			return n * n
		})
	}
	fmt.Println(Gather(jobs))
}
