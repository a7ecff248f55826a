// A store numbers the rows of its writers, who put them into a queue; two
// flushers take them from the queue and append them in batches.
package main

import (
	"fmt"
	"sync"
)

type queue struct {
	mu     sync.Mutex
	filled *sync.Cond
	rows   []int
	closed bool
}

func (q *queue) put(row int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.rows = append(q.rows, row)
	q.filled.Signal()
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}

// take waits for rows and takes all there are; false means there will be none.
func (q *queue) take() ([]int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.rows) == 0 && !q.closed {
		q.filled.Wait()
	}
	batch := q.rows
	q.rows = nil
	return batch, len(batch) > 0
}

type store struct {
	mu    sync.Mutex
	next  int
	saved []int
}

// number gives out the number of the next row.
func (s *store) number() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	return s.next
}

// flush appends one batch of rows; false means that it was the last one.
func (s *store) flush(q *queue) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch, ok := q.take()
	s.saved = append(s.saved, batch...)
	return ok
}

func main() {
	s, q := &store{}, &queue{}
	q.filled = sync.NewCond(&q.mu)

	var flushers sync.WaitGroup
	for range 2 {
		flushers.Add(1)
		go func() {
			defer flushers.Done()
			for s.flush(q) {
			}
		}()
	}
	var writer sync.WaitGroup
	writer.Add(1)
	go func() {
		defer writer.Done()
		for range 3 {
			q.put(s.number())
		}
	}()
	writer.Wait()
	q.close()
	flushers.Wait()

	sum := 0
	for _, row := range s.saved {
		sum += row
	}
	fmt.Println("saved", len(s.saved), "sum", sum)
}
