// Select3 receives n values, each from one of three unbuffered channels.
package main

import "flag"

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	a, b, c := make(chan int), make(chan int), make(chan int)
	all := []chan int{a, b, c}
	go func() {
		for i := range *n {
			all[i%len(all)] <- i
		}
	}()
	for range *n {
		select {
		case <-a:
		case <-b:
		case <-c:
		}
	}
}
