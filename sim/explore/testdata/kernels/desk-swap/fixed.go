// Two porters carry parcels between two desks. A porter holds the desk where it
// packs and tries to get the other one; if that is taken, it puts the parcel
// back, waits and starts again.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type desk struct {
	number int

	mu      sync.Mutex
	parcels int
}

type office struct {
	trips atomic.Int64
}

// carry takes one parcel from one desk to another.
func (o *office) carry(from, to *desk) {
	first, second := from, to
	if second.number < first.number {
		first, second = second, first
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	second.mu.Lock()
	defer second.mu.Unlock()
	time.Sleep(time.Millisecond) // packing
	from.parcels--
	to.parcels++
	o.trips.Add(1)
}

func main() {
	o := &office{}
	left, right := &desk{number: 1, parcels: 3}, &desk{number: 2, parcels: 3}

	var porters sync.WaitGroup
	porters.Add(2)
	go func() {
		defer porters.Done()
		o.carry(left, right)
	}()
	go func() {
		defer porters.Done()
		o.carry(right, left)
	}()
	porters.Wait()

	fmt.Println("left", left.parcels, "right", right.parcels, "trips", o.trips.Load())
}
