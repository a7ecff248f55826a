package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"
)

// After 1 ms of waiting the lock is handed over, and who lets go of it waits in
// the local queue.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	for i := range 2 {
		wg.Go(func() {
			mu.Lock()
			say("waiter", i)
			mu.Unlock()
		})
	}
	runtime.Gosched()
	for start := time.Now(); time.Since(start) < 2*time.Millisecond; {
	}
	for i := range 4 {
		mu.Unlock() // wakes one, which finds the lock taken again
		mu.Lock()
		say("main", i)
		runtime.Gosched()
	}
	mu.Unlock()
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
