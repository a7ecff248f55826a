// A pool of workers makes thumbnails. Its owner takes the results, shuts the
// pool down and prints the report of the pool.
package main

import (
	"fmt"
	"sync"
)

type pool struct {
	jobs    chan int
	results chan int
	workers sync.WaitGroup

	mu     sync.Mutex
	closed bool
	made   int
}

func newPool(workers, jobs int) *pool {
	p := &pool{jobs: make(chan int, jobs), results: make(chan int, jobs)}
	for range workers {
		p.workers.Add(1)
		go p.work()
	}
	return p
}

func (p *pool) work() {
	defer p.workers.Done()
	for size := range p.jobs {
		p.results <- size / 4
		p.mu.Lock()
		p.made++
		p.mu.Unlock()
	}
}

// Submit gives the pool a picture, unless it is shut down.
func (p *pool) Submit(size int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.jobs <- size // there is room for all
	return true
}

// Shutdown ends the workers and says how many pictures they made.
func (p *pool) Shutdown() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.closed = true
		close(p.jobs)
	}
	p.workers.Wait()
	return p.made
}

func main() {
	sizes := []int{400, 800, 1200}
	p := newPool(2, len(sizes))
	for _, size := range sizes {
		if !p.Submit(size) {
			panic("the pool was closed before its owner closed it")
		}
	}
	total := 0
	for range sizes {
		total += <-p.results
	}
	fmt.Println("made", p.Shutdown(), "total", total)
}
