// An informer keeps a copy of the objects in a store: it lists them, and then
// is told of each new one.
package main

import (
	"fmt"
	"slices"
	"sync"
)

type store struct {
	mu       sync.Mutex
	objects  []string
	watchers []func(name string)
}

func (s *store) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.objects)
}

// watch calls notify for every object created from now on.
func (s *store) watch(notify func(name string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers = append(s.watchers, notify)
}

func (s *store) create(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects = append(s.objects, name)
	for _, notify := range s.watchers {
		notify(name)
	}
}

type informer struct {
	mu    sync.Mutex
	known map[string]bool
}

func (i *informer) learn(name string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.known[name] = true
}

func (i *informer) follow(s *store) {
	s.watch(i.learn)
	for _, name := range s.list() {
		i.learn(name)
	}
}

func main() {
	s := &store{objects: []string{"pod-a"}}
	i := &informer{known: map[string]bool{}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		i.follow(s)
	}()
	go func() {
		defer wg.Done()
		s.create("pod-b")
		s.create("pod-c")
	}()
	wg.Wait()
	if len(i.known) != len(s.objects) {
		panic(fmt.Sprintf("the informer knows %d of %d objects for ever", len(i.known), len(s.objects)))
	}
	fmt.Println("objects known:", len(i.known))
}
