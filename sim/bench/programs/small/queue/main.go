// Two consumers wait on a Cond for what a producer puts into a queue.
package main

import "sync"

func main() {
	var mu sync.Mutex
	full := sync.NewCond(&mu)
	var queue []int
	var wg sync.WaitGroup
	wg.Add(2)
	for range 2 {
		go func() {
			mu.Lock()
			for len(queue) == 0 {
				full.Wait()
			}
			queue = queue[1:]
			mu.Unlock()
			wg.Done()
		}()
	}
	for i := range 2 {
		mu.Lock()
		queue = append(queue, i)
		mu.Unlock()
		full.Signal()
	}
	wg.Wait()
}
