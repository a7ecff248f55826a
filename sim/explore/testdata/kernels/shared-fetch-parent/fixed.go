// A cache that shares a fetch among all who ask for the same key meanwhile. A
// caller that no longer wants the answer cancels its own request.
package main

import (
	"context"
	"fmt"
	"sync"
)

type flight struct {
	done chan struct{}
	page string
	err  error
}

type cache struct {
	mu      sync.Mutex
	flights map[string]*flight
	fetches sync.WaitGroup
}

func (c *cache) fetch(ctx context.Context, url string, f *flight) {
	if f.err = ctx.Err(); f.err == nil {
		f.page = "page of " + url
	}
	close(f.done)
}

func (c *cache) get(ctx context.Context, url string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	c.mu.Lock()
	f := c.flights[url]
	if f == nil {
		f = &flight{done: make(chan struct{})}
		c.flights[url] = f
		shared := context.WithoutCancel(ctx)
		c.fetches.Go(func() { c.fetch(shared, url, f) })
	}
	c.mu.Unlock()
	select {
	case <-f.done:
		return f.page, f.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func main() {
	c := &cache{flights: map[string]*flight{}}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	var callers sync.WaitGroup
	callers.Go(func() { _, _ = c.get(ctx, "/news") }) // may change its mind
	callers.Go(func() {
		page, err := c.get(context.Background(), "/news")
		if err != nil {
			panic("a caller that waits was told: " + err.Error())
		}
		fmt.Println(page)
	})
	cancel()
	callers.Wait()
	c.fetches.Wait()
}
