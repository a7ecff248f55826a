package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// A buffered channel as a semaphore admits who waits in order.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	sem := make(chan struct{}, 2)
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() {
			sem <- struct{}{}
			say("in", i)
			runtime.Gosched()
			<-sem
			say("out", i)
		})
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
