package main

import (
	"fmt"
	"strings"
	"sync"
)

// Several producers feed one channel; who was started last begins.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	c := make(chan string)
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c"} {
		wg.Go(func() {
			for i := range 3 {
				c <- fmt.Sprint(name, i)
			}
		})
	}
	go func() {
		wg.Wait()
		close(c)
	}()
	for v := range c {
		say(v)
	}
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
