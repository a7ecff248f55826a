package main

import "fmt"

// A released goroutine becomes runnext and runs as soon as its releaser waits.
func main() {
	c, done := make(chan int), make(chan bool)
	for i := range 3 {
		go func() {
			for v := range c {
				fmt.Println("worker", i, "got", v)
			}
			done <- true
		}()
	}
	for v := range 9 {
		c <- v
		fmt.Println("sent", v)
	}
	close(c)
	for range 3 {
		<-done
	}
}
