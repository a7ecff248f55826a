// A registry of services is made when it is first used. An auditor may install
// a hook that hears of important events and writes them into the registry.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type registry struct {
	mu       sync.Mutex
	services map[string]bool
	events   []string
}

func (r *registry) register(service string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.services[service] = true
}

func (r *registry) record(event string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, event)
}

// process is what there is one of in a process.
type process struct {
	hook atomic.Pointer[func(event string)]

	once sync.Once
	reg  *registry
}

func (p *process) tell(event string) {
	if hook := p.hook.Load(); hook != nil {
		(*hook)(event)
	}
}

// registry returns the registry of the process and makes it on first use.
func (p *process) registry() *registry {
	p.once.Do(func() {
		p.reg = &registry{services: map[string]bool{}}
		p.tell("registry made")
	})
	return p.reg
}

// audit writes all further events into the registry.
func (p *process) audit() {
	hook := func(event string) { p.registry().record(event) }
	p.hook.Store(&hook)
}

func main() {
	p := &process{}
	var wg sync.WaitGroup
	for _, service := range []string{"mail", "search"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			p.registry().register(service)
		}()
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		p.audit()
	}()
	wg.Wait()

	if len(p.reg.events) > 1 {
		panic("one registry was made more than once")
	}
	fmt.Println("services:", len(p.reg.services))
}
