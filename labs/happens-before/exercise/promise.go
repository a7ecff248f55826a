// A promise: a value that is there later.
package main

import (
	"fmt"
	"sync"
	"time"
)

// A Promise is kept once, by whoever comes first, and its value can be had by
// any number of goroutines, before and afterwards.
type Promise struct {
	once  sync.Once
	kept  chan bool // closed after value was written
	value string
}

// NewPromise returns a promise that nobody has kept yet.
func NewPromise() *Promise {
	return &Promise{kept: make(chan bool)}
}

// Keep gives the promise its value and returns true, or returns false if it has
// one already. It waits for nobody.
func (p *Promise) Keep(value string) bool {
	first := false
	p.once.Do(func() {
		first = true
		p.value = value
		close(p.kept)
	})
	return first
}

// Value waits until the promise is kept, and returns its value.
func (p *Promise) Value() string {
	<-p.kept
	return p.value
}

// main has three people wait for dinner, for you to watch. The tests do not use
// it.
func main() {
	dinner := NewPromise()
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { fmt.Println("there is", dinner.Value()) })
	}
	time.Sleep(10 * time.Millisecond)
	dinner.Keep("soup")
	all.Wait()
}
