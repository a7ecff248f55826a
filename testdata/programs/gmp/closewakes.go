package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// close wakes everybody; the last one woken is in runnext.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c := make(chan bool)
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-c
			say(i)
		}()
	}
	runtime.Gosched()
	close(c)
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
