package main

import "fmt"

// A sender fills the buffer before its receiver runs.
func main() {
	c := make(chan int, 3)
	done := make(chan bool)
	go func() {
		for v := range c {
			fmt.Println("got", v)
		}
		close(done)
	}()
	for v := range 8 {
		c <- v
		fmt.Println("sent", v)
	}
	close(c)
	<-done
}
