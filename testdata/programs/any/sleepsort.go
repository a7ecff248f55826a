package main

import (
	"fmt"
	"time"
)

// Who sleeps less wakes earlier; not to sleep at all is no more than a yield.
func main() {
	c := make(chan int)
	for _, n := range []int{5, 1, 4, 2, 3} {
		go func() {
			time.Sleep(time.Duration(n) * 30 * time.Millisecond)
			c <- n
		}()
	}
	time.Sleep(0)
	time.Sleep(-time.Second)
	for range 5 {
		fmt.Print(<-c, " ")
	}
	fmt.Println()
}
