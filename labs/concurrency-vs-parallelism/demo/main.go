// A few cooks each prepare some dishes. Chopping needs the cook all the time;
// while something simmers the cook only waits. How long does it take in all?
package main

import (
	"flag"
	"fmt"
	"sync"
	"time"
)

func main() {
	cooks := flag.Int("cooks", 4, "how many cooks there are, each a goroutine")
	dishes := flag.Int("dishes", 2, "how many dishes each cook prepares, one after the other")
	work := flag.String("work", "chop", "what a dish needs: chop (computing) or simmer (waiting)")
	takes := flag.Int("takes", 20, "about how many milliseconds a dish takes")
	flag.Parse()

	start := time.Now()
	var kitchen sync.WaitGroup
	for id := 1; id <= *cooks; id++ {
		kitchen.Add(1)
		go cook(id, *dishes, *work, *takes, &kitchen)
	}
	kitchen.Wait()

	if *takes > 0 {
		fmt.Println("the kitchen closes after", time.Since(start).Round(time.Millisecond))
	}
}

// cook prepares dishes, one after the other.
func cook(id, dishes int, work string, takes int, kitchen *sync.WaitGroup) {
	defer kitchen.Done()
	for dish := 1; dish <= dishes; dish++ {
		if work == "chop" {
			chop(takes)
		} else {
			time.Sleep(time.Duration(takes) * time.Millisecond)
		}
		fmt.Println("cook", id, "served dish", dish)
	}
}

// chop keeps a processor busy for about so many milliseconds.
func chop(ms int) uint {
	board := uint(1)
	for range ms * 1_000_000 {
		board = board*31 + 7
	}
	return board
}
