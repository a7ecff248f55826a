// The coordinator of a stream processor makes checkpoints: it waits until the
// barriers of all tasks have arrived. An operator may abort the checkpoint.
package main

import (
	"context"
	"fmt"
	"sync"
)

type coordinator struct {
	barriers chan int // task numbers; there is room for all

	mu        sync.Mutex
	epoch     int
	arrived   int
	completed int
}

// checkpoint waits for the barriers of n tasks.
func (c *coordinator) checkpoint(ctx context.Context, n int) error {
	c.mu.Lock()
	c.epoch++
	c.arrived = 0
	for c.arrived < n {
		select {
		case <-c.barriers:
			c.arrived++
		case <-ctx.Done():
			return fmt.Errorf("checkpoint %d: %w", c.epoch, ctx.Err())
		}
	}
	c.completed++
	c.mu.Unlock()
	return nil
}

// status returns the epoch and how many checkpoints were completed.
func (c *coordinator) status() (epoch, completed int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.epoch, c.completed
}

func main() {
	const tasks = 2
	c := &coordinator{barriers: make(chan int, tasks)}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	var wg sync.WaitGroup
	for task := range tasks {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.barriers <- task
		}()
	}
	wg.Add(1)
	go func() { // the operator
		defer wg.Done()
		cancel()
	}()
	result := make(chan error)
	go func() { result <- c.checkpoint(ctx, tasks) }()
	err := <-result
	wg.Wait()

	epoch, completed := c.status()
	if (err == nil) != (completed == 1) {
		panic("a checkpoint is neither completed nor aborted")
	}
	fmt.Println("epoch", epoch)
}
