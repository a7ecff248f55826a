// A page cache: writers change a page and mark it dirty; a flusher writes
// dirty pages to the disk and marks them clean.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type page struct {
	data  atomic.Int64
	dirty atomic.Bool
	disk  atomic.Int64
}

func (p *page) write(v int64) {
	p.data.Store(v)
	p.dirty.Store(true)
}

// flush writes the page out if it has changed.
func (p *page) flush() {
	if p.dirty.CompareAndSwap(true, false) {
		p.disk.Store(p.data.Load())
	}
}

func main() {
	p := &page{}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		p.write(1)
		p.write(2)
	}()
	go func() {
		defer wg.Done()
		p.flush()
	}()
	wg.Wait()
	p.flush() // the last one, at shutdown
	if d := p.disk.Load(); d != 2 {
		panic(fmt.Sprintf("the disk has %d, the page 2, and nobody knows", d))
	}
	fmt.Println("on disk:", p.disk.Load())
}
