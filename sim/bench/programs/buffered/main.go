// Buffered sends n values over a channel with room for 100.
package main

import "flag"

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	c := make(chan int, 100)
	go func() {
		for i := range *n {
			c <- i
		}
		close(c)
	}()
	for range c {
	}
}
