// A batcher of metrics: the first one of a batch arms a timer that sends the
// batch; Close sends what is left and ends the stream.
package main

import (
	"fmt"
	"sync"
	"time"
)

type batcher struct {
	mu    sync.Mutex
	batch []string
	timer *time.Timer // armed while there is a batch
	armed sync.WaitGroup
	out   chan []string
}

func (b *batcher) add(metric string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.batch = append(b.batch, metric)
	if b.timer == nil {
		b.armed.Add(1)
		b.timer = time.AfterFunc(10*time.Millisecond, func() {
			defer b.armed.Done()
			b.flush()
		})
	}
}

// take empties the batch.
func (b *batcher) take() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	batch := b.batch
	b.batch = nil
	if b.timer != nil {
		if b.timer.Stop() {
			b.armed.Done()
		}
		b.timer = nil
	}
	return batch
}

// flush is what the timer does.
func (b *batcher) flush() {
	if batch := b.take(); len(batch) > 0 {
		b.out <- batch
	}
}

// Close flushes and ends the stream.
func (b *batcher) Close() {
	b.flush()
	b.armed.Wait()
	close(b.out)
}

func main() {
	b := &batcher{out: make(chan []string, 4)}
	received := make(chan int)
	go func() {
		n := 0
		for batch := range b.out {
			n += len(batch)
		}
		received <- n
	}()
	b.add("cpu")
	b.add("disk")
	b.Close()
	fmt.Println("metrics received:", <-received)
}
