// A pool that grows when tasks pile up and shrinks when workers are idle.
package main

import (
	"errors"
	"flag"
	"fmt"
	"sync"
	"time"
)

// Room is how many tasks can wait in a pool.
const Room = 100

var (
	ErrFull   = errors.New("the queue is full")
	ErrClosed = errors.New("the pool is closed")
)

// A Pool runs tasks on workers, and has as many of them as it needs. All of its
// methods may be called by many goroutines at the same time.
type Pool struct {
	min, max int
	patience time.Duration
	open     func()
	queue    chan func()
	running  sync.WaitGroup

	mu      sync.Mutex // guards all below, and the decisions made from it
	workers int
	idle    int // workers without a task, also those that are just opening
	closed  bool
}

// New starts a pool of min workers. Each worker calls open once, before its
// first task.
func New(min, max int, patience time.Duration, open func()) *Pool {
	p := &Pool{min: min, max: max, patience: patience, open: open, queue: make(chan func(), Room)}
	for range min {
		p.start()
	}
	return p
}

// Submit hands a task to the pool. It does not wait: not for a worker, and not
// for a worker to open.
func (p *Pool) Submit(task func()) error {
	p.mu.Lock()
	defer p.mu.Unlock()

	if p.closed {
		return ErrClosed
	}
	select {
	case p.queue <- task:
	default:
		return ErrFull
	}
	p.grow()
	return nil
}

// Workers returns how many workers there are.
func (p *Pool) Workers() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.workers
}

// Close takes no new tasks, waits until every accepted task has run, and
// returns when all workers have ended. It may be called more than once.
func (p *Pool) Close() {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		close(p.queue)
	}
	p.mu.Unlock()

	p.running.Wait()
}

// grow starts a worker if there are too few. p.mu is held.
func (p *Pool) grow() {
	if len(p.queue) > 2*p.workers && p.idle == 0 && p.workers < p.max {
		p.start()
	}
}

// start starts a worker, which counts from now on. p.mu is held, or nobody
// else knows p yet.
func (p *Pool) start() {
	p.workers++
	p.idle++
	p.running.Go(p.work)
}

// work is what a worker does.
func (p *Pool) work() {
	p.open()
	for {
		select {
		case task, more := <-p.queue:
			if !more || p.isClosed() {
				return
			}
			p.run(task)
		case <-time.After(p.patience):
			if p.leave() {
				return
			}
		}
	}
}

func (p *Pool) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// run runs a task on a worker.
func (p *Pool) run(task func()) {
	p.mu.Lock()
	p.idle--
	p.grow() // this worker may have been the last idle one
	p.mu.Unlock()

	task()

	p.mu.Lock()
	p.idle++
	p.mu.Unlock()
}

// leave reports whether there are too many workers; then there is one less.
func (p *Pool) leave() bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	if 2*p.idle < p.workers || p.workers <= p.min {
		return false
	}
	p.workers--
	p.idle--
	return true
}

// main puts a pool to work, for you to watch. The tests do not use it.
func main() {
	tasks := flag.Int("tasks", 9, "how many tasks come at once")
	flag.Parse()

	pool := New(1, 4, 30*time.Millisecond, func() { time.Sleep(5 * time.Millisecond) })
	for n := 1; n <= *tasks; n++ {
		err := pool.Submit(func() {
			time.Sleep(20 * time.Millisecond)
			fmt.Println("task", n, "is done, workers:", pool.Workers())
		})
		if err != nil {
			fmt.Println("task", n, "was refused:", err)
		}
	}
	time.Sleep(200 * time.Millisecond)
	fmt.Println("after a while, workers:", pool.Workers())
	pool.Close()
}
