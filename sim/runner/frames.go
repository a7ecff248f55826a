package runner

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// frames is what a run has said so far: whole frames in order, appended by the
// one goroutine that reads the child and read by any number of others.
type frames struct {
	mu      sync.Mutex
	list    []eventlog.Frame // whose bytes are never changed
	first   uint64           // sequence number of the first event kept
	next    uint64           // sequence number after the last event
	ended   bool             // nothing will be appended any more
	forget  bool             // drop what was read: there is one reader
	changed chan struct{}    // closed at the next change
}

func newFrames(forget bool) *frames {
	return &frames{forget: forget, changed: make(chan struct{})}
}

// append adds the frame data, whose header is h and follows what is there.
func (f *frames) append(h event.Header, data []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, eventlog.Frame{Header: h, Data: data})
	f.next += uint64(h.Count)
	f.wake()
}

// end says that nothing follows.
func (f *frames) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	f.wake()
}

// wake wakes all readers; f.mu is held.
func (f *frames) wake() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// count is how many events there are.
func (f *frames) count() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.next
}

// read returns a frame that starts at event seq, once there is one.
func (f *frames) read(ctx context.Context, seq uint64) ([]byte, error) {
	for {
		data, changed, err := f.look(seq)
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

// look returns a frame that starts at seq, or else a channel that tells when
// to look again.
func (f *frames) look(seq uint64) ([]byte, <-chan struct{}, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case seq < f.first:
		return nil, nil, fmt.Errorf("read event %d: dropped, the first one left is %d", seq, f.first)
	case seq >= f.next && f.ended:
		return nil, nil, io.EOF
	case seq >= f.next:
		return nil, f.changed, nil
	}
	data, i := eventlog.FrameAt(f.list, seq)
	if f.forget {
		f.list = slices.Delete(f.list, 0, i+1)
		f.first = f.next
		if len(f.list) > 0 {
			f.first = f.list[0].Header.First
		}
	}
	return data, nil, nil
}
