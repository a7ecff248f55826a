package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Goexit runs the deferred calls and lets the next goroutine run.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer say("deferred", i)
			if i%2 == 0 {
				runtime.Goexit()
			}
			say("returns", i)
		}()
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
