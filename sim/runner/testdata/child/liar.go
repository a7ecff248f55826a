package main

import (
	"encoding/binary"
	"os"
	"strings"
	"syscall"

	"interleave/sim/event"
)

var ring = func() []byte {
	b, err := syscall.Mmap(5, 0, event.RingSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		os.Exit(1)
	}
	return b
}()

// fill puts n records of kind k into the first segment, and a head that says
// so.
func fill(k event.Kind, n int) event.Mark {
	m := event.Mark{Serial: event.RingSegments, Records: n}
	for i := range n {
		r := event.Record{Kind: k, G: 1, P: event.NoP}
		r.Put(ring[event.SegmentHead+event.SegmentDefs+i*event.RecordSize:])
	}
	head(m.Serial, uint32(n), 0)
	return m
}

func head(serial uint64, records, defs uint32) {
	binary.LittleEndian.PutUint64(ring, serial)
	binary.LittleEndian.PutUint32(ring[8:], records)
	binary.LittleEndian.PutUint32(ring[12:], defs)
}

func mark(m event.Mark) {
	var b [event.HeaderSize]byte
	m.Put(b[:])
	frames.Write(b[:])
}

func main() {
	m := fill(event.GoCreate, 3)
	switch config["arg"] {
	case "nothing": // three records that nobody is told of
	case "cut":
		if syscall.Ftruncate(5, 0) == nil {
			print1("the ring was cut")
		}
	case "backwards":
		mark(m)
		m.Records = 1
		mark(m)
	case "ahead":
		m.Serial++
		mark(m)
	case "too many":
		m.Records = event.SegmentRecords + 1
		mark(m)
	case "odd":
		m.Defs = 7
		mark(m)
	case "unknown kind":
		mark(fill(event.NumKinds, 3))
	case "dies with a wrong head":
		head(event.RingSegments, event.SegmentRecords+1, 0)
	case "dies with unknown kinds":
		fill(event.NumKinds, 3)
	case "dies with nothing of its own":
		head(1, 3, 0)
	}
	if lie := config["arg"]; lie == "nothing" || lie == "cut" || strings.HasPrefix(lie, "dies") {
		os.Exit(7)
	}
	forever()
}
