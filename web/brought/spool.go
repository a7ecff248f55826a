package brought

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"sync"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// A spool keeps frames in a file for whoever reads them by cursor.
type spool struct {
	file *os.File

	mu      sync.Mutex
	frames  []place
	next    uint64 // the number of the next event
	size    int64
	ended   bool
	err     error         // that ended it
	changed chan struct{} // closed and replaced at every change above
	defs    []byte        // of frames without events, for the next one
}

// place is where a frame lies.
type place struct {
	first uint64
	at    int64
	size  int
}

// newSpool makes a file that is gone once it is closed, or this process ends.
func newSpool() (*spool, error) {
	f, err := os.CreateTemp("", "interleave-frames-")
	if err != nil {
		return nil, fmt.Errorf("keep frames: %w", err)
	}
	// Where an open file cannot be removed, close does it.
	_ = os.Remove(f.Name())
	return &spool{file: f, changed: make(chan struct{})}, nil
}

// add appends a frame, which begins where the last one ended.
func (s *spool) add(frame []byte) error {
	h, err := event.ParseHeader(frame)
	if err != nil {
		return err
	}
	if len(s.defs) > 0 {
		frame = compose(h, append(s.defs, frame[event.HeaderSize:event.HeaderSize+h.Defs]...), frame[event.HeaderSize+h.Defs:])
		s.defs = nil
	}
	if h.Count == 0 {
		s.defs = append(s.defs, frame[event.HeaderSize:]...)
		return nil
	}
	if len(frame) > event.MaxFrame {
		return fmt.Errorf("%w: %d bytes", event.ErrFrame, len(frame))
	}
	if _, err := s.file.WriteAt(frame, s.size); err != nil {
		return fmt.Errorf("keep frames: %w", err)
	}
	s.change(func() {
		s.frames = append(s.frames, place{first: h.First, at: s.size, size: len(frame)})
		s.next = h.First + uint64(h.Count)
		s.size += int64(len(frame))
	})
	return nil
}

// end says that there is no more.
func (s *spool) end(err error) { s.change(func() { s.ended, s.err = true, err }) }

func (s *spool) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.changed)
	s.changed = make(chan struct{})
}

// read returns a frame whose first event is number seq, waiting for it; io.EOF
// after the last.
func (s *spool) read(ctx context.Context, seq uint64) ([]byte, error) {
	for {
		at, changed, err := s.find(seq)
		if err != nil {
			return nil, err
		}
		if changed == nil {
			return s.load(at, seq)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// find returns the place of the frame with event seq, or a channel that tells
// when to look again.
func (s *spool) find(seq uint64) (place, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case seq < s.next:
		i := sort.Search(len(s.frames), func(i int) bool { return s.frames[i].first > seq })
		return s.frames[i-1], nil, nil
	case s.ended && s.err != nil:
		return place{}, nil, s.err
	case s.ended:
		return place{}, nil, io.EOF
	}
	return place{}, s.changed, nil
}

// load reads a frame from event seq on.
func (s *spool) load(at place, seq uint64) ([]byte, error) {
	frame := make([]byte, at.size)
	_, err := s.file.ReadAt(frame, at.at)
	switch {
	case errors.Is(err, os.ErrClosed):
		return nil, io.EOF
	case err != nil:
		return nil, fmt.Errorf("read frames: %w", err)
	}
	if at.first == seq {
		return frame, nil
	}
	h, err := event.ParseHeader(frame)
	if err != nil {
		return nil, err
	}
	frame, _ = eventlog.FrameAt([]eventlog.Frame{{Header: h, Data: frame}}, seq)
	return frame, nil
}

// compose makes a frame of definitions and records.
func compose(h event.Header, defs, records []byte) []byte {
	frame := make([]byte, event.HeaderSize, event.HeaderSize+len(defs)+len(records))
	event.PutHeader(frame, len(defs), h.First, h.Count)
	return append(append(frame, defs...), records...)
}

// close gives the file back.
func (s *spool) close() error {
	err := s.file.Close()
	_ = os.Remove(s.file.Name()) // where it could not be removed before
	return err
}
