package realtrace

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"

	"golang.org/x/exp/trace"

	"interleave/sim/event"
	"interleave/sim/say"
)

// Options say how to read a trace.
type Options struct {
	// Flush, if not nil, is called after each generation, whose events have all
	// been handed on then: more may be long in coming.
	Flush func() error

	// MaxGeneration bounds the bytes of a generation, which is held in memory
	// whole; 0 is 128 MiB. It ends a trace that has a larger one.
	MaxGeneration int

	// Probes, if not nil, are the records of the program's probes, and Source
	// where they stand: they are merged into the events.
	Probes ProbeSource
	Source Source

	// Began, if not nil, is told what the machine's monotonic clock showed, in ns,
	// at the first event: there T is 0.
	Began func(at int64)

	// Named, if not nil, is told which goroutine of the events is which of the
	// runtime's, before the first event about it.
	Named func(number int64, g event.GID)

	// Lang is the language of what the run's last event says where the trace
	// could not be read to its end; "" is say.Fallback.
	Lang string
}

// Summary says what was read.
type Summary struct {
	Version     int    // of the trace's format: 26 is that of Go 1.26
	Events      uint64 // that were handed on
	Read        uint64 // events of the trace
	Samples     uint64 // of these, profiler's samples, which no event shows
	Unknown     uint64 // of these, experimental ones, which no event shows
	Generations int
	Goroutines  int // that were seen
	Placeless   uint64
	Probes      uint64    // records of probes
	Lost        uint64    // that the program had no room for
	Unplaced    uint64    // that became no events: what they say contradicts the rest
	Partial     int       // objects of which not all is known
	Start       time.Time // of the trace on the wall; zero where it does not say
	Length      time.Duration
}

// What can be wrong with a trace.
type Fault string

// The faults. After Cut, Damaged, Vast and Crowded there are events all the same, up to
// where the trace breaks off, and a RunEnd.
const (
	Empty   Fault = "empty"   // there is nothing, or nothing but a header
	Alien   Fault = "alien"   // it is no execution trace
	TooNew  Fault = "new"     // of a version that this package does not know
	TooOld  Fault = "old"     // of a version that has to be read in one piece, and too large for that
	Cut     Fault = "cut"     // it ends in the middle
	Damaged Fault = "damaged" // it contradicts itself
	Vast    Fault = "vast"    // one of its generations is larger than Options.MaxGeneration
	Crowded Fault = "crowded" // more Ps than events can tell apart
)

// A Problem is the error of a trace that could not be read, or not to its end.
type Problem struct {
	Fault   Fault
	Version int           // of the trace's format; 0 if it has none
	After   time.Duration // how much of the trace could be read
	Err     error         // in the words of the trace library, if it said something
}

func (p *Problem) Error() string {
	if p.Err == nil {
		return "read execution trace: " + string(p.Fault)
	}
	return fmt.Sprintf("read execution trace: %s: %v", p.Fault, p.Err)
}

func (p *Problem) Unwrap() error { return p.Err }

// Sentence says in lang what is wrong, and how much can be shown all the same.
func (p *Problem) Sentence(lang string) string {
	if lang == "" {
		lang = say.Fallback
	}
	s := say.Text(lang, "trace.fault."+string(p.Fault), "version", p.Version, "newest", newest)
	switch {
	case p.Fault == Empty, p.Fault == Alien, p.Fault == TooNew, p.Fault == TooOld:
		return s
	case p.After == 0:
		return say.Text(lang, "trace.fault.nothing", "sentence", s)
	}
	return say.Text(lang, "trace.fault.until", "sentence", s, "after", p.After.Round(time.Microsecond))
}

// Absent says in lang what no execution trace knows.
func Absent(lang string) string { return say.Text(lang, "trace.absent") }

const (
	newest    = 26       // the latest version of the format that the library reads
	streaming = 22       // the first whose traces can be read piece by piece
	oldLimit  = 16 << 20 // bytes of a trace before that
)

var header = regexp.MustCompile(`^go 1\.(\d{1,3}) trace\x00\x00\x00`)

const headerSize = 16

