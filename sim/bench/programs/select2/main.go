// Select2 receives n values, each from one of two unbuffered channels.
package main

import "flag"

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	a, b := make(chan int), make(chan int)
	all := []chan int{a, b}
	go func() {
		for i := range *n {
			all[i%len(all)] <- i
		}
	}()
	for range *n {
		select {
		case <-a:
		case <-b:
		}
	}
}
