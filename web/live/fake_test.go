package live

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"interleave/sim/event"
)

// fakeEngine runs programs that do nothing but have events. What they do
// depends on the name of the lab.
type fakeEngine struct {
	building chan struct{} // closed: lets lab "slow" finish building

	mu    sync.Mutex
	procs []*fakeProcess
	jobs  []Job

	explorations []Exploration
}

func newFakeEngine() *fakeEngine { return &fakeEngine{building: make(chan struct{})} }

func (e *fakeEngine) Start(ctx context.Context, job Job, phase func(string)) (Process, Started, error) {
	phase("compile")
	switch job.Lab {
	case "mistaken":
		return nil, Started{}, Problems{{File: "main.go", Line: 3, Col: 2, Msg: "undefined: x"}}
	case "refused":
		return nil, Started{}, Refusal("no such lab")
	case "slow":
		select {
		case <-e.building:
		case <-ctx.Done():
			return nil, Started{}, ctx.Err()
		}
	}
	p := &fakeProcess{changed: make(chan struct{}), quit: ctx.Done(), job: job}
	if !job.Hold {
		p.granted = 10
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.procs = append(e.procs, p)
	e.jobs = append(e.jobs, job)
	return p, Started{Cached: true, Took: map[string]time.Duration{"compile": 3 * time.Millisecond}}, nil
}

// process returns the n-th process that was started.
func (e *fakeEngine) process(n int) *fakeProcess {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.procs[n]
}

// fakeProcess has as many events as it was granted, and ends at fakeEvents or
// when it is stopped.
type fakeProcess struct {
	job  Job
	quit <-chan struct{}

	mu      sync.Mutex
	changed chan struct{}
	granted uint64
	stopped bool
	got     []Command
	read    uint64 // how many events were taken from it
}

const (
	fakeEvents = 30
	longEvents = 500_000 // of lab "long", 16 MB: more than sockets take that nobody reads
)

// events returns how many events the process has, and how many are in a frame.
func (p *fakeProcess) events() (all, frame uint64) {
	if p.job.Lab == "long" {
		return longEvents, 4096
	}
	return fakeEvents, 4 // so that a run has several frames
}

func (p *fakeProcess) Control(c Command) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, c)
	switch c.Op {
	case Want:
		p.granted = max(p.granted, c.Arg)
	case Step:
		p.granted += c.Arg
	case Stop:
		p.stopped = true
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *fakeProcess) look() (granted uint64, over bool, changed chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all, _ := p.events()
	granted = min(p.granted, all)
	return granted, p.stopped || granted == all, p.changed
}

// taken returns how many events were taken from p.
func (p *fakeProcess) taken() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.read
}

func (p *fakeProcess) Read(ctx context.Context, seq uint64) ([]byte, error) {
	for {
		granted, over, changed := p.look()
		if seq < granted {
			_, frame := p.events()
			n := min(frame, granted-seq)
			p.mu.Lock()
			p.read = seq + n
			p.mu.Unlock()
			return fakeFrame(seq, n), nil
		}
		if over {
			return nil, io.EOF
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (p *fakeProcess) Wait(ctx context.Context) (Result, error) {
	for {
		granted, over, changed := p.look()
		if over {
			outcome := "exited"
			if all, _ := p.events(); granted < all {
				outcome = "stopped"
			}
			return Result{Outcome: outcome, Sentence: "Done.", Events: granted}, nil
		}
		select {
		case <-changed:
		case <-p.quit:
			p.Control(Command{Op: Stop})
		case <-ctx.Done():
			return Result{}, ctx.Err()
		}
	}
}

// fakeFrame is a frame of n events whose times are their numbers.
func fakeFrame(first, n uint64) []byte {
	b := make([]byte, event.HeaderSize+int(n)*event.RecordSize)
	event.PutHeader(b, 0, first, int(n))
	for i := range n {
		r := event.Record{T: first + i, G: 1, Kind: event.GoYield, P: 0}
		r.Put(b[event.HeaderSize+int(i)*event.RecordSize:])
	}
	return b
}

func TestFakeFramesAreFrames(t *testing.T) {
	n := 0
	err := event.Decode(fakeFrame(5, 3), event.Sink{Event: func(uint64, event.Record) error { n++; return nil }})
	if err != nil || n != 3 {
		t.Fatalf("%d events, %v", n, err)
	}
}
