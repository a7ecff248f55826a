package main

import (
	"fmt"
	"runtime"
	"strings"
)

// A receive from a full buffer lets the first waiting sender put its value in,
// and that sender is next.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c := make(chan int, 2)
	for i := range 5 {
		go func() {
			c <- i
			say("put", i, "length", len(c))
		}()
	}
	runtime.Gosched()
	for range 5 {
		say("took", <-c, "length", len(c))
		runtime.Gosched()
	}
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
