package realtrace

import "interleave/sim/event"

// A batch is full with so many records or bytes of definitions.
const (
	batchRecords = 8192
	batchDefs    = 1 << 20
)

// A Framer makes frames of events. NewFramer makes one; it is a sink for Read.
type Framer struct {
	out   func(frame []byte) error
	first uint64
	n     int
	defs  []byte
	recs  []byte
}

// NewFramer returns a Framer that hands each frame, once it is full or at a
// Flush, to out, which may keep it.
func NewFramer(out func(frame []byte) error) *Framer { return &Framer{out: out} }

// Sink returns where to hand events to.
func (f *Framer) Sink() event.Sink {
	return event.Sink{
		Text: func(id uint32, text string) error {
			f.defs = event.AppendText(f.defs, id, text)
			return f.roomForDefs()
		},
		Site: func(id uint32, s event.Site) error {
			f.defs = event.AppendSite(f.defs, id, s)
			return f.roomForDefs()
		},
		Object: func(id event.ObjID, o event.Object) error {
			f.defs = event.AppendObject(f.defs, id, o)
			return f.roomForDefs()
		},
		Event: f.event,
	}
}

func (f *Framer) roomForDefs() error {
	if len(f.defs) < batchDefs {
		return nil
	}
	return f.Flush()
}

func (f *Framer) event(_ uint64, r event.Record) error {
	n := len(f.recs)
	if cap(f.recs)-n < event.RecordSize {
		grown := make([]byte, n, min(2*n+256*event.RecordSize, batchRecords*event.RecordSize))
		copy(grown, f.recs)
		f.recs = grown
	}
	f.recs = f.recs[:n+event.RecordSize]
	r.Put(f.recs[n:])
	if f.n++; f.n == batchRecords {
		return f.Flush()
	}
	return nil
}

// Flush hands on what there is.
func (f *Framer) Flush() error {
	if f.n == 0 && len(f.defs) == 0 {
		return nil
	}
	frame := make([]byte, event.HeaderSize, event.HeaderSize+len(f.defs)+len(f.recs))
	event.PutHeader(frame, len(f.defs), f.first, f.n)
	frame = append(append(frame, f.defs...), f.recs...)
	f.first += uint64(f.n)
	f.n, f.defs, f.recs = 0, f.defs[:0], f.recs[:0]
	return f.out(frame)
}
