// What ../state does, with variables of main: there is nothing to be put back.
package main

import (
	"errors"
	"sync"
	"time"
)

type account struct {
	owner   string
	balance int
	history []int
}

func main() {
	var (
		workers  = 3
		pause    = 10 * time.Millisecond
		errEmpty = errors.New("empty")
		mu       sync.Mutex
		done     bool
		total    int
		last     error
		counts   [16]int
		names    = []string{"ann", "bob", "cid", "dan"}
		accounts = map[string]*account{"ann": {"ann", 10, nil}, "bob": {"bob", 20, nil}}
		queue    []int
		started  time.Duration
	)
	mu.Lock()
	workers, pause, last, done, started = workers+1, pause+1, errEmpty, !done, started+pause
	total++
	counts[total]++
	names[0] = "eve"
	queue = append(queue, total)
	accounts["ann"].balance += 5
	mu.Unlock()
	if workers < 0 || pause < 0 || last == nil || !done || started < 0 || len(queue) == 0 {
		panic("not what was set")
	}
}
