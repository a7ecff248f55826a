// A parcel locker with one box: couriers wait until the box is empty, customers
// until it is full.
package main

import (
	"fmt"
	"sync"
)

type locker struct {
	mu      sync.Mutex
	changed *sync.Cond // full has changed
	full    bool
	parcel  int
	handed  int
}

// drop puts a parcel into the box as soon as it is empty.
func (l *locker) drop(parcel int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.full {
		l.changed.Wait()
	}
	l.full, l.parcel = true, parcel
	l.changed.Broadcast()
}

// fetch takes the parcel out of the box as soon as there is one.
func (l *locker) fetch() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.full {
		l.changed.Wait()
	}
	l.full = false
	l.handed++
	l.changed.Broadcast()
	return l.parcel
}

func main() {
	l := &locker{}
	l.changed = sync.NewCond(&l.mu)

	var wg sync.WaitGroup
	fetched := make([]int, 2)
	for i := range fetched {
		wg.Add(2)
		go func() {
			defer wg.Done()
			fetched[i] = l.fetch()
		}()
		go func() {
			defer wg.Done()
			l.drop(i + 1)
		}()
	}
	wg.Wait()

	if fetched[0]+fetched[1] != 3 {
		panic(fmt.Sprint("parcels 1 and 2 were dropped, and fetched were ", fetched))
	}
	fmt.Println("handed over:", l.handed)
}
