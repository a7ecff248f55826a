package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// The 257th goroutine in a local queue moves half of it to the global one,
// which gives it back in batches.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	align()
	var wg sync.WaitGroup
	for i := range 900 {
		wg.Go(func() { say(i) })
	}
	wg.Wait()
}

// align lets so many time slices go by that the next look at the global queue
// comes at the same moment every time: how many there were before main depends
// on the runtime's own goroutines.
func align() {
	runtime.Gosched()
	var wg sync.WaitGroup
	ran, at := 0, 0
	for i := range 130 {
		wg.Go(func() {
			if i == 129 {
				runtime.Gosched()
				at = ran
				return
			}
			ran++
		})
	}
	wg.Wait()
	for range at + 1 { // the first of them shares main's time slice
		wg.Go(func() {})
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
