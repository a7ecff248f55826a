// A gate that lets each thing be done once, however often it is asked for.
package main

import (
	"fmt"
	"sync"
	"time"
)

// A Gate keeps what has been done, by key.
type Gate struct {
	mu    sync.Mutex
	calls map[string]*call // guarded by mu
}

// A call is one handling of a key. Its result may be read once done is closed.
type call struct {
	done   chan struct{}
	result string
	err    error
}

// NewGate returns a gate that has seen nothing yet.
func NewGate() *Gate {
	return &Gate{calls: make(map[string]*call)}
}

// Do calls handle, unless that has been done for this key, and returns what
// handle has returned. While somebody else is handling the key, it waits for
// their result. What failed may be tried again.
func (g *Gate) Do(key string, handle func() (string, error)) (string, error) {
	g.mu.Lock()
	c, known := g.calls[key]
	if !known {
		c = &call{done: make(chan struct{})}
		g.calls[key] = c
	}
	g.mu.Unlock()
	if known {
		<-c.done
		return c.result, c.err
	}

	close(c.done)
	c.result, c.err = handle()
	if c.err != nil {
		g.mu.Lock()
		delete(g.calls, key)
		g.mu.Unlock()
	}
	return c.result, c.err
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
