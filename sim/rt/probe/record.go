package probe

import (
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"interleave/sim/event"
)

// Env is the variable of the environment that says which descriptor is the
// memory that probes go to.
const Env = "INTERLEAVE_PROBES"

// head is how the memory begins.
type head struct {
	magic, opened, lost, absolute, error uint64
}

// chunk is where one g writes.
type chunk struct {
	serial  uint64
	_       [event.SegmentHead - 8]byte
	records [event.ProbeRecords]event.Probe
}

var _ [event.ProbeChunk]byte = [unsafe.Sizeof(chunk{})]byte{}
var _ [event.RecordSize]byte = [unsafe.Sizeof(event.Probe{})]byte{}

// What everybody reads and nobody writes once the program runs.
var (
	on     bool
	memory *head
	chunks []chunk
	epoch  time.Time // from which the clock counts,
	base   uint64    // and what it shows then
)

func init() {
	fd, ok := descriptor()
	if !ok || !possible || !littleEndian() || !share(fd) {
		return
	}
	epoch = time.Now()
	base, memory.absolute, memory.error = monotonic()
	on = true
	begin(event.GID(ids.Add(1)))
	atomic.StoreUint64(&memory.magic, event.ProbeMagic)
}

// descriptor takes the descriptor's number out of the environment, so that
// what the program starts does not look for it.
func descriptor() (fd int, ok bool) {
	s, ok := syscall.Getenv(Env)
	if !ok || s == "" || len(s) > 4 {
		return 0, false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		fd = fd*10 + int(c-'0')
	}
	return fd, syscall.Unsetenv(Env) == nil
}

// place gives memory and chunks the shared memory.
func place(b []byte) {
	memory = (*head)(unsafe.Pointer(unsafe.SliceData(b)))
	chunks = unsafe.Slice((*chunk)(unsafe.Pointer(&b[event.ProbeHead])), (len(b)-event.ProbeHead)/event.ProbeChunk)
}

func littleEndian() bool {
	n := uint16(1)
	return *(*byte)(unsafe.Pointer(&n)) == 1
}

// now is the time of a record.
func now() uint64 { return base + uint64(time.Since(epoch)) }

// put writes a record.
func (p *g) put(r event.Probe) {
	if p.n == event.ProbeRecords && !p.open() {
		return
	}
	at := &p.chunk.records[p.n]
	at.Obj, at.Val, at.N, at.G, at.Site, at.Kind, at.Flag = r.Obj, r.Val, r.N, p.id, r.Site, r.Kind, r.Flag
	atomic.StoreUint64(&at.T, r.T)
	p.n++
}

// While there is no room, one record of so many asks for it again, and looks at
// so many chunks.
const (
	skipped = 256
	looks   = 64
)

// open finds a free chunk; false if there is none, and the record is lost.
func (p *g) open() bool {
	if p.skip > 0 {
		p.skip--
		atomic.AddUint64(&memory.lost, 1)
		return false
	}
	for range looks {
		serial := atomic.AddUint64(&memory.opened, 1)
		c := &chunks[(serial-1)%uint64(len(chunks))]
		if atomic.CompareAndSwapUint64(&c.serial, 0, serial) {
			p.chunk, p.n = c, 0
			return true
		}
	}
	p.skip = skipped
	atomic.AddUint64(&memory.lost, 1)
	return false
}
