// A worker counts jobs and bytes; a scraper copies the numbers out now and
// then.
package main

import (
	"fmt"
	"sync"
)

type numbers struct {
	jobs  int
	bytes int // 100 a job
}

type worker struct {
	mu  sync.Mutex
	now numbers
}

func (w *worker) finish(bytes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now.jobs++
	w.now.bytes += bytes
}

// snapshot returns the numbers as they are together.
func (w *worker) snapshot() numbers {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func main() {
	w := &worker{}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for range 3 {
			w.finish(100)
		}
	}()
	go func() {
		defer wg.Done()
		if s := w.snapshot(); s.bytes != 100*s.jobs {
			panic(fmt.Sprintf("%d jobs and %d bytes were never so together", s.jobs, s.bytes))
		}
	}()
	wg.Wait()
	fmt.Println(w.snapshot())
}
