package observe

import (
	"context"
	"errors"
	"io"
	"math"
	"runtime"
	"runtime/trace"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Env is the variable of the environment that tells what to do, in numbers with
// commas between them: the descriptor for the trace; that of two bytes of memory, of
// which the host sets the first when this package is to rest, and finds in the
// second why the trace is over, 0 for none; and the time
// between flushes in nanoseconds, where 0 leaves it to this package and a negative
// one is never.
const Env = "INTERLEAVE_OBSERVE"

const (
	least = 10 * time.Millisecond  // between two flushes
	most  = 500 * time.Millisecond // the same, however much one costs
	times = 25                     // what one takes

	lazy   = 50 * time.Millisecond // between two where nothing happens
	enough = 10                    // for so many flushes
)

// Why a trace is over.
const (
	TooMuch = 1 + iota // it came faster than the host could read
	Stopped            // the program has stopped it
)

// tell tells the host why the trace is over.
func tell(why byte) {
	if len(orders) > 1 {
		orders[1] = why
	}
}

// flushing is held by whoever flushes; over says that the trace does not go on.
var (
	flushing sync.Mutex
	over     bool
)

// patience is how long a flush may take. A trace that comes faster than it is
// read would fill the memory of the program: it is given up.
const patience = 3 * time.Second

// plenty is how much may be written from one flush to the next, in bytes, for the
// same reason: whoever reads takes no more.
const plenty = 64 << 20

// What is written once, before the program begins.
var (
	recorder *trace.FlightRecorder // nil if nobody watches
	out      *stream
	orders   []byte // what the host wishes, and why there is no more trace; empty if it cannot
)

func init() {
	value, ok := syscall.Getenv(Env)
	if !ok {
		return
	}
	_ = syscall.Unsetenv(Env) // what the program starts does not look for it
	n, ok := parse(value)
	if !ok {
		return
	}
	if out = open(int(n[0])); out == nil {
		return
	}
	if n[1] > 0 {
		orders = mapped(int(n[1]))
	}
	if trace.Start(out) != nil {
		return
	}
	r := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: 1, MaxBytes: 1})
	if r.Start() != nil {
		return
	}
	recorder = r
	go keepFlushing(time.Duration(n[2]))
}

// parse reads three numbers.
func parse(s string) (n [3]int64, ok bool) {
	for i := range n {
		sign := int64(1)
		if len(s) > 0 && s[0] == '-' {
			s, sign = s[1:], -1
		}
		digits := 0
		for ; len(s) > digits && s[digits] >= '0' && s[digits] <= '9' && digits < 18; digits++ {
			n[i] = n[i]*10 + int64(s[digits]-'0')
		}
		n[i] *= sign
		if digits == 0 {
			return n, false
		}
		if s = s[digits:]; i < len(n)-1 {
			if len(s) == 0 || s[0] != ',' {
				return n, false
			}
			s = s[1:]
		}
	}
	return n, s == ""
}

// keepFlushing flushes until the program has ended or the trace has.
func keepFlushing(period time.Duration) {
	cost := time.Duration(0)
	metrics := newGauges()
	quietest, idle := uint64(math.MaxUint64), 0
	for first := time.Millisecond; ; first = min(2*first, most) { // a program may not live for long
		wait := period
		if period == 0 {
			wait = min(max(times*cost, least), most)
			switch {
			case first < least:
				wait = max(first, 2*cost)
			case idle > enough:
				wait = max(wait, lazy)
			}
		}
		if period < 0 {
			wait = most
		}
		time.Sleep(wait)
		if len(orders) > 0 && orders[0] != 0 {
			rest()
			return
		}
		if period < 0 {
			continue
		}
		metrics.tell()
		before, written := time.Now(), out.written.Load()
		if !flush() {
			return
		}
		// What we do ourselves makes a trace, too: of a program that waits it is
		// all that there is.
		much := out.written.Load() - written
		if quietest = min(quietest, much); much <= quietest+quietest/2 {
			idle++
		} else {
			idle = 0
		}
		// What one takes on a busy machine is more than what it costs.
		if took := time.Since(before); cost == 0 || took < cost {
			cost = took
		} else {
			cost += (took - cost) / 16
		}
	}
}

// rest ends the trace, and with it all that this package does: then the runtime
// can notice that the program is deadlocked.
func rest() {
	flushing.Lock()
	defer flushing.Unlock()
	if !over {
		over = true
		recorder.Stop()
		trace.Stop()
		out.close()
	}
}

// Flush hands on what the trace holds. It is called where the program is about
// to end.
func Flush() {
	if recorder != nil && !out.gone.Load() {
		trace.StartRegion(context.Background(), HandOver)
		flush()
	}
}

// HandOver is the region of what a program that is about to end does for its
// host: it is seen on the lane of the goroutine that ends the program, and is
// none of the program's own work.
const HandOver = "the observer hands over the trace"

// flush reports whether the trace goes on.
func flush() bool {
	for !flushing.TryLock() { // who waits for a lock would be seen to
		pause()
		runtime.Gosched()
	}
	defer flushing.Unlock()
	if over {
		return false
	}
	written := out.start()
	_, err := recorder.WriteTo(io.Discard)
	count, gone := out.end()
	switch {
	case gone: // nobody takes it any more
		recorder.Stop()
		trace.Stop()
	case err != nil || count == written: // the program has stopped the trace
		tell(Stopped)
		recorder.Stop()
		out.close()
	default:
		return true
	}
	over = true
	return false
}

// Exit, Fatal and Fatalf flush, and return the function that ends the program.
func Exit(exit func(int)) func(int) { Flush(); return exit }

// Fatal is as Exit.
func Fatal(fatal func(...any)) func(...any) { Flush(); return fatal }

// Fatalf is as Exit.
func Fatalf(fatal func(string, ...any)) func(string, ...any) { Flush(); return fatal }

// A stream is a descriptor that is written to as long as it is what it was. The
// trace's own goroutine alone writes. It has no lock: the program's goroutines,
// when they end the program, would be seen to wait for it.
type stream struct {
	fd       int
	dev, ino uint64

	written atomic.Uint64
	most    atomic.Uint64 // so much may be written before the next flush
	gone    atomic.Bool   // nothing more can be written
	until   atomic.Int64  // by the clock since epoch: the flush that goes on has to be over; 0: none does
	epoch   time.Time
}

var errGone = errors.New("nobody watches any more")

// Write writes a part of the trace.
func (s *stream) Write(b []byte) (int, error) {
	until := s.until.Load()
	much := s.written.Load() > s.most.Load() || until != 0 && int64(time.Since(s.epoch)) > until
	if s.gone.Load() || much || !s.same() {
		if much && !s.gone.Load() {
			tell(TooMuch)
		}
		s.close()
		return 0, errGone
	}
	for n := 0; n < len(b); {
		m, err := write(s.fd, b[n:])
		if err != nil && err != syscall.EINTR && err != syscall.EAGAIN {
			s.close()
			return n, errGone
		}
		n += max(m, 0)
	}
	s.written.Add(uint64(len(b)))
	return len(b), nil
}

// start begins a flush, and says how much was written before.
func (s *stream) start() uint64 {
	s.until.Store(int64(time.Since(s.epoch) + patience))
	return s.written.Load()
}

// end ends a flush and says how much was written, and whether no more can be.
func (s *stream) end() (written uint64, gone bool) {
	s.until.Store(0)
	s.most.Store(s.written.Load() + plenty)
	return s.written.Load(), s.gone.Load()
}

// close tells the host that nothing more will come.
func (s *stream) close() {
	if !s.gone.Swap(true) && s.same() {
		shut(s.fd)
	}
}
