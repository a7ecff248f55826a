package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Signal wakes who has waited longest.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			cond.Wait()
			say("woken", i)
		})
	}
	runtime.Gosched()
	for i := range 4 {
		say("signal", i)
		cond.Signal()
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
