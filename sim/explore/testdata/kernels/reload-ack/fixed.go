// A server handles jobs by its configuration. A reload sets a new one and
// returns when the worker has dropped what it remembered of the old one.
package main

import (
	"fmt"
	"sync"
)

type config struct {
	version int
	limit   int
}

type server struct {
	jobs   chan int
	reload chan chan struct{} // the worker closes what it is sent

	mu  sync.Mutex
	cfg config
}

// limitFor returns min(size, limit) by the present configuration.
func (s *server) limitFor(size int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return min(size, s.cfg.limit)
}

// work handles jobs and reloads until the jobs end. It returns what it did.
func (s *server) work() int {
	remembered := map[int]int{}
	done := 0
	for {
		select {
		case size, ok := <-s.jobs:
			if !ok {
				return done
			}
			if _, ok := remembered[size]; !ok {
				remembered[size] = s.limitFor(size)
			}
			done++
		case ack := <-s.reload:
			clear(remembered)
			close(ack)
		}
	}
}

// Reload sets a configuration and waits until the worker uses it.
func (s *server) Reload(cfg config) {
	ack := make(chan struct{})
	s.mu.Lock()
	s.cfg = cfg
	s.mu.Unlock()
	s.reload <- ack
	<-ack
}

func main() {
	s := &server{
		jobs:   make(chan int),
		reload: make(chan chan struct{}),
		cfg:    config{version: 1, limit: 10},
	}
	done := 0
	var worker, feeder sync.WaitGroup
	worker.Add(1)
	go func() {
		defer worker.Done()
		done = s.work()
	}()
	feeder.Add(1)
	go func() {
		defer feeder.Done()
		for _, size := range []int{5, 20, 5} {
			s.jobs <- size
		}
	}()
	s.Reload(config{version: 2, limit: 15})
	feeder.Wait()
	close(s.jobs)
	worker.Wait()

	fmt.Println("done", done, "version", s.cfg.version)
}
