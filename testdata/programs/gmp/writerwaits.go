package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// A writer that waits keeps new readers out.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var rw sync.RWMutex
	var wg sync.WaitGroup
	rw.RLock()
	wg.Go(func() {
		rw.Lock()
		say("writer")
		rw.Unlock()
	})
	runtime.Gosched()
	say("reads again", rw.TryRLock())
	wg.Go(func() {
		rw.RLock()
		say("late reader")
		rw.RUnlock()
	})
	runtime.Gosched()
	rw.RUnlock()
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
