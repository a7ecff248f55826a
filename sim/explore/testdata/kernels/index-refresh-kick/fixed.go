// A search index that is refreshed in the background. Writers mark it dirty
// and kick the refresher, which sleeps while there is nothing to do.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type index struct {
	dirty atomic.Bool
	kick  chan struct{}
	fresh chan struct{} // a refresh was done
	stop  chan struct{}
}

func newIndex() *index {
	return &index{
		kick:  make(chan struct{}, 1),
		fresh: make(chan struct{}, 2),
		stop:  make(chan struct{}),
	}
}

// mark never waits.
func (x *index) mark() {
	x.dirty.Store(true)
	select {
	case x.kick <- struct{}{}:
	default:
	}
}

func (x *index) refresher() {
	for {
		if x.dirty.Swap(false) {
			x.fresh <- struct{}{}
			continue
		}
		select {
		case <-x.kick:
		case <-x.stop:
			return
		}
	}
}

func main() {
	x := newIndex()
	var wg sync.WaitGroup
	wg.Go(x.refresher)
	x.mark()
	<-x.fresh
	close(x.stop)
	wg.Wait()
	fmt.Println("index is fresh")
}
