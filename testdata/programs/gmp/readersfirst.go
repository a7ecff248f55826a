package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Readers that waited for a writer go before the next writer.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var rw sync.RWMutex
	var wg sync.WaitGroup
	rw.Lock()
	for i := range 2 {
		wg.Go(func() {
			rw.RLock()
			say("reader", i)
			rw.RUnlock()
		})
		wg.Go(func() {
			rw.Lock()
			say("writer", i)
			rw.Unlock()
		})
	}
	runtime.Gosched()
	rw.Unlock()
	say("unlocked")
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
