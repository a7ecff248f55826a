// A pool: a fixed number of workers, a queue of fixed size, and a policy for
// tasks that find the queue full.
package main

import (
	"errors"
	"flag"
	"fmt"
	"sync"
	"time"
)

// A Policy says what Submit does when the queue is full.
type Policy int

const (
	Block      Policy = iota // wait until there is room
	Drop                     // forget the task and count it
	CallerRuns               // run the task in the goroutine that called Submit
	Error                    // return ErrFull at once
)

var (
	ErrFull   = errors.New("the queue is full")
	ErrClosed = errors.New("the pool is closed")
)

// A Pool runs tasks on a fixed number of workers. All of its methods may be
// called by many goroutines at the same time.
type Pool struct {
	policy  Policy
	queue   chan func()
	workers sync.WaitGroup

	mu      sync.RWMutex // held for reading while sending on queue, for writing to close it
	closed  bool
	counter sync.Mutex // guards dropped
	dropped int
}

// New starts a pool of the given number of workers, with room for queue
// waiting tasks.
func New(workers, queue int, policy Policy) *Pool {
	p := &Pool{policy: policy, queue: make(chan func(), queue)}
	for range workers {
		p.workers.Add(1)
		go p.worker()
	}
	return p
}

// Submit hands a task to the pool. When the queue is full, the pool's policy
// says what happens. After Close it returns ErrClosed.
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

// Dropped returns how many tasks were dropped because the queue was full.
func (p *Pool) Dropped() int {
	p.counter.Lock()
	defer p.counter.Unlock()
	return p.dropped
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

	p.workers.Wait()
}

// offer puts the task into the queue and reports whether there was room. With
// the policy Block it waits for room.
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
	select {
	case p.queue <- task:
		return true, nil
	default:
		return false, nil
	}
}

// worker runs tasks until the queue is closed and empty.
func (p *Pool) worker() {
	defer p.workers.Done()
	for task := range p.queue {
		task()
	}
}

// main puts a pool to work, for you to watch. The tests do not use it.
func main() {
	workers := flag.Int("workers", 2, "how many workers take tasks from the queue")
	queue := flag.Int("queue", 2, "how many tasks can wait in the queue")
	policy := flag.Int("policy", 0, "what happens when the queue is full: 0 Block, 1 Drop, 2 CallerRuns, 3 Error")
	tasks := flag.Int("tasks", 8, "how many tasks arrive")
	flag.Parse()

	pool := New(*workers, *queue, Policy(*policy))
	for n := 1; n <= *tasks; n++ {
		err := pool.Submit(func() {
			time.Sleep(20 * time.Millisecond)
			fmt.Println("task", n, "is done")
		})
		if err != nil {
			fmt.Println("task", n, "was refused:", err)
		}
	}
	pool.Close()
	fmt.Println("closed; tasks dropped:", pool.Dropped())
}
