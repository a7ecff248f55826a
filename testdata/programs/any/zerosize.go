package main

import "fmt"

// Values without size can be sent, counted and received.
func main() {
	c := make(chan struct{}, 1000)
	for range 1000 {
		c <- struct{}{}
	}
	fmt.Println(len(c), cap(c))
	n := 0
	for len(c) > 0 {
		<-c
		n++
	}
	d := make(chan [0]int)
	go func() { d <- [0]int{} }()
	fmt.Println(n, <-d)
}
