package main

import "fmt"

// count lets select choose between two cases that are always ready: a closed
// channel can be received from at any time.
func count(rounds int) {
	upper, lower := make(chan bool), make(chan bool)
	close(upper)
	close(lower)
	first, row, longest := 0, 0, 0
	for range rounds {
		select {
		case <-upper:
			first++
			row++
			longest = max(longest, row)
		case <-lower:
			row = 0
		}
	}
	fmt.Printf("first case: %.1f %%\n", 100*float64(first)/float64(rounds))
	fmt.Println("most often in a row:", longest, "times")
}
