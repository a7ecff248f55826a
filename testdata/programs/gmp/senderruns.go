package main

import (
	"fmt"
	"strings"
)

// Who hands a value to a waiting receiver runs on; the receiver is next.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c, done := make(chan int), make(chan bool)
	go func() {
		for v := range c {
			say("received", v)
		}
		done <- true
	}()
	for i := range 4 {
		say("sends", i)
		c <- i
	}
	close(c)
	say("closed")
	<-done
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
