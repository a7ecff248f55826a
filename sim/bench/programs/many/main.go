// Many starts n goroutines, by a hundred thousand, and waits for them.
package main

import (
	"flag"
	"sync"
)

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	for left := *n; left > 0; left -= 100_000 {
		var wg sync.WaitGroup
		for range min(left, 100_000) {
			wg.Add(1)
			go wg.Done()
		}
		wg.Wait()
	}
}
