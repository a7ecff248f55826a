// An event ring with many producers: a producer claims the next slot, fills it
// and publishes; the consumer takes what is published, in order.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const (
	size      = 4
	producers = 2
)

type event struct{ level int }

type ring struct {
	claimed   atomic.Int32
	published atomic.Int32
	slots     [size]atomic.Pointer[event]
	taken     int32 // the consumer's own
	levels    int
}

func (r *ring) put(e *event) {
	slot := r.claimed.Add(1) - 1
	r.slots[slot].Store(e)
	r.published.Add(1)
}

// take takes all that is published.
func (r *ring) take() {
	for end := r.published.Load(); r.taken < end; r.taken++ {
		r.levels += r.slots[r.taken].Load().level
	}
}

func main() {
	r := &ring{}
	var wg sync.WaitGroup
	for i := range producers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r.put(&event{level: i + 1})
		}()
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		r.take()
	}()
	wg.Wait()
	r.take()
	fmt.Println("levels:", r.levels)
}
