package realtrace

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"golang.org/x/exp/trace"

	"interleave/sim/event"
)

// A goroutine is what the events so far say of one.
type goroutine struct {
	id     event.GID
	state  state
	named  bool
	p      uint8 // that it runs on, or had when it entered its system call; NoP if none
	assist trace.Time
}

type state uint8

const (
	runnable state = iota
	running
	parked
	calling
)

// A proc is what the events so far say of a P.
type proc struct {
	awake  bool
	sweeps bool
	thread trace.ThreadID
	runs   *goroutine // it may be in a system call
}

// A converter turns the events of a trace, one after the other, into ours.
type converter struct {
	failed   error // of the sink
	began    func(at int64)
	numbered func(number int64, g event.GID)
	sum      Summary
	tables

	begun  bool
	fresh  bool       // no event of this generation was read yet
	base   trace.Time // time of the first event
	t      uint64     // time of the last
	seq    uint64
	gs     map[trace.GoID]*goroutine
	lastG  event.GID
	procs  [event.NoP]proc
	thread map[trace.ThreadID]int32
	cycle  int32 // of the collector
	marks  bool
	last   trace.Time // as the trace has it
	leapt  bool
	vague  bool    // it was earlier: the library lets no time go back
	merge  *merger // nil: there are no probes
}

func newConverter(sink event.Sink) *converter {
	c := &converter{gs: map[trace.GoID]*goroutine{}, thread: map[trace.ThreadID]int32{}}
	c.tables = newTables(sink, &c.failed)
	c.lost = &c.sum.Placeless
	return c
}

// errInconsistent is the fault of a trace that the library lets pass, but that
// our laws do not.
var errInconsistent = errors.New("its events contradict each other")

var (
	damaged = &Problem{Fault: Damaged, Err: errInconsistent}
	crowded = &Problem{Fault: Crowded}
)

// generation begins another generation of the trace.
func (c *converter) generation(e trace.Event) {
	if snap := e.Sync().ClockSnapshot; snap != nil && c.sum.Start.IsZero() {
		c.sum.Start = snap.Wall
	}
	c.fresh = true
	c.place(e.Time())
	c.forget()
	if c.merge != nil {
		c.merge.generation()
	}
}

// begin writes the first event of a run.
func (c *converter) begin(at trace.Time) {
	c.begun, c.base = true, at
	if c.began != nil {
		c.began(int64(at))
	}
	origin := event.FromTrace
	if c.merge != nil {
		origin = event.FromProbes
		c.merge.begin(uint64(at))
	}
	c.emit(event.Record{Kind: event.Traced, N: int32(origin), P: event.NoP})
}

// end writes the last one.
func (c *converter) end(message string) {
	if c.merge != nil {
		c.merge.finish()
	}
	c.emit(event.Record{Kind: event.RunEnd, Obj: event.ObjID(event.Untold), Val: c.text(message), P: event.NoP})
}

// emit takes an event of the trace.
func (c *converter) emit(r event.Record) {
	r.T = c.t
	if c.merge != nil {
		c.merge.trace(spine{Record: r, vague: c.vague})
		return
	}
	c.write(r)
}

// write hands on an event.
func (c *converter) write(r event.Record) {
	if c.failed != nil {
		return
	}
	c.outside = true
	err := c.sink.Event(c.seq, r)
	c.outside = false
	if err != nil {
		c.failed = err
	}
	c.seq++
	c.sum.Events = c.seq
}

// convert takes the next event of the trace. The problem is the one at which
// the trace ends for us.
func (c *converter) convert(e trace.Event) *Problem {
	c.sum.Read++
	if c.fresh {
		c.fresh = false
		c.sum.Generations++
	}
	if !c.begun {
		c.begin(e.Time())
	}
	c.place(e.Time())
	if t := uint64(e.Time() - c.base); t >= c.t && t < math.MaxInt64 {
		c.t = t
		c.sum.Length = time.Duration(t)
	}
	switch e.Kind() {
	case trace.EventStateTransition:
		tr := e.StateTransition()
		switch tr.Resource.Kind {
		case trace.ResourceGoroutine:
			return c.goroutine(e, &tr)
		case trace.ResourceProc:
			return c.proc(e, &tr)
		}
	case trace.EventRangeBegin, trace.EventRangeActive, trace.EventRangeEnd:
		return c.span(e)
	case trace.EventMetric:
		c.metric(e)
	case trace.EventLabel:
		if g := c.actor(e); g != nil {
			c.act(g, event.Record{Kind: event.Label, Val: c.text(e.Label().Label)})
		}
	case trace.EventTaskBegin, trace.EventTaskEnd, trace.EventRegionBegin, trace.EventRegionEnd, trace.EventLog:
		return c.annotation(e)
	case trace.EventStackSample:
		c.sum.Samples++
	default:
		c.sum.Unknown++
	}
	return nil
}

