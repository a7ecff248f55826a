// A reloader that runs one generation of watchers at a time. Loading a new
// configuration cancels the watcher of the old one, waits for it, and starts
// another.
package main

import (
	"context"
	"fmt"
	"sync"
)

type reloader struct {
	mu     sync.Mutex
	cancel context.CancelFunc // of the current generation
	done   chan struct{}
	ended  sync.WaitGroup
}

// stop cancels the current generation.
func (r *reloader) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel != nil {
		r.cancel()
	}
}

func (r *reloader) watch(ctx context.Context, cancel context.CancelFunc, file <-chan string, done chan<- struct{}) {
	defer cancel() // whatever ended it: free what belongs to the context
	defer close(done)
	for {
		select {
		case change, ok := <-file:
			if !ok {
				return
			}
			fmt.Println("applied", change)
		case <-ctx.Done():
			if ctx.Err() != nil && len(file) > 0 {
				panic("the current generation was cancelled")
			}
			return
		}
	}
}

// load begins a generation that watches file.
func (r *reloader) load(file <-chan string) <-chan struct{} {
	r.stop()
	if r.done != nil {
		<-r.done
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	r.mu.Lock()
	r.cancel, r.done = cancel, done
	r.mu.Unlock()
	r.ended.Go(func() { r.watch(ctx, cancel, file, done) })
	return done
}

func main() {
	r := &reloader{}
	r.load(make(chan string))

	edits := make(chan string, 1)
	edits <- "limits.yaml"
	close(edits)
	<-r.load(edits)
	r.ended.Wait()
	r.stop()
}
