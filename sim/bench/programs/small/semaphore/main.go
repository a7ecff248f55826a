// Three goroutines work, no more than two of them at a time.
package main

import (
	"sync"
	"sync/atomic"
)

func main() {
	slots := make(chan struct{}, 2)
	var busy atomic.Int32
	var wg sync.WaitGroup
	wg.Add(3)
	for range 3 {
		go func() {
			slots <- struct{}{}
			if busy.Add(1) > 2 {
				panic("too many")
			}
			busy.Add(-1)
			<-slots
			wg.Done()
		}()
	}
	wg.Wait()
}
