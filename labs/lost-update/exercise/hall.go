// A hall with so many places, and doors at which people show their tickets.
package main

import (
	"flag"
	"fmt"
	"maps"
	"sync"
	"time"
)

// A Hall lets people in for as long as there are places. Its methods may be
// called by any number of goroutines at once.
type Hall struct {
	places int

	mu      sync.Mutex // guards what follows
	taken   int        // places of people inside, and of those whose tickets are being checked
	inside  int
	through map[string]int
}

// A Report says who has come, at one moment.
type Report struct {
	Inside  int            // people in the hall now
	Through map[string]int // people who have come in so far, by door
}

// NewHall returns an empty hall.
func NewHall(places int) *Hall {
	return &Hall{places: places, through: make(map[string]int)}
}

// Enter is somebody at a door. They come in, and Enter returns true, if there is
// a place and ticket, which may take its time, returns true.
func (h *Hall) Enter(door string, ticket func() bool) bool {
	if !h.take() {
		return false
	}
	good := ticket()

	h.mu.Lock()
	defer h.mu.Unlock()
	if !good {
		h.taken--
		return false
	}
	h.inside++
	h.through[door]++
	return true
}

// take takes a place, if there is one.
func (h *Hall) take() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.taken == h.places {
		return false
	}
	h.taken++
	return true
}

// Leave is somebody who goes home.
func (h *Hall) Leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.taken--
	h.inside--
}

// Report says how things stand. What happens afterwards does not change it.
func (h *Hall) Report() Report {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Report{Inside: h.inside, Through: maps.Clone(h.through)}
}

// main lets five people in at two doors, for you to watch. The tests do not use
// it.
func main() {
	places := flag.Int("places", 3, "how many places the hall has")
	flag.Parse()

	hall := NewHall(*places)
	ticket := func() bool {
		time.Sleep(10 * time.Millisecond)
		return true
	}

	var all sync.WaitGroup
	for _, door := range []string{"north", "south", "north", "south", "north"} {
		all.Go(func() { hall.Enter(door, ticket) })
	}
	all.Wait()
	fmt.Printf("%+v\n", hall.Report())
}
