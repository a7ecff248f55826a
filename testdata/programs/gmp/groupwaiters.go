package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// When a WaitGroup comes to zero all who wait for it are released.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var work, all sync.WaitGroup
	work.Add(1)
	for i := range 4 {
		all.Go(func() {
			work.Wait()
			say("after", i)
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
