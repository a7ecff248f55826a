package main

import (
	"fmt"
	"strings"
)

// A released goroutine becomes runnext and runs as soon as its releaser waits.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c, done := make(chan int), make(chan bool)
	for i := range 3 {
		go func() {
			for v := range c {
				say("worker", i, "got", v)
			}
			done <- true
		}()
	}
	for v := range 9 {
		c <- v
		say("sent", v)
	}
	close(c)
	for range 3 {
		<-done
	}
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
