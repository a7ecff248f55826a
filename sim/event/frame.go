package event

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A frame is a batch of records with the table entries that they are the
// first to need. All numbers are little-endian; every part starts at a
// multiple of 8 bytes:
//
//	0   u32  magic "ILV1"
//	4   u32  bytes of definitions (a multiple of 8)
//	8   u64  sequence number of the first record (the first of a run is 0)
//	16  u32  number of records
//	20  u32  0
//	24  definitions
//	..  records, 32 bytes each
//
// A definition is u32 length of its payload, u8 DefKind, 3 zero bytes, the
// payload, and zeros up to a multiple of 8.
//
//	DefText    u32 id, then UTF-8 text
//	DefSite    u32 id, u32 line, u32 column, u32 file (text id), u32 function (text id); and u32 caller (site id), if there is one
//	DefObject  u32 id, u32 Class, u32 name (text id), u32 type (text id), u32 site
//	DefSchedule  u32 0, then text: the whole run's schedule, once, at its end, if it was asked for
const (
	Magic      = 0x31564c49
	HeaderSize = 24
	RecordSize = 32

	// MaxFrame bounds a frame's size in bytes, so that a reader never
	// allocates on the word of a hostile writer.
	MaxFrame = 8 << 20
)

// DefKind is the kind of a definition.
type DefKind uint8

// The kinds of definitions.
const (
	_ DefKind = iota
	DefText
	DefSite
	DefObject
	DefSchedule
)

// Site is a place in the learner's source.
type Site struct {
	Line, Col  uint32
	File, Func uint32 // text ids

	// Caller is the site of the call in which this one lies, so that a site of
	// a real run stands for a whole stack; 0 where that ends or is not known.
	// It is above MaxSite and, where this one is above MaxSite too, below this
	// one, so that no stack goes in a circle.
	Caller uint32
}

// MaxSite is the last site at which an event can be; those above it are only
// callers.
const MaxSite = 1<<16 - 1

// Object describes a channel, lock, timer or other thing that events are about.
type Object struct {
	Class      Class
	Name, Type uint32 // text ids; 0 where unknown
	Site       uint32 // where it was made or first used
}

// AppendText appends the definition of text id.
func AppendText(b []byte, id uint32, text string) []byte {
	b = appendDefHead(b, DefText, 4+len(text))
	b = binary.LittleEndian.AppendUint32(b, id)
	b = append(b, text...)
	return pad(b)
}

// AppendSite appends the definition of site id.
func AppendSite(b []byte, id uint32, s Site) []byte {
	fields := [...]uint32{id, s.Line, s.Col, s.File, s.Func, s.Caller}
	n := len(fields)
	if s.Caller == 0 {
		n--
	}
	b = appendDefHead(b, DefSite, 4*n)
	for _, v := range fields[:n] {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return pad(b)
}

// AppendObject appends the definition of object id.
func AppendObject(b []byte, id ObjID, o Object) []byte {
	b = appendDefHead(b, DefObject, 20)
	for _, v := range [...]uint32{uint32(id), uint32(o.Class), o.Name, o.Type, o.Site} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return pad(b)
}

func appendDefHead(b []byte, k DefKind, n int) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(n))
	return append(b, byte(k), 0, 0, 0)
}

func pad(b []byte) []byte {
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	return b
}

// PutHeader writes a frame's header to the first HeaderSize bytes of b.
func PutHeader(b []byte, defs int, first uint64, count int) {
	binary.LittleEndian.PutUint32(b, Magic)
	binary.LittleEndian.PutUint32(b[4:], uint32(defs))
	binary.LittleEndian.PutUint64(b[8:], first)
	binary.LittleEndian.PutUint32(b[16:], uint32(count))
	binary.LittleEndian.PutUint32(b[20:], 0)
}

// Put writes r to the first RecordSize bytes of b.
func (r *Record) Put(b []byte) {
	_ = b[RecordSize-1]
	binary.LittleEndian.PutUint64(b, r.T)
	binary.LittleEndian.PutUint32(b[8:], uint32(r.G))
	binary.LittleEndian.PutUint32(b[12:], uint32(r.Obj))
	binary.LittleEndian.PutUint32(b[16:], r.Peer)
	binary.LittleEndian.PutUint32(b[20:], uint32(r.Val))
	binary.LittleEndian.PutUint32(b[24:], uint32(r.N))
	binary.LittleEndian.PutUint16(b[28:], r.Site)
	b[30], b[31] = byte(r.Kind), r.P
}

// Parse reads a record from the first RecordSize bytes of b.
func Parse(b []byte) Record {
	_ = b[RecordSize-1]
	return Record{
		T:    binary.LittleEndian.Uint64(b),
		G:    GID(binary.LittleEndian.Uint32(b[8:])),
		Obj:  ObjID(binary.LittleEndian.Uint32(b[12:])),
		Peer: binary.LittleEndian.Uint32(b[16:]),
		Val:  Val(binary.LittleEndian.Uint32(b[20:])),
		N:    int32(binary.LittleEndian.Uint32(b[24:])),
		Site: binary.LittleEndian.Uint16(b[28:]),
		Kind: Kind(b[30]),
		P:    b[31],
	}
}

