package main

import "fmt"

// A select may wait on one channel twice, and be released by close once.
func main() {
	c, done := make(chan int), make(chan int)
	for range 2 {
		go func() {
			n := 0
			for n < 3 {
				select {
				case _, ok := <-c:
					if !ok {
						n += 3
					}
				case _, ok := <-c:
					if !ok {
						n += 3
					}
				}
			}
			done <- n
		}()
	}
	c <- 1
	c <- 2
	close(c)
	fmt.Println(<-done + <-done)
}
