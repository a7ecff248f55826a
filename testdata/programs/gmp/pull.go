package main

import (
	"fmt"
	"iter"
	"runtime"
	"strings"
	"sync"
)

// The sides of an iter.Pull pass the P to each other: those who wait in the
// queues get no turn by that, and keep their places.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() { say("queued", i) })
	}
	c := make(chan int)
	wg.Go(func() {
		for i := range 4 {
			say("sends", i)
			c <- i
		}
		close(c)
	})
	next, stop := iter.Pull(func(yield func(int) bool) {
		say("begins")
		for i := range 3 {
			say("yields", i)
			if !yield(i) {
				return
			}
		}
		runtime.Gosched()
		for v := range c {
			say("received", v)
			if !yield(v) {
				say("stopped")
				return
			}
		}
	})
	for range 5 {
		v, ok := next()
		say("next", v, ok)
	}
	wg.Go(func() { say("late") })
	stop()
	say("after stop")
	for range c {
	}
	wg.Wait()
	say("end")
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
