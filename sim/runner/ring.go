package runner

import (
	"fmt"
	"os"

	"interleave/sim/event"
)

// ring is the memory in which a program leaves its events; see
// [event.RingSegments]. It is read as a file and never mapped here: what was
// read is ours, and the program cannot change it while it is checked.
type ring struct {
	file   *os.File   // nil: the program sends frames
	at     event.Mark // how far it was read
	closed bool       // the last read ended a segment
}

// newRing makes a ring whose size is fixed. Where there is no such memory it
// has no file.
func newRing() ring {
	return ring{file: sharedMemory(event.RingSize), at: event.Mark{Serial: event.RingSegments}}
}

// read makes a frame, with first as its first event, of what was added up to m.
func (r *ring) read(m event.Mark, first uint64) (event.Header, []byte, error) {
	if r.file == nil || m.Serial != r.at.Serial || m.Records < r.at.Records || m.Defs < r.at.Defs {
		return event.Header{}, nil, fmt.Errorf("%w: mark out of order", event.ErrFrame)
	}
	h := event.Header{Defs: m.Defs - r.at.Defs, First: first, Count: m.Records - r.at.Records}
	data := make([]byte, h.Size())
	event.PutHeader(data, h.Defs, h.First, h.Count)
	defs, records := data[event.HeaderSize:event.HeaderSize+h.Defs], data[event.HeaderSize+h.Defs:]
	from := m.Offset() + event.SegmentHead
	if _, err := r.file.ReadAt(defs, from+int64(r.at.Defs)); err != nil {
		return h, nil, fmt.Errorf("%w: read the ring: %w", event.ErrFrame, err)
	}
	from += event.SegmentDefs
	if _, err := r.file.ReadAt(records, from+int64(r.at.Records)*event.RecordSize); err != nil {
		return h, nil, fmt.Errorf("%w: read the ring: %w", event.ErrFrame, err)
	}
	r.at = m
	if r.closed = m.Closed; m.Closed {
		r.at = event.Mark{Serial: m.Serial + 1}
	}
	return h, data, nil
}

// written is how far the segment at hand was filled by a process that has
// ended, as a mark that closes it; false if it was not begun.
func (r *ring) written() (event.Mark, bool) {
	var head [event.SegmentHead]byte
	if r.file == nil {
		return event.Mark{}, false
	}
	if _, err := r.file.ReadAt(head[:], r.at.Offset()); err != nil {
		return event.Mark{}, false
	}
	m, err := event.ParseSegmentHead(head[:])
	m.Closed = true
	return m, err == nil && m.Serial == r.at.Serial
}

// salvage lets in what a process that has ended left in the ring without
// telling. It trusts that no more than what it was told.
func (r *Run) salvage() {
	for range event.RingSegments {
		m, ok := r.ring.written()
		if !ok {
			return
		}
		h, data, err := r.ring.read(m, r.door.events)
		if err != nil {
			return
		}
		if len(data) > event.HeaderSize && r.take(h, data) != nil {
			return
		}
	}
}

// free tells the process that the segments before serial may be used again.
func (r *Run) free(serial uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.command(opTaken, serial)
}
