// A registry of services: a service is looked up by the callers as soon as it
// is registered.
package main

import (
	"fmt"
	"sync"
)

type service struct {
	name    string
	targets []string
}

type registry struct {
	mu       sync.Mutex
	services map[string]*service
}

func (r *registry) add(name string) *service {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &service{name: name}
	r.services[name] = s
	return s
}

func (r *registry) find(name string) *service {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.services[name]
}

// start registers a service with its targets.
func (r *registry) start(name string, targets ...string) {
	s := r.add(name)
	s.targets = targets
}

func main() {
	r := &registry{services: map[string]*service{}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		r.start("mail", "10.0.0.4:25", "10.0.0.5:25")
	}()
	go func() {
		defer wg.Done()
		if s := r.find("mail"); s != nil && len(s.targets) == 0 {
			panic("a registered service has no targets")
		}
	}()
	wg.Wait()
	fmt.Println("targets:", len(r.find("mail").targets))
}
