package main

import (
	"fmt"
	"strings"
	"sync"
)

// A recovered panic costs nobody else a turn.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer func() { say("recovered", recover()) }()
			say("panics", i)
			panic(i)
		}()
	}
	say("waits")
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
