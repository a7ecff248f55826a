package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// close makes every waiting sender panic, in their order.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c := make(chan int)
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			defer func() { say(i, recover()) }()
			c <- i
		})
	}
	runtime.Gosched()
	close(c)
	say("closed")
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
