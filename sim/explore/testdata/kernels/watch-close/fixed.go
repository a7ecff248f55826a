// A hub publishes the versions of a setting to its watchers by calling them.
// A watcher that was closed takes itself off the hub.
package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

type watcher struct {
	hub    *hub
	seen   atomic.Int64
	closed atomic.Bool
}

// notify is called by the hub for each version.
func (w *watcher) notify(version int) {
	if w.closed.Load() {
		w.hub.remove(w)
		return
	}
	w.seen.Store(int64(version))
}

// Close ends the watch. The hub forgets the watcher now or at its next version.
func (w *watcher) Close() {
	w.closed.Store(true)
	w.hub.remove(w)
}

type hub struct {
	mu       sync.Mutex
	version  int
	watchers []*watcher
}

func (h *hub) Watch() *watcher {
	w := &watcher{hub: h}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watchers = append(h.watchers, w)
	return w
}

func (h *hub) remove(w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i := slices.Index(h.watchers, w); i >= 0 {
		h.watchers = slices.Delete(h.watchers, i, i+1)
	}
}

// Publish makes a new version and tells all watchers.
func (h *hub) Publish() {
	h.mu.Lock()
	h.version++
	version, watchers := h.version, slices.Clone(h.watchers)
	h.mu.Unlock()
	for _, w := range watchers {
		w.notify(version)
	}
}

func main() {
	h := &hub{}
	stays, goes := h.Watch(), h.Watch()

	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for range 3 {
			h.Publish()
		}
	}()
	go func() {
		defer wg.Done()
		goes.Close()
	}()
	wg.Wait()

	fmt.Println("version", h.version, "seen", stays.seen.Load(), "watchers", len(h.watchers))
}
