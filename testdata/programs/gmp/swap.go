package main

import (
	"fmt"
	"strings"
)

// The values of a multiple receive arrive in the order of the expressions.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	a, b := make(chan int), make(chan int)
	go func() {
		a <- 1
		say("a is through")
		b <- 2
		say("b is through")
	}()
	x, y := <-a, <-b
	say(x, y)
	go func() { b <- <-a }()
	a <- 3
	say(<-b)
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
