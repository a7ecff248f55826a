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

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
