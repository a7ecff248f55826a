// A worker pool that runs what was accepted before it stops, and refuses what
// comes later. Every caller learns of one or the other.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type task struct {
	pages int
	done  chan struct{}
}

type pool struct {
	tasks   chan *task
	stop    chan struct{}
	workers sync.WaitGroup
	printed atomic.Int32
}

func (p *pool) submit(pages int) (*task, bool) {
	select {
	case <-p.stop:
		return nil, false
	default:
	}
	t := &task{pages, make(chan struct{})}
	p.tasks <- t
	return t, true
}

func (p *pool) run(t *task) {
	p.printed.Add(int32(t.pages))
	close(t.done)
}

func (p *pool) work() {
	for {
		select {
		case t := <-p.tasks:
			p.run(t)
		case <-p.stop:
			for {
				select {
				case t := <-p.tasks:
					p.run(t)
				default:
					return
				}
			}
		}
	}
}

func (p *pool) shutdown() {
	close(p.stop)
	p.workers.Wait()
}

func main() {
	p := &pool{tasks: make(chan *task, 2), stop: make(chan struct{})}
	p.workers.Go(p.work)

	var accepted, refused atomic.Int32
	var callers sync.WaitGroup
	for _, pages := range []int{3, 4} {
		callers.Go(func() {
			t, ok := p.submit(pages)
			if !ok {
				refused.Add(int32(pages))
				return
			}
			<-t.done
			accepted.Add(int32(pages))
		})
	}
	p.shutdown()
	callers.Wait()
	if p.printed.Load() != accepted.Load() {
		panic("pages were printed for nobody")
	}
	fmt.Println("pages asked for:", accepted.Load()+refused.Load())
}
