package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// A goroutine in a select is released by the first channel that is ready.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	a, b := make(chan int), make(chan int)
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			select {
			case v := <-a:
				say(i, "from a", v)
			case v := <-b:
				say(i, "from b", v)
			}
		})
	}
	runtime.Gosched()
	a <- 1
	b <- 2
	a <- 3
	say("sent")
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
