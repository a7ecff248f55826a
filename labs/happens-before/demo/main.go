// A cook and a waiter meet at a hatch. Each has written something down for the
// other one, and reads what the other one has written.
package main

import (
	"flag"
	"fmt"
	"sync"
	"time"
)

var (
	dish  int // the cook writes it, the waiter reads it
	table int // the waiter writes it, the cook reads it
)

func main() {
	room := flag.Int("room", 0, "how many plates fit into the hatch")
	clock := flag.Bool("clock", false, "the waiter does not come to the hatch, and looks at the clock")
	flag.Parse()

	hatch := make(chan bool, *room)
	var all sync.WaitGroup
	all.Add(2)
	go cook(hatch, &all)
	if *clock {
		go late(hatch, &all)
	} else {
		go waiter(hatch, &all)
	}
	all.Wait()
}

// cook writes down the dish, meets the waiter, and reads the table.
func cook(hatch chan<- bool, all *sync.WaitGroup) {
	dish = 7
	hatch <- true
	fmt.Println("cook: for table", table)
	all.Done()
}

// waiter writes down the table, meets the cook, and reads the dish.
func waiter(hatch <-chan bool, all *sync.WaitGroup) {
	table = 12
	<-hatch
	fmt.Println("waiter: dish", dish)
	all.Done()
}

// late is a waiter who waits a while, and then reads the dish.
func late(hatch <-chan bool, all *sync.WaitGroup) {
	table = 12
	time.Sleep(10 * time.Millisecond)
	fmt.Println("waiter: dish", dish)
	<-hatch
	all.Done()
}
