package main

import "fmt"

func note(s string, v int) int { fmt.Println(s, v); return v }

func get(name string, c chan int) chan int { fmt.Println("channel", name); return c }

// In c <- f(<-d) the channel is evaluated first, then the value, then the send
// happens.
func main() {
	c, d := make(chan int, 1), make(chan int, 1)
	d <- 20
	get("c", c) <- note("value", <-get("d", d)+1)
	fmt.Println(<-c)
}
