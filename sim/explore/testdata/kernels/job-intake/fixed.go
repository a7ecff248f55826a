// A job queue: submissions are counted until they are done; a shutdown refuses
// new ones, waits for those on their way, and closes the queue.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const jobs = 2

type intake struct {
	mu      sync.Mutex // no job is counted once the queue is closed
	closed  bool
	pending sync.WaitGroup
	queue   chan int
	done    atomic.Int32
	refused atomic.Int32
}

func (q *intake) submit(job int) {
	if !q.begin() {
		q.refused.Add(1)
		return
	}
	q.queue <- job
}

func (q *intake) begin() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.pending.Add(1)
	}
	return !q.closed
}

func (q *intake) work() {
	for range q.queue {
		q.done.Add(1)
		q.pending.Done()
	}
}

func (q *intake) shutdown() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.pending.Wait()
	close(q.queue)
}

func main() {
	q := &intake{queue: make(chan int, jobs)}
	var wg sync.WaitGroup
	wg.Add(3)
	go func() {
		defer wg.Done()
		q.work()
	}()
	go func() {
		defer wg.Done()
		for job := range jobs {
			q.submit(job)
		}
	}()
	go func() {
		defer wg.Done()
		q.shutdown()
	}()
	wg.Wait()
	fmt.Println("jobs done or refused:", q.done.Load()+q.refused.Load())
}
