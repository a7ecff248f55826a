package real

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sort"
	"sync"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// A spool keeps the frames of a run, up to so many bytes: then the oldest are
// dropped, and what they come to is kept as one frame. One goroutine appends and
// any number read.
type spool struct {
	max int

	mu      sync.Mutex
	list    []eventlog.Frame
	size    int
	next    uint64           // number of the event after the last
	dropped uint64           // how many events are gone
	gist    *gist            // what those come to,
	summary []eventlog.Frame // as frames
	ended   bool
	changed chan struct{} // closed at the next change
}

func newSpool(most int) *spool { return &spool{max: most, changed: make(chan struct{})} }

// append adds a frame that follows what is there.
func (s *spool) append(data []byte) error {
	h, err := event.ParseHeader(data)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, eventlog.Frame{Header: h, Data: data})
	s.next += uint64(h.Count)
	if s.size += len(data); s.size > s.max {
		if err := s.drop(); err != nil {
			return err
		}
	}
	s.wake()
	return nil
}

func (s *spool) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.wake()
}

func (s *spool) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// A Dropped is the error of Read for an event that is not kept any more. What
// has been dropped is summed up by the frame that begins at event First, which
// tells a reader who knows nothing all that matters from there on.
type Dropped struct {
	First  uint64
	Events uint64 // how many
}

// Error says it in the words of a log file.
func (d *Dropped) Error() string {
	return fmt.Sprintf("the first %d events are not kept any more: read on from event %d", d.Events, d.First)
}

// read returns a frame that starts at event seq, once there is one.
func (s *spool) read(ctx context.Context, seq uint64) ([]byte, error) {
	for {
		data, changed, err := s.look(seq)
		if data != nil || err != nil {
			return data, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (s *spool) look(seq uint64) ([]byte, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case seq >= s.next && s.ended:
		return nil, nil, io.EOF
	case seq >= s.next:
		return nil, s.changed, nil
	case seq < s.dropped:
		for _, f := range s.summary {
			if seq == f.Header.First {
				return f.Data, nil, nil
			}
		}
		return nil, nil, &Dropped{First: s.summary[0].Header.First, Events: s.dropped}
	}
	data, _ := eventlog.FrameAt(s.list, seq)
	return data, nil, nil
}

// drop lets go of a quarter of what is kept.
func (s *spool) drop() error {
	if s.gist == nil {
		s.gist = newGist()
	}
	n := 0
	for ; n < len(s.list)-1 && s.size > s.max/4*3; n++ {
		f := s.list[n]
		if err := s.gist.take(f.Data); err != nil {
			return fmt.Errorf("sum up old events: %w", err)
		}
		s.size -= len(f.Data)
		s.dropped += uint64(f.Header.Count)
	}
	s.list = slices.Delete(s.list, 0, n)
	s.summary = s.gist.frames(s.dropped)
	return nil
}

// upTo adds to what the run had come to at event next all that came since.
func (s *spool) upTo(g *gist, next uint64) (*gist, uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g == nil || next < s.dropped {
		if g, next = newGist(), 0; s.gist != nil {
			g, next = s.gist.clone(), s.dropped
		}
	}
	for _, f := range s.list[sort.Search(len(s.list), func(i int) bool { return s.list[i].Header.First >= next }):] {
		_ = g.take(f.Data) // it is our own
	}
	return g, s.next
}

// all is what the whole run comes to.
func (s *spool) all() *gist {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := newGist()
	if s.gist != nil {
		g = s.gist.clone()
	}
	for _, f := range s.list {
		_ = g.take(f.Data) // it is our own
	}
	return g
}

// count is how many events there are, and how many of them are dropped.
func (s *spool) count() (events, dropped uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next, s.dropped
}