// place notes whether an event was earlier than its time says: the library lets no
// time go back, so after one that comes too soon in the trace, by which the time has
// leapt, others have its time and a little more.
func (c *converter) place(t trace.Time) {
	const leap = 1000
	if t != c.last+1 {
		c.vague, c.leapt = false, t-c.last > leap
	} else {
		c.vague = c.leapt
	}
	c.last = t
}

// actor returns the goroutine that runs where e happens, nil if none does.
func (c *converter) actor(e trace.Event) *goroutine {
	if id := e.Goroutine(); id != trace.NoGoroutine {
		if g := c.gs[id]; g != nil && g.state == running {
			return g
		}
	}
	return nil
}

// act writes what running goroutine g does.
func (c *converter) act(g *goroutine, r event.Record) {
	r.G, r.P = g.id, g.p
	c.emit(r)
}

// goroutine takes a change of a goroutine's state.
func (c *converter) goroutine(e trace.Event, tr *trace.StateTransition) *Problem {
	from, to := tr.Goroutine()
	if from == to {
		return nil // said again, as at the start of every generation
	}
	id := tr.Resource.Goroutine()
	if from == trace.GoUndetermined || from == trace.GoNotExist {
		return c.create(e, tr, id, from, to)
	}
	g := c.gs[id]
	if g == nil {
		return damaged
	}
	switch {
	case g.state == runnable && to == trace.GoRunning:
		return c.start(g, e.Proc(), e.Thread())
	case g.state == parked && to == trace.GoRunnable:
		c.ready(e, g)
	case g.state == running && to == trace.GoWaiting:
		s := c.stack(tr.Stack)
		c.name(g, s)
		reason := reasonOf
		if c.sum.Version < streaming {
			reason = oldReasonOf
		}
		c.act(g, event.Record{Kind: event.GoPark, N: int32(reason(tr.Reason, s)), Site: s.site})
		c.leave(g, parked)
	case g.state == running && to == trace.GoRunnable:
		s := c.stack(tr.Stack)
		c.name(g, s)
		c.act(g, event.Record{Kind: event.GoYield, N: int32(whyOf(tr.Reason)), Site: s.site})
		c.leave(g, runnable)
	case g.state == running && to == trace.GoSyscall:
		s := c.stack(tr.Stack)
		c.name(g, s)
		c.act(g, event.Record{Kind: event.SysEnter, Val: s.call, Site: s.site})
		g.state = calling
	case g.state == calling && to == trace.GoRunning:
		return c.back(g, e)
	case g.state == calling && to == trace.GoRunnable:
		c.retake(g)
		c.act(g, event.Record{Kind: event.SysExit})
		g.state = runnable
	case (g.state == running || g.state == calling) && to == trace.GoNotExist:
		c.act(g, event.Record{Kind: event.GoEnd})
		c.leave(g, runnable)
		delete(c.gs, id)
	default:
		return damaged
	}
	return nil
}

// create takes a goroutine's first event: it is made, or was there before.
func (c *converter) create(e trace.Event, tr *trace.StateTransition, id trace.GoID, from, to trace.GoState) *Problem {
	if c.gs[id] != nil || c.lastG == math.MaxUint32 {
		return damaged
	}
	c.lastG++
	c.sum.Goroutines++
	g := &goroutine{id: c.lastG, p: event.NoP}
	c.gs[id] = g
	if c.numbered != nil {
		c.numbered(int64(id), g.id)
	}
	s := c.stack(tr.Stack)
	g.named = s.root != 0 && !s.wraps
	r := event.Record{Kind: event.GoCreate, Peer: uint32(g.id), Val: event.Val(s.root), P: event.NoP}
	probed := false
	if from == trace.GoNotExist {
		made := c.stack(e.Stack())
		r.Site, probed = made.site, made.probed && c.merge != nil
		g.named = g.named || probed
		if by := c.actor(e); by != nil {
			r.G, r.P = by.id, by.p
		}
	} else {
		r.Site = s.site
	}
	if to == trace.GoWaiting {
		g.state = parked
		reason := event.CoroWait // the only one that is made so
		if from == trace.GoUndetermined {
			reason = s.waits
		}
		r.N = int32(reason)
	}
	if c.merge == nil {
		c.emit(r)
	} else {
		r.T = c.t
		c.merge.trace(spine{Record: r, vague: c.vague, probed: probed, number: uint64(max(id, 0))})
	}
	switch to {
	case trace.GoRunnable, trace.GoWaiting:
		return nil
	case trace.GoRunning:
		return c.start(g, e.Proc(), e.Thread())
	case trace.GoSyscall:
		return c.found(g, e, s)
	}
	return damaged
}

