package main

import (
	"fmt"
	"runtime"
	"strings"
)

// Values go straight from the senders that wait, in the order in which they
// came; through a full buffer they keep that order.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	for _, room := range []int{0, 2} {
		c := make(chan int, room)
		for i := range 6 {
			go func() {
				c <- i
				say("sent", i)
			}()
		}
		runtime.Gosched()
		for range 6 {
			say("got", <-c)
		}
		runtime.Gosched()
	}
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
