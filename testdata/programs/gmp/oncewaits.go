package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// Who comes while a Once is being done waits for its end.
func main() {
	defer func() { fmt.Print(strings.Join(lines, "")) }()
	var once sync.Once
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			say("comes", i)
			once.Do(func() {
				say("does", i)
				runtime.Gosched()
				say("has done", i)
			})
			say("goes", i)
		})
	}
	wg.Wait()
}

// What is said is printed at the end: a write is a system call, during which
// the real scheduler may give the P away.
var lines []string

func say(a ...any) { lines = append(lines, fmt.Sprintln(a...)) }