// found puts g, which is in a system call when it is first seen, there.
func (c *converter) found(g *goroutine, e trace.Event, s place) *Problem {
	if p := e.Proc(); p >= 0 && int64(p) < int64(len(c.procs)) && c.procs[p].awake && c.procs[p].runs == nil && c.procs[p].thread == e.Thread() {
		if problem := c.start(g, p, e.Thread()); problem != nil {
			return problem
		}
	}
	c.act(g, event.Record{Kind: event.SysEnter, Val: s.call, Site: s.site})
	g.state = calling
	return nil
}

// name tells the name of a goroutine that had none, or a useless one, once a
// stack shows it.
func (c *converter) name(g *goroutine, s place) {
	if g.named || s.root == 0 || s.wraps {
		return
	}
	g.named = true
	c.emit(event.Record{Kind: event.GoName, Peer: uint32(g.id), Val: event.Val(s.root), P: event.NoP})
}

// start lets runnable g run on a P.
func (c *converter) start(g *goroutine, id trace.ProcID, on trace.ThreadID) *Problem {
	p, problem := c.at(id)
	if problem != nil {
		return problem
	}
	if p.runs != nil {
		return damaged
	}
	c.wake(id, p, on)
	g.state, g.p, p.runs = running, uint8(id), g
	c.act(g, event.Record{Kind: event.GoStart, N: int32(event.Unsaid)})
	return nil
}

// leave takes g off its P, if it has one.
func (c *converter) leave(g *goroutine, to state) {
	if g.p != event.NoP {
		c.procs[g.p].runs = nil
	}
	g.state, g.p = to, event.NoP
}

// ready releases parked g. Who does it is who runs there, or is on the way out
// of a system call.
func (c *converter) ready(e trace.Event, g *goroutine) {
	r := event.Record{Kind: event.GoReady, Peer: uint32(g.id), P: event.NoP}
	if by := c.gs[e.Goroutine()]; by != nil && (by.state == running || by.state == calling) {
		s := c.stack(e.Stack())
		c.name(by, s)
		r.G, r.P, r.Site = by.id, by.p, s.site
	}
	c.emit(r)
	g.state = runnable
}

// back takes g out of its system call, on the P that it kept or has now.
func (c *converter) back(g *goroutine, e trace.Event) *Problem {
	p, problem := c.at(e.Proc())
	if problem != nil {
		return problem
	}
	if g.p != uint8(e.Proc()) {
		if p.runs != nil {
			return damaged
		}
		c.retake(g)
		c.wake(e.Proc(), p, e.Thread())
		g.p, p.runs = uint8(e.Proc()), g
	}
	c.act(g, event.Record{Kind: event.SysExit, N: 1})
	g.state = running
	return nil
}

// retake takes the P of g, which is in a system call, away, if it still has it.
func (c *converter) retake(g *goroutine) {
	if g.p == event.NoP {
		return
	}
	c.emit(event.Record{Kind: event.Retake, Peer: uint32(g.id), P: g.p})
	c.leave(g, calling)
}

// proc takes a change of a P's state.
func (c *converter) proc(e trace.Event, tr *trace.StateTransition) *Problem {
	id := tr.Resource.Proc()
	p, problem := c.at(id)
	if problem != nil {
		return problem
	}
	switch _, to := tr.Proc(); to {
	case trace.ProcRunning:
		c.wake(id, p, e.Thread())
	case trace.ProcIdle:
		if !p.awake {
			return nil
		}
		if p.runs != nil {
			if p.runs.state != calling {
				return damaged
			}
			c.retake(p.runs)
		}
		p.awake = false
		c.emit(event.Record{Kind: event.ProcStop, P: uint8(id)})
	}
	return nil
}

// at returns what is known of a P.
func (c *converter) at(id trace.ProcID) (*proc, *Problem) {
	switch {
	case id < 0:
		return nil, damaged
	case int64(id) >= int64(len(c.procs)):
		return nil, crowded
	}
	return &c.procs[id], nil
}

// wake says that a P has a thread that runs it.
func (c *converter) wake(id trace.ProcID, p *proc, on trace.ThreadID) {
	if p.awake {
		return
	}
	n, ok := c.thread[on]
	if !ok {
		n = int32(len(c.thread) + 1)
		c.thread[on] = n
	}
	p.awake, p.thread = true, on
	c.emit(event.Record{Kind: event.ProcStart, P: uint8(id), N: n})
}

