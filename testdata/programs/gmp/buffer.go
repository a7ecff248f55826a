package main

import (
	"fmt"
	"strings"
)

// A sender fills the buffer before its receiver runs.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c := make(chan int, 3)
	done := make(chan bool)
	go func() {
		for v := range c {
			say("got", v)
		}
		close(done)
	}()
	for v := range 8 {
		c <- v
		say("sent", v)
	}
	close(c)
	<-done
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
