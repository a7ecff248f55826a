package main

import (
	"fmt"
	"runtime"
	"strings"
)

// Senders that wait are served in the order in which they came.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c := make(chan int)
	for i := range 5 {
		go func() {
			c <- i
			say("through", i)
		}()
	}
	runtime.Gosched()
	for range 5 {
		say("got", <-c)
	}
	runtime.Gosched()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
