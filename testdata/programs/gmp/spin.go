package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
)

// Who polls a flag and yields lets the others come round.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var ready atomic.Bool
	for i := range 3 {
		go func() {
			say("step", i)
			runtime.Gosched()
			if i == 0 {
				ready.Store(true)
			}
		}()
	}
	polls := 0
	for !ready.Load() {
		polls++
		say("poll", polls)
		runtime.Gosched()
	}
	say("ready")
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
