package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Who yields while it holds a lock makes the others wait for it.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			for j := range 2 {
				mu.Lock()
				say(i, j, "in")
				runtime.Gosched()
				say(i, j, "out")
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
