package main

import (
	"errors"
	"sync"
)

type Policy int

const (
	Block Policy = iota
	Drop
	CallerRuns
	Error
)

var (
	ErrFull   = errors.New("the queue is full")
	ErrClosed = errors.New("the pool is closed")
)

type Pool struct {
	policy  Policy
	queue   chan func()
	workers sync.WaitGroup

	mu      sync.RWMutex
	closed  bool
	counter sync.Mutex
	dropped int
}

func New(workers, queue int, policy Policy) *Pool {
	p := &Pool{policy: policy, queue: make(chan func(), queue)}
	for range workers {
		p.workers.Add(1)
		go p.worker()
	}
	return p
}

func (p *Pool) Submit(task func()) error {
	accepted, err := p.offer(task)
	if accepted || err != nil {
		return err
	}
	switch p.policy {
	case Drop:
		p.counter.Lock()
		p.dropped++
		p.counter.Unlock()
		return nil
	case CallerRuns:
		task()
		return nil
	default:
		return ErrFull
	}
}

func (p *Pool) Dropped() int {
	p.counter.Lock()
	defer p.counter.Unlock()
	return p.dropped
}

func (p *Pool) Close() {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		close(p.queue)
	}
	p.mu.Unlock()

	p.workers.Wait()
}

func (p *Pool) offer(task func()) (accepted bool, err error) {
	p.mu.RLock()
	defer p.mu.RUnlock()

	if p.closed {
		return false, ErrClosed
	}
	if p.policy == Block {
		p.queue <- task
		return true, nil
	}
	if len(p.queue) == cap(p.queue) {
		return false, nil
	}
	p.queue <- task
	return true, nil
}

func (p *Pool) worker() {
	defer p.workers.Done()
	for task := range p.queue {
		task()
	}
}

func main() {}
