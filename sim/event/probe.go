package event

import "encoding/binary"

// A Probe is what a program on the real runtime says about itself: one record,
// 32 bytes, little-endian in memory. Its kinds are those of [Record]; package
// interleave/sim/probe says what each holds and how records are put in order.
type Probe struct {
	T    uint64 // CLOCK_MONOTONIC in ns where the head of the memory says so, never 0; written last
	Obj  uint64 // the address of a channel or lock; of GoCreate the new goroutine, of GoStart the runtime's number of it, 0 if it was not asked
	Val  Val    // a small integer, ProbeFalse or ProbeTrue; 0 if it is none of these
	N    int32  // as for Record; what a probe cannot know is 0
	G    GID    // who
	Site uint16 // index of the table of sites; 0 is unknown
	Kind Kind
	Flag uint8 // Probe… flags
}

// ProbeCategory is the category of the log by which a goroutine says in an execution
// trace which number it has in probes, and ProbePackage how the functions that stand
// around the program's operations begin.
const (
	ProbeCategory = "interleave/goroutine"
	ProbePackage  = "interleave/sim/rt/probe."
)

// Values of probes that are not numbers: texts that need no definition.
const (
	ProbeFalse Val = 1
	ProbeTrue  Val = 2
)

// FromProbe reports whether a record of kind k in a run of the real runtime comes
// from a probe; all others are the execution trace's. Of a GoPark, GoReady, GoCreate
// and GoEnd the trace knows that and when they happened, and probes on what object,
// with which value, and under which name.
func (k Kind) FromProbe() bool {
	return k >= ChanMake && k <= OnceDone || k == Partial
}

// Flags of a probe.
const (
	ProbeSend    = 1 << iota // of SelectWait, SelectChosen: the case sends
	ProbeClosed              // of SelectChosen: the channel is closed and empty
	ProbeForeign             // of GoStart: no go statement of the program started it
	ProbeRW                  // of what is done to a lock: it is an RWMutex
)

// Probes lie in memory that a program and whoever runs it share, so that
// nothing is lost with the program. It begins with a head of ProbeHead bytes:
//
//	0   u64  ProbeMagic, written by the program once it is ready
//	8   u64  chunks that were opened so far
//	16  u64  records that found no room
//	24  u64  1 if T is CLOCK_MONOTONIC, 0 if it counts from the start of the program
//	32  u64  by how many ns T may be off
//
// and goes on with chunks of ProbeChunk bytes:
//
//	0   u64  serial number, from 1 in order of opening; 0: the chunk is free
//	64  ProbeRecords records; those whose T is 0 are not written yet
//
// A chunk belongs to one thread of control at a time and is filled in order.
// When it is full the program does not look at it again: whoever has read it may
// clear its records, and then its number.
const (
	ProbeMagic   = 0x3145424f52504c49 // "ILPROBE1"
	ProbeHead    = 4096
	ProbeChunk   = 2048
	ProbeRecords = (ProbeChunk - SegmentHead) / RecordSize
)

// ParseProbe reads a record from the first RecordSize bytes of b.
func ParseProbe(b []byte) Probe {
	return Probe{
		T:    binary.LittleEndian.Uint64(b),
		Obj:  binary.LittleEndian.Uint64(b[8:]),
		Val:  Val(binary.LittleEndian.Uint32(b[16:])),
		N:    int32(binary.LittleEndian.Uint32(b[20:])),
		G:    GID(binary.LittleEndian.Uint32(b[24:])),
		Site: binary.LittleEndian.Uint16(b[28:]),
		Kind: Kind(b[30]),
		Flag: b[31],
	}
}