// span takes the beginning or end of something that lasts.
func (c *converter) span(e trace.Event) *Problem {
	span := e.Range()
	begins := e.Kind() != trace.EventRangeEnd
	g := c.actor(e)
	r := event.Record{P: event.NoP}
	if g != nil {
		r.G, r.P = g.id, g.p
	}
	switch {
	case span.Name == "GC concurrent mark phase":
		if begins == c.marks {
			return nil // it goes on
		}
		c.marks = begins
		r.Kind = event.GCEnd
		if begins {
			c.cycle++
			r.Kind = event.GCStart
		}
		r.N = c.cycle
		c.emit(r)
	case span.Name == "GC incremental sweep":
		return c.sweep(span.Scope.Proc(), begins)
	case span.Name == "GC mark assist":
		c.assist(e, span.Scope.Goroutine())
	case span.Scope.Kind == trace.ResourceGoroutine: // of all ranges only a stopped world's is left
		r.Kind = event.WorldStart
		if begins {
			r.Kind, r.Val = event.WorldStop, c.text(span.Name)
		}
		c.emit(r)
	default:
		c.sum.Unknown++
	}
	return nil
}

func (c *converter) sweep(id trace.ProcID, begins bool) *Problem {
	p, problem := c.at(id)
	if problem != nil {
		return problem
	}
	if p.sweeps == begins {
		return nil
	}
	p.sweeps = begins
	r := event.Record{Kind: event.GCSweep, P: uint8(id)}
	if begins {
		r.N = 1
	}
	c.emit(r)
	return nil
}

// assist remembers since when a goroutine works for the collector, and says it
// when it has done so.
func (c *converter) assist(e trace.Event, id trace.GoID) {
	g := c.gs[id]
	switch {
	case g == nil:
	case e.Kind() == trace.EventRangeBegin, e.Kind() == trace.EventRangeActive && g.assist == 0:
		g.assist = e.Time()
	case e.Kind() == trace.EventRangeEnd && g.state == running && g.assist != 0:
		r := event.Record{Kind: event.GCAssist}
		r.SetDur(int64(e.Time() - g.assist))
		c.act(g, r)
		g.assist = 0
	}
}

// metric takes a value that the runtime tells of itself.
func (c *converter) metric(e trace.Event) {
	m := e.Metric()
	if m.Value.Kind() != trace.ValueUint64 {
		c.sum.Unknown++
		return
	}
	v := m.Value.Uint64()
	if m.Name == "/sched/gomaxprocs:threads" && v < math.MaxInt32 {
		c.emit(event.Record{Kind: event.Knob, N: int32(v), P: event.NoP})
		return
	}
	if obj := c.metricObject(m.Name); obj != 0 {
		c.emit(event.Record{Kind: event.Metric, Obj: obj, Val: c.amount(v), P: event.NoP})
	}
}

// amount is v as a value. What is too large for one is rounded to 1 MiB, so that
// a heap of many gigabytes does not give a new text with every value.
func (c *converter) amount(v uint64) event.Val {
	if v < math.MaxInt32 {
		if small, ok := event.Int(int64(v)); ok {
			return small
		}
	}
	return c.text(fmt.Sprint(v &^ (1<<20 - 1)))
}

// annotation takes what the program says with package runtime/trace.
func (c *converter) annotation(e trace.Event) *Problem {
	g := c.actor(e)
	if g == nil {
		return damaged
	}
	if e.Kind() == trace.EventLog && e.Log().Category == event.ProbeCategory {
		if id, err := strconv.ParseUint(e.Log().Message, 10, 32); err == nil && c.merge != nil {
			c.merge.trace(spine{Record: event.Record{T: c.t, G: g.id}, vague: c.vague, match: event.GID(id)})
		}
		return nil
	}
	s := c.stack(e.Stack())
	c.name(g, s)
	r := event.Record{Site: s.site}
	switch e.Kind() {
	case trace.EventTaskBegin:
		task := e.Task()
		r.Kind, r.Obj, r.Val = event.TaskBegin, c.task(task.ID, task.Type), c.text(task.Type)
		if task.Parent != trace.NoTask {
			r.Peer = uint32(c.task(task.Parent, ""))
		}
	case trace.EventTaskEnd:
		task := e.Task()
		r.Kind, r.Obj = event.TaskEnd, c.task(task.ID, task.Type)
		c.ended(task.ID)
	case trace.EventRegionBegin, trace.EventRegionEnd:
		region := e.Region()
		r.Kind, r.Obj, r.Val = event.RegionBegin, c.task(region.Task, ""), c.text(region.Type)
		if e.Kind() == trace.EventRegionEnd {
			r.Kind = event.RegionEnd
		}
	case trace.EventLog:
		log := e.Log()
		message := log.Message
		if log.Category != "" {
			message = log.Category + ": " + message
		}
		r.Kind, r.Obj, r.Val = event.UserLog, c.task(log.Task, ""), c.once(message)
	}
	c.act(g, r)
	return nil
}
