// A queue whose takers wait with a context: a taker gets an item or, when the
// context is cancelled, an error.
package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

type queue struct {
	mu     sync.Mutex
	filled *sync.Cond
	items  []string
}

func newQueue() *queue {
	q := &queue{}
	q.filled = sync.NewCond(&q.mu)
	return q
}

func (q *queue) Put(item string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, item)
	q.filled.Signal()
}

// Take waits for an item or for the end of ctx; items come first.
func (q *queue) Take(ctx context.Context) (string, error) {
	stop := context.AfterFunc(ctx, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.filled.Broadcast()
	})
	defer stop()

	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		q.filled.Wait()
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item, nil
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	q := newQueue()
	var taken, cancelled atomic.Int64
	var takers sync.WaitGroup
	for range 2 {
		takers.Add(1)
		go func() {
			defer takers.Done()
			if _, err := q.Take(ctx); err != nil {
				cancelled.Add(1)
			} else {
				taken.Add(1)
			}
		}()
	}
	q.Put("letter")
	cancel()
	takers.Wait()

	fmt.Println("taken", taken.Load(), "cancelled", cancelled.Load())
}
