package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// A newcomer may take what was meant for a woken waiter: it queues first then,
// and the waiter last.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var mu sync.Mutex
	var wg sync.WaitGroup
	enter := func(name string) {
		wg.Go(func() {
			mu.Lock()
			say(name)
			mu.Unlock()
		})
	}
	mu.Lock()
	enter("first")
	enter("second")
	runtime.Gosched()
	mu.Unlock() // wakes one of them
	mu.Lock()   // but takes the lock again
	enter("newcomer")
	runtime.Gosched()
	say("main")
	mu.Unlock()
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
