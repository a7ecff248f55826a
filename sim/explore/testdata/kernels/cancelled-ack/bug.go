// A replicator: a leader sends entries to a follower and waits until each is
// acknowledged. The follower is cancelled when the cluster is taken down.
package main

import (
	"context"
	"fmt"
	"sync"
)

type entry struct {
	index int
	acked chan struct{}
}

type follower struct {
	entries chan entry
	applied int // the follower's until it has ended
}

func (f *follower) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-f.entries:
			f.applied++
			close(e.acked)
		}
	}
}

// replicate sends an entry and waits for its acknowledgement.
func (f *follower) replicate(ctx context.Context, index int) error {
	e := entry{index, make(chan struct{})}
	select {
	case f.entries <- e:
	case <-ctx.Done():
		return ctx.Err()
	}
	<-e.acked
	return nil
}

func main() {
	ctx, takeDown := context.WithCancel(context.Background())
	defer takeDown()
	f := &follower{entries: make(chan entry, 1)}

	var wg sync.WaitGroup
	wg.Go(func() { f.run(ctx) })
	if err := f.replicate(ctx, 1); err != nil {
		panic("an entry was refused before the take-down")
	}
	wg.Go(func() { _ = f.replicate(ctx, 2) }) // may come too late
	takeDown()
	wg.Wait()
	fmt.Println("cluster is down")
}
