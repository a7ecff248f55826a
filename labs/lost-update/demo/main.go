// A hall has two doors. At each of them somebody counts who comes in, and both
// count in the same variable.
package main

import (
	"flag"
	"fmt"
	"sync"
)

// inside is how many people are in the hall.
var inside int

func main() {
	doors := flag.Int("doors", 2, "how many doors the hall has")
	people := flag.Int("people", 2, "how many people come in at each door")
	timed := flag.Bool("cost", false, "instead, time four ways to count a person")
	flag.Parse()

	if *timed {
		cost()
		return
	}

	var all sync.WaitGroup
	for range *doors {
		all.Add(1)
		go door(*people, &all)
	}
	all.Wait()

	fmt.Println("inside:", inside, "people")
}

// door counts everybody who comes in there.
func door(people int, all *sync.WaitGroup) {
	for range people {
		inside++
	}
	all.Done()
}
