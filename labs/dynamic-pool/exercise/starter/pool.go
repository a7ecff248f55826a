// A pool that grows when tasks pile up and shrinks when workers are idle.
package main

import (
	"errors"
	"flag"
	"fmt"
	"sync"
	"sync/atomic"
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
	workers  atomic.Int64
	idle     atomic.Int64
	closed   atomic.Bool
	running  sync.WaitGroup
}

// New starts a pool of min workers. Each worker calls open once, before its
// first task.
func New(min, max int, patience time.Duration, open func()) *Pool {
	p := &Pool{min: min, max: max, patience: patience, open: open, queue: make(chan func(), Room)}
	for range min {
		p.running.Go(p.work)
	}
	return p
}

// YOUR WORK STARTS HERE: this pool has been in use for a year. On busy days it
// has more workers than max, on quiet days fewer than min, and on Friday it
// panicked while it was shut down. The race detector finds nothing.

// Submit hands a task to the pool. It does not wait: not for a worker, and not
// for a worker to open.
func (p *Pool) Submit(task func()) error {
	if p.closed.Load() {
		return ErrClosed
	}
	select {
	case p.queue <- task:
	default:
		return ErrFull
	}
	if p.tooFew() {
		p.running.Go(p.work)
	}
	return nil
}

// Workers returns how many workers there are.
func (p *Pool) Workers() int {
	return int(p.workers.Load())
}

// Close takes no new tasks, waits until every accepted task has run, and
// returns when all workers have ended. It may be called more than once.
func (p *Pool) Close() {
	p.closed.Store(true)
	close(p.queue)
	p.running.Wait()
}

func (p *Pool) tooFew() bool {
	return len(p.queue) > 2*p.Workers() && p.idle.Load() == 0 && p.Workers() < p.max
}

func (p *Pool) tooMany() bool {
	return 2*int(p.idle.Load()) >= p.Workers() && p.Workers() > p.min
}

// work is what a worker does.
func (p *Pool) work() {
	p.open()
	p.workers.Add(1)
	for {
		p.idle.Add(1)
		select {
		case task, more := <-p.queue:
			p.idle.Add(-1)
			if !more {
				return
			}
			task()
		case <-time.After(p.patience):
			leave := p.tooMany()
			p.idle.Add(-1)
			if leave {
				p.workers.Add(-1)
				return
			}
		}
	}
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