// Header is what a frame's first HeaderSize bytes say.
type Header struct {
	Defs  int    // bytes of definitions
	First uint64 // sequence number of the first record
	Count int    // number of records
}

// Size returns the whole frame's size in bytes.
func (h Header) Size() int { return HeaderSize + h.Defs + h.Count*RecordSize }

// ErrFrame is what every refusal of a malformed frame wraps.
var ErrFrame = errors.New("malformed frame")

// ParseHeader reads and checks a frame's header.
func ParseHeader(b []byte) (Header, error) {
	if len(b) < HeaderSize {
		return Header{}, fmt.Errorf("%w: %d bytes of header", ErrFrame, len(b))
	}
	if m := binary.LittleEndian.Uint32(b); m != Magic {
		return Header{}, fmt.Errorf("%w: magic %#x", ErrFrame, m)
	}
	defs, first, count := binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint32(b[16:])
	switch {
	case binary.LittleEndian.Uint32(b[20:]) != 0:
		return Header{}, fmt.Errorf("%w: reserved field set", ErrFrame)
	case defs%8 != 0 || defs > MaxFrame || count > MaxFrame/RecordSize:
		return Header{}, fmt.Errorf("%w: %d bytes of definitions, %d records", ErrFrame, defs, count)
	case first > math.MaxInt64:
		return Header{}, fmt.Errorf("%w: first record is %d", ErrFrame, first)
	}
	h := Header{Defs: int(defs), First: first, Count: int(count)}
	if h.Size() > MaxFrame {
		return Header{}, fmt.Errorf("%w: %d bytes", ErrFrame, h.Size())
	}
	return h, nil
}

// Sink takes what a frame holds, in order. It keeps nothing of b and text
// beyond the call.
type Sink struct {
	Text   func(id uint32, text string) error
	Site   func(id uint32, s Site) error
	Object func(id ObjID, o Object) error
	Event  func(seq uint64, r Record) error

	// Schedule may be nil: then a schedule is passed over.
	Schedule func(text string) error
}

// Decode reads one whole frame and hands its parts to s. It checks the form
// of the frame and that kinds are known, not the laws of a run.
func Decode(b []byte, s Sink) error {
	h, err := ParseHeader(b)
	if err != nil {
		return err
	}
	if len(b) != h.Size() {
		return fmt.Errorf("%w: %d bytes where its header says %d", ErrFrame, len(b), h.Size())
	}
	if err := DecodeDefs(b[HeaderSize:HeaderSize+h.Defs], s); err != nil {
		return err
	}
	for i := range h.Count {
		r := Parse(b[HeaderSize+h.Defs+i*RecordSize:])
		if r.Kind == 0 || r.Kind >= NumKinds {
			return fmt.Errorf("%w: kind %d", ErrFrame, r.Kind)
		}
		if err := s.Event(h.First+uint64(i), r); err != nil {
			return err
		}
	}
	return nil
}

// DecodeDefs reads a frame's definitions and hands them to s.
func DecodeDefs(b []byte, s Sink) error {
	u32 := binary.LittleEndian.Uint32
	for len(b) > 0 {
		n, kind := int(u32(b)), DefKind(b[4])
		end := (8 + n + 7) &^ 7
		if n < 4 || end > len(b) {
			return fmt.Errorf("%w: definition of %d bytes with %d left", ErrFrame, n, len(b)-8)
		}
		p := b[8 : 8+n]
		var err error
		switch {
		case kind == DefText:
			err = s.Text(u32(p), string(p[4:]))
		case kind == DefSite && n == 20:
			err = s.Site(u32(p), Site{Line: u32(p[4:]), Col: u32(p[8:]), File: u32(p[12:]), Func: u32(p[16:])})
		case kind == DefSite && n == 24:
			err = s.Site(u32(p), Site{Line: u32(p[4:]), Col: u32(p[8:]), File: u32(p[12:]), Func: u32(p[16:]), Caller: u32(p[20:])})
		case kind == DefSchedule:
			if s.Schedule != nil {
				err = s.Schedule(string(p[4:]))
			}
		case kind == DefObject && n == 20:
			err = s.Object(ObjID(u32(p)), Object{Class: Class(u32(p[4:])), Name: u32(p[8:]), Type: u32(p[12:]), Site: u32(p[16:])})
		default:
			err = fmt.Errorf("%w: definition of kind %d, %d bytes", ErrFrame, kind, n)
		}
		if err != nil {
			return err
		}
		b = b[end:]
	}
	return nil
}

// AppendSchedule appends a frame without records whose only definition is the
// schedule of a run that has had events events.
func AppendSchedule(b []byte, events uint64, schedule []byte) []byte {
	d := appendDefHead(nil, DefSchedule, 4+len(schedule))
	d = append(d, 0, 0, 0, 0)
	d = pad(append(d, schedule...))
	b = append(b, make([]byte, HeaderSize)...)
	PutHeader(b[len(b)-HeaderSize:], len(d), events, 0)
	return append(b, d...)
}
