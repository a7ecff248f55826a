// A gate that lets each thing be done once, however often it is asked for.
package main

import (
	"fmt"
	"sync"
	"time"
)

// A Gate keeps what has been done, by key.
type Gate struct {
	mu   sync.Mutex
	done map[string]string // guarded by mu
}

// NewGate returns a gate that has seen nothing yet.
func NewGate() *Gate {
	return &Gate{done: make(map[string]string)}
}

// Do calls handle, unless that has been done for this key, and returns what
// handle has returned. While somebody else is handling the key, it waits for
// their result. What failed may be tried again.
func (g *Gate) Do(key string, handle func() (string, error)) (string, error) {
	// YOUR WORK STARTS HERE: every access to the map is under the lock, and
	// still somebody was charged twice last night.
	g.mu.Lock()
	result, known := g.done[key]
	g.mu.Unlock()
	if known {
		return result, nil
	}

	result, err := handle()
	g.mu.Lock()
	g.done[key] = result
	g.mu.Unlock()
	return result, err
}

// main has a payment delivered three times, for you to watch. The tests do not
// use it.
func main() {
	gate := NewGate()
	var all sync.WaitGroup
	for n := 1; n <= 3; n++ {
		all.Add(1)
		go func() {
			defer all.Done()
			receipt, err := gate.Do("payment 7", func() (string, error) {
				fmt.Println("the bank charges for delivery", n)
				time.Sleep(10 * time.Millisecond)
				return "receipt 1", nil
			})
			fmt.Println("delivery", n, "got", receipt, err)
		}()
	}
	all.Wait()
}
