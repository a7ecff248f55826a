package real

import (
	"math"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"interleave/sim/event"
	"interleave/sim/realtrace"
	"interleave/sim/rt/observe"
)

// Numbers from here on are given here, and those below by realtrace.
const (
	ownTexts   = 1 << 30
	ownObjects = 1<<21 + 1
)

// What an Output is of, by its N.
const (
	fromStdout = 1 + iota
	fromStderr
	fromScheduler
	fromUs
)

// A weave puts what is known from outside (what the program prints, and when)
// among the events of its trace, which come later, in order of time. While there
// is a trace, one goroutine hands in its events; any may hand in notes.
type weave struct {
	framer *realtrace.Framer
	out    event.Sink // its
	next   atomic.Int64

	// Of the goroutine that hands in the trace, and later under mu:
	base    int64 // what the machine's clock shows where T is 0
	last    uint64
	begun   bool
	text    uint32
	object  event.ObjID
	metrics map[string]event.ObjID
	told    map[uint32]string // texts that are not for others, and whose event has not come
	failed  error
	system  map[uint32]bool     // texts that are names of the runtime's own goroutines
	quiet   map[event.GID]bool  // and those goroutines
	ids     map[int64]event.GID // the goroutines that have not ended by the runtime's numbers,
	numbers map[event.GID]int64 // and those numbers
	moved   uint64              // when one of the others last began to run

	mu     sync.Mutex
	notes  []note // in order
	direct bool   // there is no trace, or no more
}

// A note is an output.
type note struct {
	at   int64 // what the machine's clock showed
	n    int32
	text string
}

func newWeave(out func(frame []byte) error, start int64) *weave {
	w := &weave{framer: realtrace.NewFramer(out), base: start, text: ownTexts, object: ownObjects, metrics: map[string]event.ObjID{}, system: map[uint32]bool{}, quiet: map[event.GID]bool{}, told: map[uint32]string{}, ids: map[int64]event.GID{}, numbers: map[event.GID]int64{}}
	w.out = w.framer.Sink()
	w.next.Store(math.MaxInt64)
	return w
}

// sink is where the events of the trace go.
func (w *weave) sink() event.Sink {
	s := w.out
	s.Text = w.takeText
	s.Event = w.takeEvent
	return s
}

// maxSystem bounds the names of goroutines that are the runtime's own: it has some
// twenty, and a program may have texts that look like them.
const maxSystem = 1 << 10

// named notes which goroutine is which of the runtime's.
func (w *weave) named(number int64, g event.GID) { w.ids[number], w.numbers[g] = g, number }

// metricPrefix begins what package observe logs of the runtime's metrics.
const metricPrefix = observe.MetricCategory + ": "

func (w *weave) takeText(id uint32, s string) error {
	if strings.HasPrefix(s, metricPrefix) {
		w.told[id] = s[len(metricPrefix):]
		return nil
	}
	if realtrace.System(s) && len(w.system) < maxSystem {
		w.system[id] = true
	}
	return w.out.Text(id, s)
}

// takeEvent hands on an event of the trace, after what was noted before it. Of
// the end of the trace nothing follows for the program.
func (w *weave) takeEvent(_ uint64, r event.Record) error {
	if r.Kind == event.RunEnd {
		return w.failed
	}
	w.begun = true
	if now := w.base + int64(r.T); now >= w.next.Load() && r.Kind != event.Traced {
		w.mu.Lock()
		w.emitNotes(now)
		w.mu.Unlock()
	}
	if r.Kind == event.UserLog && len(w.told) > 0 {
		if told, ok := w.told[r.Val.Text()]; ok {
			delete(w.told, r.Val.Text())
			r = w.metric(r, told)
		}
	}
	switch r.Kind {
	case event.GoCreate, event.GoName:
		if w.system[r.Val.Text()] {
			w.quiet[event.GID(r.Peer)] = true
		}
	case event.GoStart, event.SysExit:
		if !w.quiet[r.G] {
			w.moved = r.T
		}
	case event.GoEnd:
		delete(w.quiet, r.G)
		delete(w.ids, w.numbers[r.G])
		delete(w.numbers, r.G)
	}
	w.emit(r)
	return w.failed
}

// metric is a log of package observe as the value that it tells.
func (w *weave) metric(r event.Record, told string) event.Record {
	name, value, _ := strings.Cut(told, " ")
	obj, ok := w.metrics[name]
	if !ok && len(w.metrics) < 64 {
		obj = w.object
		w.object++
		w.metrics[name] = obj
		w.do(w.out.Object(obj, event.Object{Class: event.Expvar, Name: w.say(name)}))
	}
	val, small := event.Val(0), false
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		val, small = event.Int(n)
	}
	if !small {
		val = event.Val(w.say(value))
	}
	return event.Record{T: r.T, Kind: event.Metric, Obj: obj, Val: val, P: event.NoP}
}

func (w *weave) do(err error) {
	if w.failed == nil {
		w.failed = err
	}
}

// say defines a text.
func (w *weave) say(s string) uint32 {
	if s == "" || w.text == math.MaxInt32 {
		return 0
	}
	w.text++
	w.do(w.out.Text(w.text, s))
	return w.text
}

func (w *weave) emit(r event.Record) {
	r.T = max(r.T, w.last)
	w.last = r.T
	w.do(w.out.Event(0, r))
}

// emitNotes emits what was noted up to a time; mu is held.
func (w *weave) emitNotes(upTo int64) {
	n := 0
	for ; n < len(w.notes) && w.notes[n].at <= upTo; n++ {
		e := w.notes[n]
		w.emit(event.Record{T: uint64(max(e.at-w.base, 0)), Kind: event.Output, N: e.n, Val: event.Val(w.say(e.text)), P: event.NoP})
	}
	w.notes = append(w.notes[:0], w.notes[n:]...)
	if len(w.notes) > 0 {
		w.next.Store(w.notes[0].at)
	} else {
		w.next.Store(math.MaxInt64)
	}
}

// note takes what was said at a time.
func (w *weave) note(at int64, n int32, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if k := len(w.notes); k > 0 {
		at = max(at, w.notes[k-1].at)
	}
	w.notes = append(w.notes, note{at, n, text})
	if w.direct {
		w.emitNotes(math.MaxInt64)
		w.do(w.framer.Flush())
		return
	}
	if len(w.notes) == 1 {
		w.next.Store(at)
	}
}

// goOn lets notes through as they come, because there is no trace to wait for.
func (w *weave) goOn() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.direct {
		return
	}
	w.direct = true
	if !w.begun {
		w.begun = true
		w.emit(event.Record{Kind: event.Traced, N: int32(event.FromOutside), P: event.NoP})
	}
	w.emitNotes(math.MaxInt64)
	w.do(w.framer.Flush())
}

// finish hands in the last events, after everything else, at a time.
func (w *weave) finish(at int64, end func(emit func(event.Record), say func(string) uint32, site func(event.Site) uint16)) error {
	w.goOn()
	w.mu.Lock()
	defer w.mu.Unlock()
	t := uint64(max(at-w.base, 0))
	end(func(r event.Record) {
		r.T = t
		w.emit(r)
	}, w.say, func(s event.Site) uint16 {
		w.do(w.out.Site(event.MaxSite, s))
		return event.MaxSite
	})
	w.do(w.framer.Flush())
	return w.failed
}
