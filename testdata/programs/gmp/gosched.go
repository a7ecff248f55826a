package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Gosched puts a goroutine at the tail of the global queue.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range 3 {
				say(i, j)
				runtime.Gosched()
			}
		}()
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
