package main

import (
	"fmt"
	"strings"
)

// A server answers on a channel that the request brings.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	type request struct {
		n     int
		reply chan int
	}
	requests, done := make(chan request), make(chan int)
	go func() {
		for r := range requests {
			say("serves", r.n)
			r.reply <- r.n * r.n
		}
	}()
	for i := range 3 {
		go func() {
			reply := make(chan int)
			requests <- request{i, reply}
			v := <-reply
			say("client", i, "got", v)
			done <- v
		}()
	}
	sum := 0
	for range 3 {
		sum += <-done
	}
	say(sum)
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
