// Mutex locks and unlocks an uncontended mutex n times.
package main

import (
	"flag"
	"sync"
)

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	var mu sync.Mutex
	count := 0
	for range *n {
		mu.Lock()
		count++
		mu.Unlock()
	}
	if count != *n {
		panic("lost an update")
	}
}
