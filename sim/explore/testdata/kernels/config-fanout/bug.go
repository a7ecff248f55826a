// A control plane: a change of the settings makes a new version, of which a
// snapshot is published to the proxies.
package main

import (
	"fmt"
	"maps"
	"sync"
)

type snapshot struct {
	version int
	routes  map[string]string
}

type plane struct {
	mu      sync.Mutex // guards the settings
	version int
	routes  map[string]string

	pub       sync.Mutex // guards what is published
	published snapshot
}

// set changes a route and publishes the settings.
func (p *plane) set(host, target string) {
	s := p.change(host, target)
	p.pub.Lock()
	p.published = s
	p.pub.Unlock()
}

func (p *plane) change(host, target string) snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.version++
	p.routes[host] = target
	return snapshot{p.version, maps.Clone(p.routes)}
}

func main() {
	p := &plane{routes: map[string]string{}}
	hosts := []string{"api", "web", "img"}
	var wg sync.WaitGroup
	for _, host := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			p.set(host, host+"-backend")
		}()
	}
	wg.Wait()
	if p.published.version != p.version {
		panic(fmt.Sprintf("proxies have version %d for ever, the settings are at %d", p.published.version, p.version))
	}
	fmt.Println("published routes:", len(p.published.routes))
}
