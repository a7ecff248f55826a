package rt

import (
	"time"
	"unsafe"

	"interleave/sim/event"
)

// bufSize is how many records a segment of the buffer holds.
const bufSize = event.SegmentRecords

// What has happened. In a ring (see [event.RingSegments]) the host sees it at
// the latest after our death; where memory cannot be shared there is one
// segment of our own, which is written to the host as a frame.
var (
	own     segment
	buf     = &own.records // records of the segment at hand
	bufN    int            // how many
	bufMax  = bufSize      // look up when bufN gets here
	bufBase uint64         // sequence number of buf[0]
	defs    = own.defs[:0] // definitions of the segment, within its room
	head    = &own.head    // the numbers that tell the host
	told    event.Mark     // what it was told last
	frame   []byte         // room to put a message together
	oldAt   time.Time      // when the host was last told
)

// segmentHead is how a segment begins.
type segmentHead struct {
	serial  uint64
	records uint32
	defs    uint32
	_       [event.SegmentHead - 16]byte
}

// segment is a segment of the ring.
type segment struct {
	head    segmentHead
	defs    [event.SegmentDefs]byte
	records [bufSize]event.Record
}

// A segment is as package event says, or this does not compile.
var _ [event.SegmentSize]byte = [unsafe.Sizeof(segment{})]byte{}

// openSegment begins to fill segment number serial, which is free.
func openSegment(serial uint64) {
	s := &host.ring[serial%event.RingSegments]
	head, buf, defs = &s.head, &s.records, s.defs[:0]
	head.records, head.defs = 0, 0
	head.serial = serial
	bufN, told = 0, event.Mark{Serial: serial}
}

// written counts the record that was just written to buf[n].
func written(n int) {
	n++
	bufN, head.records = n, uint32(n)
	if n >= bufMax {
		full()
	}
}

// put buffers r, traced or not.
func put(r event.Record) {
	n := bufN
	buf[n&(bufSize-1)] = r
	written(n)
}

// events is how many there have been.
func events() uint64 { return bufBase + uint64(bufN) }

// full makes room, waits for leave to go on, and ends a run that has said too
// much.
func full() {
	if bufN == bufSize {
		nextSegment()
	} else {
		flush()
	}
	if events() >= conf.maxEvents && !ending {
		finish(outcomeEvents, 2, "")
	}
	awaitGrant()
}

// define adds a definition of n bytes, which add appends. One that no segment
// can hold goes to the host at once, in a frame of its own.
func define(n int, add func([]byte) []byte) {
	n += 24 // its head, its id, what fills it up
	if len(defs)+n > cap(defs) {
		nextSegment()
		limitBuf()
	}
	if n > cap(defs) {
		flush()
		writeFrame(add(nil), nil)
		return
	}
	defs = add(defs)
	head.defs = uint32(len(defs))
}

// nextSegment tells the host that this segment is filled, and opens the next
// one when it is free.
func nextSegment() {
	if host.ring == nil {
		flush()
		return
	}
	tell(true)
	bufBase += uint64(bufN)
	serial := told.Serial + 1
	for serial >= host.taken+event.RingSegments {
		op, arg := command()
		if op == opSignal {
			lateSignals = append(lateSignals, arg)
			continue
		}
		obey(op, arg)
	}
	openSegment(serial)
}

// flush tells the host what there is.
func flush() {
	if host.ring != nil {
		tell(false)
		return
	}
	if bufN == 0 && len(defs) == 0 {
		return
	}
	writeFrame(defs, buf[:bufN])
	bufBase += uint64(bufN)
	bufN, defs = 0, defs[:0]
}

// tell sends a mark if there is news.
func tell(closed bool) {
	m := event.Mark{Serial: told.Serial, Records: bufN, Defs: len(defs), Closed: closed}
	if m == told {
		return
	}
	told = m
	var b [event.HeaderSize]byte
	m.Put(b[:])
	host.write(b[:])
	oldAt = time.Now()
}

// writeFrame writes a frame of what comes after the events before it.
func writeFrame(defs []byte, records []event.Record) {
	frame = append(frame[:0], make([]byte, event.HeaderSize)...)
	event.PutHeader(frame, len(defs), events()-uint64(len(records)), len(records))
	frame = append(frame, defs...)
	frame = appendRecords(frame, records)
	host.write(frame)
	oldAt = time.Now()
}

// appendRecords appends the records' bytes; in memory they are as on the wire
// where the machine is little-endian.
func appendRecords(b []byte, rs []event.Record) []byte {
	if len(rs) == 0 {
		return b
	}
	if littleEndian {
		return append(b, unsafe.Slice((*byte)(unsafe.Pointer(&rs[0])), len(rs)*event.RecordSize)...)
	}
	for i := range rs {
		var w [event.RecordSize]byte
		rs[i].Put(w[:])
		b = append(b, w[:]...)
	}
	return b
}

var littleEndian = func() bool {
	r := event.Record{T: 1, Kind: 2, P: 3}
	var w [event.RecordSize]byte
	r.Put(w[:])
	return unsafe.Sizeof(r) == event.RecordSize && *(*[event.RecordSize]byte)(unsafe.Pointer(&r)) == w
}()

// flushIfOld keeps the host informed about a run that computes for long
// between its events. Only how events are cut into frames depends on it.
func flushIfOld() {
	if looks++; looks&63 != 0 || bufN == 0 {
		return
	}
	if time.Since(oldAt) > 20*time.Millisecond {
		flush()
	}
}

var looks uint
