// Keeps a lease alive in the background until the holder gives it up or the
// lease server grants no further renewal. Whoever ends the lease closes done,
// and all who wait for the end hear of it.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type lease struct {
	grants   atomic.Int32 // renewals that the server still grants
	released atomic.Bool
	done     chan struct{}
}

// keep renews the lease until it is over.
func (l *lease) keep() {
	for l.grants.Add(-1) >= 0 {
		select {
		case <-l.done:
			return
		default:
		}
	}
	if !l.released.Load() {
		close(l.done)
	}
}

// Release gives the lease up.
func (l *lease) Release() {
	l.released.Store(true)
	select {
	case <-l.done: // it ran out before
	default:
		close(l.done)
	}
}

func main() {
	l := &lease{done: make(chan struct{})}
	l.grants.Store(2)

	var wg sync.WaitGroup
	wg.Go(l.keep)
	wg.Go(func() {
		<-l.done
		fmt.Println("lease is over")
	})
	l.Release()
	wg.Wait()
}
