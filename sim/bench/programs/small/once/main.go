// Three goroutines want what only one of them makes.
package main

import "sync"

func main() {
	var once sync.Once
	var config map[string]int
	var wg sync.WaitGroup
	wg.Add(3)
	for range 3 {
		go func() {
			once.Do(func() { config = map[string]int{"limit": 3} })
			_ = config["limit"]
			wg.Done()
		}()
	}
	wg.Wait()
	println(config["limit"])
}
