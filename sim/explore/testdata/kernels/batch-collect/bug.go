// A batch of requests is answered by workers that count themselves in.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type batch struct {
	workers  sync.WaitGroup
	answered atomic.Int32
}

func (b *batch) answer() {
	b.workers.Add(1)
	defer b.workers.Done()
	b.answered.Add(1)
}

func main() {
	const requests = 3
	b := &batch{}
	for range requests {
		go b.answer()
	}
	b.workers.Wait()
	n := b.answered.Load()
	fmt.Println("answered:", n, "missing:", requests-n)
}
