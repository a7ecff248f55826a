package runner

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sort"
	"sync"

	"interleave/sim/event"
)

// frames is what a run has said so far: whole frames in order, appended by the
// one goroutine that reads the child and read by any number of others.
type frames struct {
	mu      sync.Mutex
	list    []frame
	first   uint64        // sequence number of the first event kept
	next    uint64        // sequence number after the last event
	ended   bool          // nothing will be appended any more
	forget  bool          // drop what was read: there is one reader
	changed chan struct{} // closed at the next change
}

// frame is one frame of the log; its bytes are never changed.
type frame struct {
	header event.Header
	data   []byte
}

func newFrames(forget bool) *frames {
	return &frames{forget: forget, changed: make(chan struct{})}
}

// append adds the frame data, whose header is h and follows what is there.
func (f *frames) append(h event.Header, data []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, frame{h, data})
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
	i := sort.Search(len(f.list), func(i int) bool {
		h := f.list[i].header
		return h.First+uint64(h.Count) > seq
	})
	// A frame of definitions alone counts no events; it belongs to the event
	// that follows it.
	j := i
	for j > 0 && f.list[j-1].header.Count == 0 {
		j--
	}
	data := merge(f.list[j:i+1], seq)
	if f.forget {
		f.list = slices.Delete(f.list, 0, i+1)
		f.first = f.next
		if len(f.list) > 0 {
			f.first = f.list[0].header.First
		}
	}
	return data, nil, nil
}

// merge makes one frame of the definitions in fs and the records of the last
// one from seq on.
func merge(fs []frame, seq uint64) []byte {
	last := fs[len(fs)-1]
	if len(fs) == 1 && last.header.First == seq {
		return last.data
	}
	data := make([]byte, event.HeaderSize)
	for _, f := range fs {
		data = append(data, f.data[event.HeaderSize:event.HeaderSize+f.header.Defs]...)
	}
	defs := len(data) - event.HeaderSize
	skip := int(seq - last.header.First)
	data = append(data, last.data[event.HeaderSize+last.header.Defs+skip*event.RecordSize:]...)
	event.PutHeader(data, defs, seq, last.header.Count-skip)
	return data
}
