package probe

import (
	"context"
	"runtime"
	"runtime/trace"
	"strconv"
	"sync/atomic"

	"interleave/sim/event"
)

// A g is what is known of whoever runs on one g of the runtime. Only that
// goroutine looks inside.
type g struct {
	token uintptr
	next  *g // in its bucket

	id     event.GID
	mine   bool   // a go statement of the program started it, or it is main
	number uint64 // the runtime's, if it is not mine

	chunk    *chunk
	n        int  // records in chunk
	skip     int  // how many records are lost before it asks for a chunk again
	returned bool // its function has
	_        [64]byte
}

// gs holds every g by its token. It only grows, like the runtime's own list.
var gs [1 << 14]atomic.Pointer[g]

// ids is the number of the goroutine that was named last.
var ids atomic.Uint32

// current returns the g of who calls.
func current() *g {
	token := getg()
	bucket := &gs[uint64(token)*0x9e3779b97f4a7c15>>(64-14)]
	for p := bucket.Load(); p != nil; p = p.next {
		if p.token == token {
			if !p.mine {
				p.ask()
			}
			return p
		}
	}
	p := enter(bucket, token)
	p.ask()
	return p
}

func enter(bucket *atomic.Pointer[g], token uintptr) *g {
	p := &g{token: token, n: event.ProbeRecords}
	for {
		p.next = bucket.Load()
		if bucket.CompareAndSwap(p.next, p) {
			return p
		}
	}
}

// ask finds out who it is that runs here and was not started by us.
func (p *g) ask() {
	number := number()
	if p.number == number {
		return
	}
	p.number, p.id = number, event.GID(ids.Add(1))
	p.tell()
	p.put(event.Probe{T: now(), Kind: event.GoStart, Obj: number, Flag: event.ProbeForeign})
}

// begin makes who calls the goroutine of that id.
func begin(id event.GID) *g {
	token := getg()
	bucket := &gs[uint64(token)*0x9e3779b97f4a7c15>>(64-14)]
	p := bucket.Load()
	for p != nil && p.token != token {
		p = p.next
	}
	if p == nil {
		p = enter(bucket, token)
	}
	p.id, p.mine, p.number, p.returned = id, true, 0, false
	p.tell()
	p.put(event.Probe{T: now(), Kind: event.GoStart})
	return p
}

// Ending, if not nil, is called by a goroutine that ends without its function
// having returned: perhaps the program does.
var Ending func()

// end takes it out again. It is deferred, and so runs however the goroutine
// ends: N is 1 if its function did not return.
func (p *g) end() {
	var n int32
	if !p.returned {
		n = 1
	}
	p.put(event.Probe{T: now(), Kind: event.GoEnd, N: n})
	if n == 1 && Ending != nil {
		Ending()
	}
	p.mine = false
}

// tell says in the execution trace, if there is one, who this is.
func (p *g) tell() {
	if trace.IsEnabled() {
		trace.Log(context.Background(), event.ProbeCategory, strconv.FormatUint(uint64(p.id), 10))
	}
}

// number asks the runtime for the goroutine's number.
func number() uint64 {
	var buf [32]byte
	b := buf[:runtime.Stack(buf[:], false)]
	n := uint64(0)
	for _, c := range b[min(len(b), len("goroutine ")):] {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + uint64(c-'0')
	}
	return n
}
