// Rwmutex locks and unlocks an uncontended RWMutex for reading n times.
package main

import (
	"flag"
	"sync"
)

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	var mu sync.RWMutex
	for range *n {
		mu.RLock()
		mu.RUnlock()
	}
}
