// Timer sets and stops n timers.
package main

import (
	"flag"
	"time"
)

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	for range *n {
		time.NewTimer(time.Hour).Stop()
	}
}