// Read turns the trace that comes from r into events, which it hands to sink
// in order, each after the texts, sites and objects that it names. It returns
// at the end of r; to stop before, let r or sink return an error.
//
// A trace that cannot be read, or not to its end, gives a *Problem. If there was
// any event, the last is a RunEnd all the same, and what sink got is a valid
// log. An error of r, sink or Flush is returned as it is, without a RunEnd.
func Read(r io.Reader, sink event.Sink, o Options) (Summary, error) {
	in := &source{r: r}
	c := newConverter(sink)
	if o.Probes != nil {
		c.merge = newMerger(o, &c.tables, &c.sum, c.write)
	}
	c.began, c.numbered = o.Began, o.Named
	problem := c.read(in, o)
	if c.failed != nil {
		return c.sum, c.failed
	}
	if m := c.merge; m != nil && m.failed != nil && problem == nil {
		in.err = cmp.Or(in.err, m.failed)
	}
	if in.err != nil {
		return c.sum, fmt.Errorf("read execution trace: %w", in.err)
	}
	if problem == nil && !c.begun {
		problem = &Problem{Fault: Empty}
	}
	if problem != nil {
		problem = &Problem{Fault: problem.Fault, Version: c.sum.Version, After: c.sum.Length, Err: problem.Err}
	}
	if c.begun {
		message := ""
		if problem != nil {
			message = problem.Sentence(o.Lang)
		}
		c.end(message)
		c.flush(o)
		if c.failed != nil {
			return c.sum, c.failed
		}
	}
	if problem != nil {
		return c.sum, problem
	}
	return c.sum, nil
}

// read reads all of the trace that there is.
func (c *converter) read(in *source, o Options) *Problem {
	head := make([]byte, headerSize)
	n, err := io.ReadFull(in, head)
	if n == 0 {
		return &Problem{Fault: Empty}
	}
	found := header.FindSubmatch(head)
	switch {
	case err != nil && bytes.HasPrefix([]byte("go 1."), head[:min(n, 5)]):
		return &Problem{Fault: Cut}
	case found == nil:
		return &Problem{Fault: Alien}
	}
	c.sum.Version, _ = strconv.Atoi(string(found[1])) // digits, at most three
	switch {
	case c.sum.Version > newest:
		return &Problem{Fault: TooNew}
	case c.sum.Version < streaming:
		in.limit, in.over = oldLimit, TooOld
	default:
		if o.MaxGeneration <= 0 {
			o.MaxGeneration = 128 << 20
		}
		in.limit, in.over = o.MaxGeneration, Vast
	}
	return c.convertAll(io.MultiReader(bytes.NewReader(head), in), in, o)
}

// convertAll reads event after event. The library panics at some traces that
// are damaged; that is where they end.
func (c *converter) convertAll(r io.Reader, in *source, o Options) (problem *Problem) {
	defer func() {
		if c.outside {
			return
		}
		if p := recover(); p != nil {
			problem = &Problem{Fault: Damaged, Err: fmt.Errorf("panic: %v", p)}
		}
	}()
	reader, err := trace.NewReader(r)
	if err != nil {
		return in.fault(err)
	}
	for {
		in.ended = false
		e, err := reader.ReadEvent()
		if err == io.EOF { // as it is: wrapped, it tells of a trace that is cut
			return nil
		}
		if err != nil {
			return in.fault(err)
		}
		if e.Kind() == trace.EventSync {
			in.synced = in.ended
			if in.over == Vast {
				in.limit = o.MaxGeneration
			}
			c.generation(e)
			c.flush(o)
		} else {
			in.synced = false
			if problem := c.convert(e); problem != nil {
				return problem
			}
		}
		if c.failed != nil {
			return nil
		}
	}
}

// flush says that the sink has what there is.
func (c *converter) flush(o Options) {
	if o.Flush != nil {
		c.hand(o.Flush)
	}
}

// A source remembers how reading went.
type source struct {
	r      io.Reader
	limit  int   // how much more may be read; 0: any amount
	over   Fault // what is wrong if there is more
	ended  bool  // it met the end since this was last reset
	synced bool  // it met the end before a generation of which no event was read yet
	full   bool  // there was more than limit
	err    error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	switch {
	case err == io.EOF:
		s.ended = true
	case err != nil:
		s.err = err
	}
	if s.limit > 0 {
		if s.limit -= n; s.limit <= 0 {
			s.limit, s.full = 1, true
			return n, io.ErrUnexpectedEOF
		}
	}
	return n, err
}

// fault says what is wrong with a trace at which the library gave up.
func (s *source) fault(err error) *Problem {
	switch {
	case s.full:
		return &Problem{Fault: s.over}
	case s.ended || s.synced:
		return &Problem{Fault: Cut, Err: err}
	}
	return &Problem{Fault: Damaged, Err: err}
}
