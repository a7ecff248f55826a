package main

import "fmt"

// The arguments of a deferred call are evaluated where it stands; the calls run
// backwards, and may wait.
func main() {
	c := make(chan int)
	go func() {
		for i := range 6 {
			c <- i
		}
		close(c)
	}()
	defer fmt.Println("deferred with", <-c)
	defer func() { fmt.Println("deferred receives", <-c) }()
	for i := range 2 {
		defer func(v int) { fmt.Println("loop", i, "evaluated", v, "receives", <-c) }(<-c)
	}
	fmt.Println("main receives", <-c)
}
