package main

import (
	"fmt"
	"runtime"
	"strings"
)

// When main returns nobody else goes on.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c := make(chan int)
	for i := range 3 {
		go func() {
			say("begins", i)
			c <- i
			say("goes on", i)
		}()
	}
	runtime.Gosched()
	say(<-c)
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
