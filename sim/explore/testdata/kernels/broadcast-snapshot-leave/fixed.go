// A broadcaster of prices. It never waits for a listener, so that listeners
// may come and go meanwhile. A listener that leaves has its channel closed.
package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

type broadcaster struct {
	mu        sync.Mutex
	listeners []chan int
}

func (b *broadcaster) listen() chan int {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := make(chan int, 2)
	b.listeners = append(b.listeners, l)
	return l
}

func (b *broadcaster) send(price int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.listeners {
		select {
		case l <- price:
		default: // it is too slow
		}
	}
}

func (b *broadcaster) leave(l chan int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.listeners, l); i >= 0 {
		b.listeners = slices.Delete(b.listeners, i, i+1)
		close(l)
	}
}

func main() {
	b := &broadcaster{}
	var first atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		l := b.listen()
		wg.Go(func() {
			first.Add(int64(<-l))
			b.leave(l)
		})
	}
	b.send(100)
	b.send(101)
	wg.Wait()
	fmt.Println("first prices add up to", first.Load())
}
