// A crawler: workers take pages from a queue, index them and add the pages
// they link to. A coordinator seals the index once nobody works and nothing
// is queued; it looks a few times.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

const polls = 2

type crawler struct {
	active atomic.Int32
	sealed atomic.Bool
	pages  atomic.Int32

	mu    sync.Mutex
	queue []int // how deep each page lies
}

func (c *crawler) push(depth int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, depth)
}

func (c *crawler) pop() (depth int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		return 0, false
	}
	depth, c.queue = c.queue[0], c.queue[1:]
	return depth, true
}

func (c *crawler) queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue)
}

// work crawls until the queue is empty.
func (c *crawler) work() {
	for c.step() {
	}
}

func (c *crawler) step() bool {
	c.active.Add(1)
	defer c.active.Add(-1)
	depth, ok := c.pop()
	if !ok {
		return false
	}
	if c.sealed.Load() {
		panic("a page is indexed after the crawl was declared finished")
	}
	c.pages.Add(1)
	if depth < 2 {
		c.push(depth + 1)
	}
	return true
}

func (c *crawler) finished() bool {
	return c.active.Load() == 0 && c.queued() == 0
}

func main() {
	c := &crawler{}
	c.push(1)
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		c.work()
	}()
	go func() {
		defer wg.Done()
		for range polls {
			if c.finished() {
				c.sealed.Store(true)
				return
			}
			runtime.Gosched()
		}
	}()
	wg.Wait()
	fmt.Println("pages:", c.pages.Load())
}
