package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// A lock that nobody takes at once goes to its waiters in their order.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	for i := range 4 {
		wg.Go(func() {
			mu.Lock()
			say("holds", i)
			mu.Unlock()
			say("left", i)
		})
	}
	runtime.Gosched()
	mu.Unlock()
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
