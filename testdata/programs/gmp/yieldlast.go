package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Who yields goes behind everybody who is in a local queue.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var wg sync.WaitGroup
	wg.Go(func() {
		say("first begins")
		wg.Go(func() { say("child of first") })
		runtime.Gosched()
		say("first goes on")
	})
	for i := range 3 {
		wg.Go(func() { say("other", i) })
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
