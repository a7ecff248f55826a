package main

import (
	"fmt"
	"strings"
	"sync"
)

// A goroutine that is started by a goroutine runs before those that wait longer.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var wg sync.WaitGroup
	var start func(name string, depth int)
	start = func(name string, depth int) {
		wg.Go(func() {
			say(name, "begins")
			if depth > 0 {
				start(name+"a", depth-1)
				start(name+"b", depth-1)
			}
			say(name, "ends")
		})
	}
	start("x", 2)
	start("y", 2)
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
