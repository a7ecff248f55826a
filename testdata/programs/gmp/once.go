package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Those who come while a Once runs its function go on one after the other:
// each wakes the next.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var once sync.Once
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			once.Do(func() {
				for range 3 {
					runtime.Gosched()
				}
				say("once by", i)
			})
			say(i, "goes on")
		})
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
