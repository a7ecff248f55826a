package main

import (
	"fmt"
	"runtime"
	"strings"
)

// NumGoroutine counts who has not ended, running or not.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	stop := make(chan bool)
	for range 4 {
		go func() { <-stop }()
	}
	say(runtime.NumGoroutine())
	runtime.Gosched()
	say(runtime.NumGoroutine())
	stop <- true
	stop <- true
	say(runtime.NumGoroutine())
	runtime.Gosched()
	say(runtime.NumGoroutine())
	close(stop)
	runtime.Gosched()
	say(runtime.NumGoroutine())
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
