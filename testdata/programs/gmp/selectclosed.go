package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// close releases goroutines in selects in the order in which they came.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	stop := make(chan bool)
	other := make(chan int)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			select {
			case <-stop:
				say("stopped", i)
			case other <- i:
				say("sent", i)
			}
		})
	}
	runtime.Gosched()
	say("other gives", <-other)
	close(stop)
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
