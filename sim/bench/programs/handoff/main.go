// Handoff sends n values over an unbuffered channel.
package main

import "flag"

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	c := make(chan int)
	go func() {
		for i := range *n {
			c <- i
		}
		close(c)
	}()
	for range c {
	}
}
