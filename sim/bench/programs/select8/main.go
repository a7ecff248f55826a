// Select8 receives n values, each from one of eight unbuffered channels.
package main

import "flag"

func main() {
	n := flag.Int("n", 1000, "how many")
	flag.Parse()
	a, b, c, d, e, f, g, h := make(chan int), make(chan int), make(chan int), make(chan int), make(chan int), make(chan int), make(chan int), make(chan int)
	all := []chan int{a, b, c, d, e, f, g, h}
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
		case <-d:
		case <-e:
		case <-f:
		case <-g:
		case <-h:
		}
	}
}
