// Access increments a package variable n times.
package main

import "flag"

var count int

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	limit := *n
	for i := 0; i < limit; i++ {
		count++
	}
	if count != limit {
		panic("lost an update")
	}
}
