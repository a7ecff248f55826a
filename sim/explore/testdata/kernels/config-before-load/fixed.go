// A service loads its configuration in the background and serves meanwhile;
// overrides that arrive by the admin port go into the same map.
package main

import (
	"fmt"
	"sync"
)

type settings struct {
	mu     sync.Mutex
	values map[string]string // nil until loaded
}

func (s *settings) load() {
	values := map[string]string{"level": "info", "zone": "a"}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values = values
}

// override changes one value.
func (s *settings) override(key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
}

func main() {
	s := &settings{}
	loaded := make(chan struct{})
	go func() {
		defer close(loaded)
		s.load()
	}()
	overridden := make(chan struct{})
	go func() {
		defer close(overridden)
		<-loaded
		s.override("level", "debug")
	}()
	<-loaded
	<-overridden
	fmt.Println("level:", s.values["level"])
}
