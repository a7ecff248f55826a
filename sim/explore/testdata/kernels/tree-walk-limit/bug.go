// Walks a tree of directories with a group that runs at most three functions
// at a time, and adds up the sizes.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// A group runs functions in goroutines of their own, up to a limit.
type group struct {
	slots chan struct{}
	wg    sync.WaitGroup
}

func newGroup(limit int) *group { return &group{slots: make(chan struct{}, limit)} }

func (g *group) run(f func()) {
	g.slots <- struct{}{}
	g.wg.Go(func() {
		defer func() { <-g.slots }()
		f()
	})
}

type dir struct {
	size int64
	subs []*dir
}

type walker struct {
	*group
	total atomic.Int64
}

func (w *walker) walk(d *dir) {
	w.total.Add(d.size)
	for _, sub := range d.subs {
		w.run(func() { w.walk(sub) })
	}
}

func main() {
	root := &dir{1, []*dir{
		{10, []*dir{{200, nil}}},
		{20, []*dir{{300, nil}}},
		{30, nil},
	}}
	w := &walker{group: newGroup(3)}
	w.run(func() { w.walk(root) })
	w.wg.Wait()
	fmt.Println("total size:", w.total.Load())
}
