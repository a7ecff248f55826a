package main

import (
	"fmt"
	"strings"
	"sync"
)

// A buffered channel as a semaphore admits who waits in order.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	sem := make(chan struct{}, 2)
	var wg sync.WaitGroup
	hold := make([]chan bool, 5)
	for i := range hold {
		hold[i] = make(chan bool)
		wg.Go(func() {
			sem <- struct{}{}
			say("in", i)
			<-hold[i]
			<-sem
			say("out", i)
		})
	}
	for i := range hold {
		hold[i] <- true
		say("released", i)
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
