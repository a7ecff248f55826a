package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Every 61st time slice begins with a look at the global queue, so that it is
// not starved by a full local one.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	align()
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if i == 199 {
				runtime.Gosched() // to the global queue
			}
			say(i)
		}()
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
