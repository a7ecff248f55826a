package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Receivers that wait are served in the order in which they came.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c := make(chan int)
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() { say("receiver", i, "got", <-c) })
	}
	runtime.Gosched()
	for v := range 5 {
		c <- v
		say("sent", v)
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
