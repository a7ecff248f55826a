package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Unlock does not hand the lock over: the holder can take it again before the
// goroutine that it woke.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	for i := range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			say("waiter", i)
			mu.Unlock()
		}()
	}
	runtime.Gosched()
	mu.Unlock()
	mu.Lock()
	say("main again")
	mu.Unlock()
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
