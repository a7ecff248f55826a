package main

import (
	"fmt"
	"maps"
	"slices"
)

// The iterators of package maps go through the same keys as range does.
func main() {
	m := maps.Collect(maps.All(map[string]int{"a": 1, "b": 2, "c": 3}))
	sum := 0
	for v := range maps.Values(m) {
		sum += v
	}
	c := make(chan []string)
	go func() { c <- slices.Sorted(maps.Keys(maps.Clone(m))) }()
	fmt.Println(<-c, sum)
}
