// A trainer runs rounds: the workers of a round report to a group that a
// supervisor waits for; the next round begins as soon as this one is over, with
// the same group.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type trainer struct {
	round sync.WaitGroup
	steps atomic.Int32
}

func (t *trainer) step() {
	t.steps.Add(1)
	t.round.Done()
}

func main() {
	t := &trainer{}
	var supervisor sync.WaitGroup
	t.round.Add(1)
	supervisor.Add(1)
	go func() {
		defer supervisor.Done()
		t.round.Wait()
	}()
	next := make(chan struct{})
	go func() {
		t.step()
		close(next)
	}()
	<-next
	t.round.Add(1)
	go t.step()
	supervisor.Wait()
	t.round.Wait()
	fmt.Println("steps:", t.steps.Load())
}
