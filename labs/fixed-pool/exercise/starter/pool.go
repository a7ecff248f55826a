// A pool: a fixed number of workers, a queue of fixed size, and a policy for
// tasks that find the queue full.
package main

import (
	"errors"
	"flag"
	"fmt"
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
	// YOUR WORK STARTS HERE: what does a pool have to remember? Then fill in
	// the four functions below.
}

// New starts a pool of the given number of workers, with room for queue
// waiting tasks.
func New(workers, queue int, policy Policy) *Pool {
	return &Pool{}
}

// Submit hands a task to the pool. When the queue is full, the pool's policy
// says what happens. After Close it returns ErrClosed.
func (p *Pool) Submit(task func()) error {
	task()
	return nil
}

// Dropped returns how many tasks were dropped because the queue was full.
func (p *Pool) Dropped() int {
	return 0
}

// Close takes no new tasks, waits until every accepted task has run, and
// returns when all workers have ended. It may be called more than once.
func (p *Pool) Close() {
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
