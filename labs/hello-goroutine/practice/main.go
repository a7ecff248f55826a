// Three ways to wait for a few goroutines, from a morning in a bakery.
package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	bakeAll([]string{"rye", "spelt", "oat"})
	fmt.Println("shop:", countAll([][]string{{"rye", "oat"}, {"spelt"}}))
	openShop([]func(){
		func() { fmt.Println("the light is on") },
		func() { fmt.Println("the till is on") },
	})
}

func bakeAll(loaves []string) {
	// region: bake
	// 1. Make something that counts.
	var ovens sync.WaitGroup
	for _, loaf := range loaves {
		// 2. Count each one in, before it starts.
		ovens.Add(1)
		go func() {
			// 3. Count it out, on every way out of the function.
			defer ovens.Done()
			bake(loaf)
		}()
	}
	// 4. Wait until the count is back at 0.
	ovens.Wait()
	// endregion
}

// bake bakes one loaf.
func bake(loaf string) {
	time.Sleep(10 * time.Millisecond)
	fmt.Println("baked", loaf)
}

// countAll counts what is on each shelf, all shelves at the same time, and
// returns the counts in the order of the shelves.
// region: count
func countAll(shelves [][]string) []int {
	counts := make([]int, len(shelves))
	var clerks sync.WaitGroup
	for i, shelf := range shelves {
		clerks.Add(1)
		go func() {
			defer clerks.Done()
			counts[i] = len(shelf)
		}()
	}
	clerks.Wait()
	return counts
}

// endregion

// openShop takes all the steps at the same time, and then opens the door.
func openShop(steps []func()) {
	// region: open
	var ready sync.WaitGroup
	ready.Add(len(steps))
	for _, step := range steps {
		go func() {
			defer ready.Done()
			step()
		}()
	}
	ready.Wait()
	fmt.Println("the door is open")
	// endregion
}
