package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// The last Done releases everybody who waits; the one released last is in
// runnext.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var work, all sync.WaitGroup
	work.Add(1)
	for i := range 5 {
		all.Go(func() {
			work.Wait()
			say(i)
		})
	}
	runtime.Gosched()
	work.Done()
	say("done")
	all.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
