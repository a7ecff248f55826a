package main

import (
	"fmt"
	"strings"
)

// Three stages without buffers move like a bucket chain.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	first, second, third := make(chan int), make(chan int), make(chan int)
	go stage("a", first, second)
	go stage("b", second, third)
	go func() {
		defer close(first)
		for i := range 5 {
			say("feeds", i)
			first <- i
		}
	}()
	for v := range third {
		say("out", v)
	}
}

func stage(name string, in <-chan int, out chan<- int) {
	defer close(out)
	for v := range in {
		say(name, v)
		out <- v + 1
	}
	say(name, "ends")
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
