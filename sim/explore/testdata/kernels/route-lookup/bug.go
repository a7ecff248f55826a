// A router sends requests to a primary backend, or to a fallback while the
// primary is being drained. An operator drains the primary for a moment and
// changes the weights afterwards.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type backend struct {
	name   string
	weight int
}

type router struct {
	draining atomic.Bool

	mu       sync.RWMutex
	backends map[string]backend
	primary  string
}

// Pick chooses the backend of a request.
func (r *router) Pick() backend {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.draining.Load() {
		return r.fallback()
	}
	return r.backends[r.primary]
}

// fallback is the heaviest backend that is not the primary one.
func (r *router) fallback() backend {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var best backend
	for name, b := range r.backends {
		if name != r.primary && b.weight > best.weight {
			best = b
		}
	}
	return best
}

// Weigh sets the weight of a backend.
func (r *router) Weigh(name string, weight int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.backends[name] = backend{name: name, weight: weight}
}

// Drain sends requests elsewhere until the primary has none.
func (r *router) Drain(inflight *atomic.Int64) {
	r.draining.Store(true)
	inflight.Store(0)
	r.draining.Store(false)
}

func main() {
	r := &router{primary: "a", backends: map[string]backend{
		"a": {"a", 5},
		"b": {"b", 3},
		"c": {"c", 1},
	}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() { // requests
		defer wg.Done()
		for range 2 {
			if b := r.Pick(); b.name != "a" && b.name != "b" {
				panic("a request went to backend " + b.name)
			}
		}
	}()
	go func() { // the operator
		defer wg.Done()
		var inflight atomic.Int64
		inflight.Store(3)
		r.Drain(&inflight)
		r.Weigh("a", 4)
	}()
	wg.Wait()

	fmt.Println(r.Pick())
}
