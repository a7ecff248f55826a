// Three philosophers eat once; each takes the fork with the lower number first.
package main

import "sync"

func main() {
	var forks [3]sync.Mutex
	var wg sync.WaitGroup
	wg.Add(3)
	for i := range 3 {
		go func() {
			first, second := i, (i+1)%3
			if first > second {
				first, second = second, first
			}
			forks[first].Lock()
			forks[second].Lock()
			forks[second].Unlock()
			forks[first].Unlock()
			wg.Done()
		}()
	}
	wg.Wait()
}
