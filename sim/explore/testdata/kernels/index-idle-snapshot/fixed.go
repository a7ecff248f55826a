// An indexer with a queue of documents. When nothing is queued and nothing is
// being indexed, a snapshot may be taken right away: it holds every document
// that was accepted.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type indexer struct {
	docs  chan int
	open  atomic.Int32 // queued or being indexed
	terms atomic.Int64
}

func (x *indexer) accept(doc int) {
	x.open.Add(1)
	x.docs <- doc
}

func (x *indexer) work() {
	for doc := range x.docs {
		x.terms.Add(int64(doc))
		x.open.Add(-1)
	}
}

func (x *indexer) idle() bool {
	return x.open.Load() == 0
}

func main() {
	x := &indexer{docs: make(chan int, 2)}
	accepted := int64(0)
	for _, terms := range []int{30, 12} {
		x.accept(terms)
		accepted += int64(terms)
	}

	var workers sync.WaitGroup
	for range 2 {
		workers.Go(x.work)
	}
	early := x.idle()
	if early && x.terms.Load() != accepted {
		panic("the snapshot of an idle index lacks an accepted document")
	}
	close(x.docs)
	workers.Wait()
	fmt.Println("snapshot of", x.terms.Load(), "terms")
}
