package main

import (
	"fmt"
	"strings"
)

// A receiver that is woken by the first value finds the others in the buffer.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c, done := make(chan int, 4), make(chan bool)
	go func() {
		for v := range c {
			say("got", v, "left", len(c))
		}
		done <- true
	}()
	<-func() chan bool {
		ready := make(chan bool)
		go func() { close(ready) }()
		return ready
	}()
	for i := range 10 {
		c <- i
	}
	close(c)
	<-done
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
