package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// A writer that waits keeps new readers out and lets those who waited go first.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var rw sync.RWMutex
	var wg sync.WaitGroup
	rw.RLock()
	for i := range 6 {
		wg.Go(func() {
			if i%3 == 0 {
				rw.Lock()
				say("writer", i)
				runtime.Gosched()
				rw.Unlock()
				return
			}
			rw.RLock()
			say("reader", i)
			runtime.Gosched()
			rw.RUnlock()
		})
	}
	runtime.Gosched()
	say("main lets go")
	rw.RUnlock()
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
