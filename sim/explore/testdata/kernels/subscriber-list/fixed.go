// A hub tells its subscribers of events; they come and go meanwhile.
package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

type subscriber struct {
	id  int
	got atomic.Int32
}

type hub struct {
	mu   sync.Mutex
	subs []*subscriber
}

func (h *hub) leave(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i := slices.Index(h.subs, s); i >= 0 {
		h.subs = append(h.subs[:i], h.subs[i+1:]...)
	}
}

// publish tells all who are subscribed when it is called.
func (h *hub) publish() {
	h.mu.Lock()
	subs := slices.Clone(h.subs)
	h.mu.Unlock()
	for _, s := range subs {
		s.got.Add(1)
	}
}

func main() {
	h := &hub{}
	all := make([]*subscriber, 3)
	for i := range all {
		all[i] = &subscriber{id: i}
	}
	h.subs = slices.Clone(all)
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		h.publish()
	}()
	go func() {
		defer wg.Done()
		h.leave(all[0])
	}()
	wg.Wait()
	for _, s := range all[1:] {
		if n := s.got.Load(); n != 1 {
			panic(fmt.Sprintf("subscriber %d was told %d times of one event", s.id, n))
		}
	}
	fmt.Println("subscribers left:", len(h.subs))
}
