// A token bucket: requests take tokens, a ticker and a returned request put
// tokens back, and no more than the burst are ever in it.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const burst = 3

type bucket struct{ tokens atomic.Int32 }

func (b *bucket) take() bool {
	for {
		n := b.tokens.Load()
		if n == 0 {
			return false
		}
		if b.tokens.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// put adds a token, unless the bucket is full.
func (b *bucket) put() {
	if b.tokens.Load() < burst {
		b.tokens.Add(1)
	}
}

func main() {
	b := &bucket{}
	b.tokens.Store(burst)
	var granted atomic.Int32
	var wg sync.WaitGroup
	wg.Add(3)
	go func() { // a request that keeps its token
		defer wg.Done()
		if b.take() {
			granted.Add(1)
		}
	}()
	for range 2 { // refills
		go func() {
			defer wg.Done()
			b.put()
		}()
	}
	wg.Wait()
	if n := b.tokens.Load(); n > burst {
		panic(fmt.Sprintf("%d tokens in a bucket of %d", n, burst))
	}
	fmt.Println("granted:", granted.Load())
}
