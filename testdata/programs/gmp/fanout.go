package main

import (
	"fmt"
	"strings"
	"sync"
)

// Workers that wait on one channel take jobs in the order of their waiting.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	jobs := make(chan int)
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			for j := range jobs {
				say("worker", w, "job", j)
			}
			say("worker", w, "goes home")
		})
	}
	for j := range 9 {
		jobs <- j
	}
	close(jobs)
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
