package probe

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"

	"interleave/sim/event"
)

// DefaultSize is room for two million records that nobody has read yet. Memory
// that is not written to costs nothing.
const DefaultSize = 64 << 20

// Memory is where one program leaves its records. It is read as a file and never
// mapped here: what was read is ours, and the program cannot change it any more.
// Its methods are for one at a time.
type Memory struct {
	file   *os.File
	chunks []reading
	open   []uint64 // the chunks to which something may be added
	opened uint64   // how many had been opened at the last look
}

// reading is how far a chunk was read.
type reading struct {
	serial uint64
	n      int
	listed bool // among those that are open
}

// New makes memory of about so many bytes.
func New(size int) (*Memory, error) {
	chunks := (size - event.ProbeHead) / event.ProbeChunk
	if chunks < 1 {
		return nil, errors.New("make room for probes: too small")
	}
	file, err := shared(event.ProbeHead + int64(chunks)*event.ProbeChunk)
	if err != nil {
		return nil, fmt.Errorf("make room for probes: %w", err)
	}
	return &Memory{file: file, chunks: make([]reading, chunks)}, nil
}

// File is what the program has to get as a descriptor, whose number is the value
// of the variable INTERLEAVE_PROBES in its environment.
func (m *Memory) File() *os.File { return m.file }

// Close gives the memory back; a program that still runs keeps its own hold of it.
func (m *Memory) Close() error { return m.file.Close() }

// Clock says what T counts: nanoseconds of CLOCK_MONOTONIC if absolute, else
// since the start of the program.
type Clock struct {
	Absolute bool
	Error    uint64 // by how many ns all of them may be off
}

// Head is what the memory says as a whole.
type Head struct {
	Ready  bool   // the program has begun to record
	Opened uint64 // chunks
	Lost   uint64 // records for which there was no room
	Clock  Clock
}

// Head reads the head.
func (m *Memory) Head() (Head, error) {
	var b [40]byte
	if _, err := m.file.ReadAt(b[:], 0); err != nil {
		return Head{}, fmt.Errorf("read probes: %w", err)
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }
	return Head{Ready: word(0) == event.ProbeMagic, Opened: word(1), Lost: word(2), Clock: Clock{Absolute: word(3) == 1, Error: word(4)}}, nil
}

// Read returns what was recorded since the last call, sorted as the package says.
// While the program runs a later call may return records with earlier times: those
// of goroutines that had not come to write them yet. Chunks that are read to their
// end are given back.
func (m *Memory) Read() ([]event.Probe, error) {
	head, err := m.Head()
	if err != nil {
		return nil, err
	}
	var found []found
	var buf [event.ProbeChunk]byte
	m.look(head.Opened)
	kept := m.open[:0]
	for _, i := range m.open {
		done := false
		if found, done, err = m.chunk(i, buf[:], found); err != nil {
			return nil, err
		}
		if m.chunks[i].listed = !done; !done {
			kept = append(kept, i)
		}
	}
	m.open = kept
	return ordered(found), nil
}

// look lists the chunks that were opened since the last time.
func (m *Memory) look(opened uint64) {
	n := uint64(len(m.chunks))
	fresh := min(opened-m.opened, n)
	for k := range fresh {
		if i := (opened - fresh + k) % n; !m.chunks[i].listed {
			m.chunks[i].listed = true
			m.open = append(m.open, i)
		}
	}
	m.opened = opened
}

// found is a record, and the chunk that it was in.
type found struct {
	serial uint64
	later  bool // stamped after it has happened
	event.Probe
}

// chunk appends what was added to a chunk. It reports whether that is full, and was
// given back.
//
// A record is written before its time is, but one read of both may see the time alone,
// since nobody says in which order a read copies. So what has a time is read again.
func (m *Memory) chunk(i uint64, b []byte, to []found) (_ []found, done bool, err error) {
	at := event.ProbeHead + int64(i)*event.ProbeChunk
	if _, err := m.file.ReadAt(b, at); err != nil {
		return to, false, fmt.Errorf("read probes: %w", err)
	}
	r := &m.chunks[i]
	serial := binary.LittleEndian.Uint64(b)
	if serial == 0 {
		return to, false, nil
	}
	if serial != r.serial {
		r.serial, r.n = serial, 0
	}
	from, n := r.n, r.n
	for n < event.ProbeRecords && binary.LittleEndian.Uint64(b[event.SegmentHead+n*event.RecordSize:]) != 0 {
		n++
	}
	if n == from {
		return to, false, nil
	}
	first, last := event.SegmentHead+from*event.RecordSize, event.SegmentHead+n*event.RecordSize
	if _, err := m.file.ReadAt(b[first:last], at+int64(first)); err != nil {
		return to, false, fmt.Errorf("read probes: %w", err)
	}
	for ; r.n < n; r.n++ {
		p := event.ParseProbe(b[event.SegmentHead+r.n*event.RecordSize:])
		if p.T == 0 || p.Kind == 0 || p.Kind >= event.NumKinds {
			return to, false, fmt.Errorf("read probes: chunk %d holds a record of kind %d", serial, p.Kind)
		}
		to = append(to, found{serial: serial, Probe: p})
	}
	if n < event.ProbeRecords {
		return to, false, nil
	}
	return to, true, m.free(at)
}

// free gives a chunk back to the program: the records first, and then its number.
func (m *Memory) free(at int64) error {
	var zero [event.ProbeChunk]byte
	_, err := m.file.WriteAt(zero[event.SegmentHead:], at+event.SegmentHead)
	if err == nil {
		_, err = m.file.WriteAt(zero[:8], at)
	}
	if err != nil {
		return fmt.Errorf("free probes: %w", err)
	}
	return nil
}

// A key is what a record is sorted by: its time; whether it is stamped after it has
// happened; its goroutine; and where it stood, since what one goroutine did at the same
// time stays in its order.
type key struct{ t, rest uint64 }

// ordered sorts records by time, and by what is stamped before it happens first.
// What one goroutine did at the same time stays in its order, in which it opened
// its chunks.
func ordered(all []found) []event.Probe {
	bySerial := func(a, b found) int { return cmp.Compare(a.serial, b.serial) }
	if !slices.IsSortedFunc(all, bySerial) {
		slices.SortStableFunc(all, bySerial)
	}
	keys := make([]key, len(all))
	last := map[event.GID]int{} // the last record of each goroutine in the chunks before
	for i := range all {
		f := &all[i]
		f.later = happened(f.Kind)
		before, ok := i-1, i > 0
		if ok && all[i-1].serial != f.serial {
			last[all[i-1].G] = i - 1
			before, ok = last[f.G]
		}
		if ok && all[before].G == f.G && all[before].T == f.T && all[before].later {
			f.later = true
		}
		keys[i] = key{t: f.T, rest: uint64(f.G)<<31 | uint64(i)}
		if f.later {
			keys[i].rest |= 1 << 63
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if c := cmp.Compare(a.t, b.t); c != 0 {
			return c
		}
		return cmp.Compare(a.rest, b.rest)
	})
	rs := make([]event.Probe, len(all))
	for i, k := range keys {
		rs[i] = all[k.rest&(1<<31-1)].Probe
	}
	return rs
}

// happened reports whether something is stamped after it has happened.
func happened(k event.Kind) bool {
	switch k {
	case event.GoStart, event.ChanSent, event.ChanRecv, event.ChanReceived, event.ChanRecvClosed, event.SelectChosen,
		event.Lock, event.RLock, event.TryFail, event.WaitDone, event.CondWoken, event.OnceDo:
		return true
	}
	return false
}
