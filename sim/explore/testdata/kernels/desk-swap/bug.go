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

// patience is how many attempts in a row may be in vain.
const patience = 4

type desk struct {
	number int

	mu      sync.Mutex
	parcels int
}

type office struct {
	trips atomic.Int64
	vain  atomic.Int64 // attempts since the last success
}

// carry takes one parcel from one desk to another.
func (o *office) carry(from, to *desk) {
	for {
		from.mu.Lock()
		time.Sleep(time.Millisecond) // packing
		if to.mu.TryLock() {
			break
		}
		if o.vain.Add(1) == patience {
			panic("the porters step aside for each other and carry nothing")
		}
		from.mu.Unlock()
		time.Sleep(time.Millisecond)
	}
	from.parcels--
	to.parcels++
	o.trips.Add(1)
	o.vain.Store(0)
	to.mu.Unlock()
	from.mu.Unlock()
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
