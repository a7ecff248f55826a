package event

import (
	"encoding/binary"
	"fmt"
)

// A ring is memory that a program and whoever runs it share, so that nothing
// the program has recorded is lost with it, however it ends. It has
// RingSegments segments, filled in turn, each of
//
//	0   u64  serial number: segment n of a run has n, counted from RingSegments
//	8   u32  records in it
//	12  u32  bytes of definitions in it
//	64  room for SegmentDefs bytes of definitions
//	..  room for SegmentRecords records
//
// The writer writes a definition or a record first and the number after it;
// in a new segment the numbers, and then the serial number. So after the
// writer's death the numbers tell what is whole. While it lives, a reader goes
// by the marks that the writer sends: at least one for every segment, in order.
// The writer opens a segment only once it was told that the one before in the
// same place was taken.
//
// In memory all numbers are little-endian; where the machine is not, there is
// no ring.
const (
	RingSegments   = 4
	SegmentRecords = 8192
	SegmentDefs    = 512 << 10
	SegmentHead    = 64
	SegmentSize    = SegmentHead + SegmentDefs + SegmentRecords*RecordSize
	RingSize       = RingSegments * SegmentSize
)

// MarkMagic begins a mark, which is as long as a frame's header.
const MarkMagic = 0x314d4c49 // "ILM1"

// Mark says how far a segment was filled:
//
//	0   u32  magic "ILM1"
//	4   u32  bytes of definitions
//	8   u64  serial number
//	16  u32  records
//	20  u32  1 if the segment is closed: nothing will be added to it
type Mark struct {
	Serial  uint64
	Records int
	Defs    int
	Closed  bool
}

// Put writes m to the first HeaderSize bytes of b.
func (m Mark) Put(b []byte) {
	binary.LittleEndian.PutUint32(b, MarkMagic)
	binary.LittleEndian.PutUint32(b[4:], uint32(m.Defs))
	binary.LittleEndian.PutUint64(b[8:], m.Serial)
	binary.LittleEndian.PutUint32(b[16:], uint32(m.Records))
	var closed uint32
	if m.Closed {
		closed = 1
	}
	binary.LittleEndian.PutUint32(b[20:], closed)
}

// IsMark reports whether b, the first HeaderSize bytes of something, is a mark
// and not a frame.
func IsMark(b []byte) bool { return binary.LittleEndian.Uint32(b) == MarkMagic }

// ParseMark reads and checks a mark.
func ParseMark(b []byte) (Mark, error) {
	m := Mark{
		Serial:  binary.LittleEndian.Uint64(b[8:]),
		Records: int(binary.LittleEndian.Uint32(b[16:])),
		Defs:    int(binary.LittleEndian.Uint32(b[4:])),
	}
	closed := binary.LittleEndian.Uint32(b[20:])
	m.Closed = closed == 1
	if closed > 1 {
		return m, fmt.Errorf("%w: mark with reserved bits set", ErrFrame)
	}
	return m, m.check()
}

// ParseSegmentHead reads and checks the head of a segment, as a mark.
func ParseSegmentHead(b []byte) (Mark, error) {
	m := Mark{
		Serial:  binary.LittleEndian.Uint64(b),
		Records: int(binary.LittleEndian.Uint32(b[8:])),
		Defs:    int(binary.LittleEndian.Uint32(b[12:])),
	}
	return m, m.check()
}

func (m Mark) check() error {
	if m.Records > SegmentRecords || m.Defs > SegmentDefs || m.Defs%8 != 0 {
		return fmt.Errorf("%w: segment of %d records, %d bytes of definitions", ErrFrame, m.Records, m.Defs)
	}
	return nil
}

// Offset is where in the ring m's segment begins.
func (m Mark) Offset() int64 { return int64(m.Serial%RingSegments) * SegmentSize }
