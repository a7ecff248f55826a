package main

import (
	"fmt"
	"strings"
)

// Two goroutines that wait for each other take turns.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	ping, pong, done := make(chan int), make(chan int), make(chan bool)
	go func() {
		for v := range ping {
			say("ping", v)
			pong <- v + 1
		}
		close(done)
	}()
	for v := 0; v < 10; {
		ping <- v
		v = <-pong
		say("pong", v)
	}
	close(ping)
	<-done
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
