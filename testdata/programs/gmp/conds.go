package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Signal wakes in the order of Wait; Broadcast wakes all, and the one woken
// last runs first.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var mu sync.Mutex
	var wg sync.WaitGroup
	c := sync.NewCond(&mu)
	for i := range 8 {
		wg.Go(func() {
			mu.Lock()
			c.Wait()
			say(i)
			mu.Unlock()
		})
	}
	runtime.Gosched()
	c.Signal()
	c.Signal()
	runtime.Gosched()
	say("and all")
	c.Broadcast()
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
