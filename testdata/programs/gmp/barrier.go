package main

import (
	"fmt"
	"strings"
	"sync"
)

// A barrier from a lock and a condition lets nobody ahead of a round.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	const n = 3
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	arrived, round := 0, 0
	wait := func() {
		mu.Lock()
		defer mu.Unlock()
		mine := round
		if arrived++; arrived == n {
			arrived, round = 0, round+1
			cond.Broadcast()
			return
		}
		for mine == round {
			cond.Wait()
		}
	}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			for r := range 3 {
				say("round", r, "goroutine", i)
				wait()
			}
		})
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
