// An image store downloads layers, two at a time at most. A pull must have the
// layer; a prefetch does without if there is no slot for it. When the mirror
// changes during a download, the download is done again.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type store struct {
	slots  chan struct{}
	mirror atomic.Int64

	mu    sync.Mutex // of the layer
	layer int        // the mirror it came from, 0 if it is not here
}

func (s *store) download() {
	s.layer = int(s.mirror.Load())
}

// Pull downloads the layer and returns when it is there.
func (s *store) Pull() {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.layer != 0 {
		return
	}
	s.download()
	if int(s.mirror.Load()) != s.layer {
		// Not a new download: to the end of the queue with it.
		<-s.slots
		s.slots <- struct{}{}
		s.download()
	}
}

// Prefetch downloads the layer if there is nothing better to do.
func (s *store) Prefetch() {
	select {
	case s.slots <- struct{}{}:
	default:
		return
	}
	defer func() { <-s.slots }()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.layer == 0 {
		s.download()
	}
}

func main() {
	s := &store{slots: make(chan struct{}, 2)}
	s.mirror.Store(1)

	var wg sync.WaitGroup
	for _, work := range []func(){
		s.Pull,
		s.Prefetch,
		s.Prefetch,
		func() { s.mirror.Store(2) },
	} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work()
		}()
	}
	wg.Wait()

	fmt.Println("layer is there:", s.layer != 0)
}
