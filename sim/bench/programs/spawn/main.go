// Spawn starts n goroutines, one after another, and waits for each.
package main

import (
	"flag"
	"sync"
)

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	var wg sync.WaitGroup
	for range *n {
		wg.Add(1)
		go wg.Done()
		wg.Wait()
	}
}
