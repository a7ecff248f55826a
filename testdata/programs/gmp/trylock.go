package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// TryLock fails while another goroutine holds the lock, and takes it after.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var mu sync.Mutex
	release := make(chan bool)
	try := func() {
		ok := mu.TryLock()
		say(ok)
		if ok {
			mu.Unlock()
		}
	}
	go func() {
		mu.Lock()
		say("locked")
		<-release
		mu.Unlock()
		say("unlocked")
	}()
	runtime.Gosched()
	try()
	release <- true
	try()
	runtime.Gosched()
	try()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
