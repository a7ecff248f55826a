package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Broadcast wakes all; the last one woken is next.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			mu.Lock()
			cond.Wait()
			say("woken", i)
			mu.Unlock()
		})
	}
	runtime.Gosched()
	cond.Broadcast()
	say("broadcast")
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
