package realtrace

import (
	"slices"

	"interleave/sim/event"
	"interleave/sim/probe"
)

// Bounds of the merge.
const (
	// rounding is by how much an event of the trace may seem earlier than it was.
	rounding = 64

	// lazy is how long, in ns, what may release somebody waits for the trace to
	// say whom.
	lazy = 200_000

	// An event of the trace that cannot be explained yet waits for so many further
	// reads of the records, and until the trace is so much, in ns, ahead of it:
	// whoever explains it may have been stopped before it had written that down.
	patience = 2
	ahead    = 50_000_000
	maxHeld  = 1 << 16 // events that wait so

	same     = 3       // events may follow each other that have the same time
	maxPulls = 8       // of pulling what makes possible what makes possible what ...
	maxOpen  = 1 << 16 // cases of a select, or go statements that the trace has not shown
	maxLook  = 256     // goroutines that are asked for it
)

// A merger puts the records of probes between the events of a trace, by the rules
// in the doc of package probe.
//
// The events of the trace come in their order and keep it. Records become events
// when their time has come and what they say is possible, by the laws of package
// event; each before its goroutine stops running.
type merger struct {
	source ProbeSource
	src    Source
	out    func(event.Record)
	tables *tables
	sum    *Summary
	failed error // of the source

	begun   bool
	origin  uint64 // the trace's first event, on the trace's clock
	aligned bool   // base is known
	base    uint64 // that event on the clock of the records
	margin  uint64 // by how much the two clocks may differ
	slack   uint64 // what has happened before it may seem so much later
	t       uint64 // of the last event that was written
	clock   uint64 // up to when records have had their time
	now     uint64 // of the trace's event that is placed
	final   bool   // all records are there
	lossy   bool
	head    probe.Head
	reads   int
	depth   int
	making  bool // a go statement of the trace is looked for among the records
	vague   bool // that one was earlier than it says
	lenient bool // who has to do something first did not
	change  bool // something has become possible, perhaps

	fibers  map[event.GID]*fiber
	active  []*fiber // those who have started and are not parked
	writers map[event.GID]*writer
	objects map[address]*object
	roomy   int                // so many objects are kept before the idle ones go
	gets    map[uint64]*values // that will be received, by the address of the channel
	sites   []uint16
	numbers map[uint64]event.GID // of the goroutines that live, by what the runtime calls them
	foreign map[uint64]event.GID // what probes call those that the trace has not shown yet

	tokens  []token
	token   int // of tokens, the next one
	pending int // records
	later   []promise
	stuck   []*writer

	run  []spine // one after the other whose times are not their own,
	long bool    // there were more than a few, which are taken
	held []spine
}

// A spine is an event of the trace.
type spine struct {
	event.Record
	vague  bool      // it was earlier than its T says
	probed bool      // a GoCreate by a probe
	number uint64    // of a GoCreate: what the runtime calls the goroutine
	since  int       // reads there were when it came to be held
	match  event.GID // this is no event, but says what probes call its G
}

// A promise is to make an event of a record that waits for the trace to say whom
// it releases.
type promise struct {
	t     uint64
	w     *writer
	taken uint64
}

func newMerger(o Options, tables *tables, sum *Summary, out func(event.Record)) *merger {
	return &merger{
		source: o.Probes, src: o.Source, out: out, tables: tables, sum: sum, slack: rounding,
		fibers: map[event.GID]*fiber{}, writers: map[event.GID]*writer{}, objects: map[address]*object{}, roomy: maxIdle, gets: map[uint64]*values{},
		numbers: map[uint64]event.GID{}, foreign: map[uint64]event.GID{},
	}
}

// begin says when the trace begins.
func (m *merger) begin(at uint64) {
	m.begun, m.origin = true, at
	m.align()
}

// align finds out how the two clocks go together if that is one clock.
func (m *merger) align() {
	if m.begun && !m.aligned && m.head.Ready && m.head.Clock.Absolute {
		m.aligned, m.base = true, m.origin
		m.margin = min(m.head.Clock.Error, 10_000)
		m.slack = rounding + m.margin
	}
}

// since returns when r was stamped, in the time of events.
func (m *merger) since(t uint64) uint64 {
	if t < m.base {
		return 0
	}
	return t - m.base
}

// write hands on an event.
func (m *merger) write(r event.Record) {
	r.T = max(r.T, m.t)
	m.t = r.T
	m.out(r)
}

// trace takes the next event of the trace. A few that are said to be earlier than
// their time says have only the same: so it waits for more of them.
func (m *merger) trace(s spine) {
	if s.vague && s.Kind != event.RunEnd {
		if m.run = append(m.run, s); m.long || len(m.run) > same {
			for _, s := range m.run {
				m.next(s)
			}
			m.run, m.long = m.run[:0], true
		}
		return
	}
	m.same()
	s.vague = false
	m.next(s)
}

// same takes a few events as they are that had the same time.
func (m *merger) same() {
	for _, s := range m.run {
		s.vague = false
		m.next(s)
	}
	m.run, m.long = m.run[:0], false
}

// next takes the next event.
func (m *merger) next(s spine) {
	if len(m.held) > 0 || !m.place(&s, false) {
		s.since = m.reads
		m.held = append(m.held, s)
		if len(m.held) >= maxHeld {
			m.release1(true)
			m.drain()
		}
	}
}

// generation is called when all of another generation of the trace can be read:
// what it tells of has been recorded by now.
func (m *merger) generation() {
	m.same()
	m.read()
	m.drain()
	for _, w := range slices.Clone(m.stuck) {
		if w.stuck && w.done < len(w.recs) && w.f != nil && w.f.active >= 0 && m.reads-w.since >= patience && m.since(w.next().T)+ahead < m.t {
			m.advance(w, w.arrived, hard)
		}
	}
}

// finish places what is left.
func (m *merger) finish() {
	m.same()
	m.final = true
	m.read()
	m.drain()
}

// drain places what is held, as far as it can be placed.
func (m *merger) drain() {
	for len(m.held) > 0 {
		late := m.reads-m.held[0].since >= patience && m.held[len(m.held)-1].T-m.held[0].T >= ahead
		if !m.release1(m.final || late || len(m.held) >= maxHeld) {
			return
		}
	}
	m.held = nil
}

// release1 places the first that is held.
func (m *merger) release1(hard bool) bool {
	if !m.place(&m.held[0], hard) {
		return false
	}
	m.held = m.held[1:]
	return true
}

// How to go on with a record that cannot happen yet.
type how uint8

const (
	wait1 how = iota // let what has come make it possible, or wait
	force            // and what has not come yet
	hard             // or say that not all is known
)

// arrive lets records become events whose time has come by t.
func (m *merger) arrive(t uint64) {
	for m.aligned {
		switch {
		case len(m.later) > 0 && m.since(m.later[0].t)+lazy <= t && (m.token == len(m.tokens) || m.later[0].t+lazy <= m.tokens[m.token].t):
			p := m.later[0]
			m.later = m.later[1:]
			if p.w.taken == p.taken && p.w.f != nil && p.w.arrived > p.w.done && !m.early(p.w) {
				m.advance(p.w, p.w.done+1, wait1)
			}
		case m.token < len(m.tokens) && m.since(m.tokens[m.token].t)+m.margin < t:
			w := m.tokens[m.token].w
			m.token++
			if w.early > 0 {
				w.early--
				continue
			}
			w.arrived++
			m.come(w)
		default:
			return
		}
		m.retry()
	}
}

// come lets the records of w become events that have arrived, but for the last if it
// may release somebody.
func (m *merger) come(w *writer) {
	if w.f == nil || w.f.active < 0 || w.f.state != running || w.arrived == w.done {
		return
	}
	n := w.arrived
	if last := &w.recs[n-1]; releases(last) {
		n--
		m.later = append(m.later, promise{last.T, w, w.taken + uint64(n-w.done)})
	}
	m.advance(w, n, wait1)
}

// early reports whether the next record of w, which is all of it that has arrived, is
// stamped but may not have happened yet, since its thread was stopped in between: a
// value that is received only after others that are not there yet, or that may have
// been handed to somebody, since the buffer was empty afterwards. The trace will tell
// before w does anything else.
func (m *merger) early(w *writer) bool {
	p := w.next()
	if w.done+1 == len(w.recs) || does(p) != sending {
		return false
	}
	if p.Kind != event.ChanSend || p.N == 0 {
		return true
	}
	o := m.objects[address{p.Obj, event.Chan}]
	if o == nil {
		return false
	}
	i := m.rank(o, p.Val)
	return i > o.len() && i < maxLook
}

// releases reports whether the trace may have more to say of what a record is about.
func releases(r *event.Probe) bool {
	switch r.Kind {
	case event.ChanSend, event.ChanClose, event.CondSignal, event.CondAll:
		return true
	case event.SelectChosen:
		return r.Flag&event.ProbeSend != 0
	}
	return false
}

// advance makes events of the records of w up to the one at index n.
func (m *merger) advance(w *writer, n int, h how) bool {
	n -= w.done
	for ; n > 0; n-- {
		if !m.perform(w, nil, h) {
			if !w.stuck {
				w.stuck, w.since = true, m.reads
			}
			if !w.listed {
				w.listed = true
				m.stuck = append(m.stuck, w)
			}
			return false
		}
	}
	w.stuck = false
	return true
}

// retry tries again what could not happen before something has changed.
func (m *merger) retry() {
	for m.change && len(m.stuck) > 0 {
		m.change = false
		kept := m.stuck[:0]
		for _, w := range m.stuck {
			if w.stuck && w.f != nil && w.f.state == running && w.arrived > w.done {
				w.stuck = false
				for w.arrived > w.done && m.perform(w, nil, wait1) {
				}
				w.stuck = w.arrived > w.done
			}
			if w.listed = w.stuck && w.f != nil; w.listed {
				kept = append(kept, w)
			}
		}
		m.stuck = kept
	}
	m.change = false
}

// perform makes an event of the next record of w, and lets what makes it possible
// happen before. It releases f, if that is not nil.
func (m *merger) perform(w *writer, f *fiber, h how) bool {
	lenient := m.lenient
	m.lenient = h >= force
	defer func() { m.lenient = lenient }()
	done := m.try(w, w.next(), f)
	w.busy = true
	for !done && m.help(w, f, h) {
		done = m.try(w, w.next(), f)
	}
	w.busy = false
	if !done && h == hard {
		m.doubt(w, w.next(), f)
		done = m.try(w, w.next(), f)
		if !done {
			m.sum.Unplaced++
			done = true
		}
	}
	if done {
		m.pending--
		m.got(w.next())
		w.pop()
		m.change = true
	}
	return done
}

// help lets another do what makes the next record of w possible, which would release
// f. It reports whether somebody did anything.
func (m *merger) help(w *writer, f *fiber, h how) bool {
	if m.depth == maxPulls {
		return false
	}
	need := w.next()
	var best *writer
	for i, other := range m.active {
		v := other.w
		if i == maxLook {
			break
		}
		if v == nil || v.busy || v.done == len(v.recs) || h == wait1 && v.arrived == v.done {
			continue
		}
		r := v.next()
		if r.Obj == need.Obj && m.helps(need, r, w, f) && (best == nil || r.T < best.next().T) {
			best = v
		}
	}
	if best == nil {
		return false
	}
	m.depth++
	done := m.perform(best, nil, min(h, force))
	m.depth--
	return done
}

// due returns the index of the first record of w that has not happened by t.
func (m *merger) due(w *writer, t uint64) int {
	i := w.done
	for m.aligned && i < len(w.recs) && m.since(w.recs[i].T) <= t {
		i++
	}
	return i
}

// settle makes events of all that w did before r, which is placed.
func (m *merger) settle(w *writer, r *event.Record, h how) bool {
	if w == nil {
		return true
	}
	n := max(m.due(w, m.clock+m.slack), w.arrived)
	if m.vague {
		n = max(m.upTo(w, r), w.arrived)
	}
	return m.advance(w, n, h)
}

// upTo returns how many records of w come before r, or may be part of what it says,
// where its time does not tell.
func (m *merger) upTo(w *writer, r *event.Record) int {
	fits := func(p *event.Probe) bool { return false }
	switch r.Kind {
	case event.GoPark:
		fits = func(p *event.Probe) bool {
			return p.Kind == event.GoPark && sameWait(event.Reason(p.N), event.Reason(r.N)) ||
				p.Kind == event.SelectWait && event.Reason(r.N) == event.SelectPark
		}
	case event.GoEnd, event.GoCreate:
		fits = func(p *event.Probe) bool { return p.Kind == r.Kind }
	case event.GoReady:
		if f := m.fibers[event.GID(r.Peer)]; f != nil && f.obj != nil {
			fits = func(p *event.Probe) bool {
				switch does(p) {
				case unlocking, leaving, adding, signalling, done:
					return p.Obj == f.obj.addr
				}
				return false
			}
		}
	}
	for i := w.done; i < len(w.recs) && i < w.done+maxLook; i++ {
		if fits(&w.recs[i]) {
			for i++; i < len(w.recs) && w.recs[i-1].Kind == event.SelectWait && w.recs[i].Kind == event.SelectWait; i++ {
			}
			return i
		}
	}
	return w.done
}

// place writes an event of the trace, after all records that come before it. It
// returns false if that has to wait for records that were not read yet; hardly, it
// does not.
func (m *merger) place(s *spine, hardly bool) bool {
	r := &s.Record
	m.now = r.T
	if m.vague = s.vague; !s.vague {
		m.clock = r.T
		m.arrive(r.T)
	}
	if s.match != 0 {
		m.meet(s)
		return true
	}
	h := force
	if hardly {
		h = hard
	}
	by := m.fibers[r.G]
	switch r.Kind {
	case event.GoCreate:
		m.create(s, by)
		return true
	case event.GoReady:
		return m.ready(r, by, hardly)
	case event.GoPark:
		if by != nil && !m.settle(by.w, r, h) && !hardly {
			return false
		}
		m.parks(r, by)
	case event.GoEnd:
		if by != nil {
			if !m.settle(by.w, r, h) && !hardly {
				return false
			}
			r.N = by.status
		}
	case event.GoYield, event.SysEnter:
		if by != nil && by.w != nil {
			m.settle(by.w, r, force)
		}
	case event.RunEnd:
		m.leave()
	}
	m.write(*r)
	m.follow(r, by)
	m.retry()
	return true
}

// follow notes what an event of the trace does to goroutine f, which does it.
func (m *merger) follow(r *event.Record, f *fiber) {
	switch r.Kind {
	case event.Retake:
		if g := m.fibers[event.GID(r.Peer)]; g != nil {
			g.p = event.NoP
		}
		return
	}
	if f == nil {
		return
	}
	switch r.Kind {
	case event.GoStart:
		f.state, f.p = running, r.P
		if f.active < 0 {
			f.active = len(m.active)
			m.active = append(m.active, f)
		}
	case event.GoYield:
		f.state, f.p = runnable, event.NoP
	case event.SysEnter:
		f.state = calling
	case event.SysExit:
		f.p, f.state = r.P, running
		if r.N == 0 {
			f.p, f.state = event.NoP, runnable
		}
	case event.GoPark:
		f.state, f.p = parked, event.NoP
		m.inactive(f)
	case event.GoEnd:
		m.inactive(f)
		delete(m.fibers, f.id)
		delete(m.numbers, f.number)
		if f.w != nil {
			if f.w.f = nil; f.w.done == len(f.w.recs) {
				delete(m.writers, f.w.id)
			}
		}
	}
	if f.state == running && f.w != nil {
		m.come(f.w)
	}
}

func (m *merger) inactive(f *fiber) {
	if f.active < 0 {
		return
	}
	last := m.active[len(m.active)-1]
	m.active[f.active], last.active = last, f.active
	m.active = m.active[:len(m.active)-1]
	f.active = -1
}

// create writes that a goroutine is made, with what the probe of the go statement
// knows of it.
func (m *merger) create(s *spine, by *fiber) {
	f := &fiber{id: event.GID(s.Peer), p: event.NoP, active: -1}
	if s.N != 0 {
		f.state, f.reason = parked, event.Reason(s.N)
	}
	m.fibers[f.id] = f
	if s.number != 0 {
		f.number = s.number
		m.numbers[s.number] = f.id
		if id, ok := m.foreign[s.number]; ok {
			delete(m.foreign, s.number)
			m.match(id, f.id)
		}
	}
	if by != nil && by.w != nil && s.probed {
		w := by.w
		m.making = true
		m.settle(w, &s.Record, force)
		m.making = false
		if len(w.creates) > 0 {
			m.change = true
			c := w.creates[0]
			w.creates = w.creates[1:]
			s.Site = m.site(c.Site)
			if name := m.src.Starts[int(c.Site)]; name != "" {
				s.Val = m.tables.text(name)
			}
			if c.Obj <= 1<<32-1 {
				m.match(event.GID(c.Obj), f.id)
			}
		}
	}
	m.write(s.Record)
	m.retry()
}

// meet learns what probes call a goroutine, from the log by which it says so.
func (m *merger) meet(s *spine) {
	m.match(s.match, s.G)
	w := m.writers[s.match]
	if w == nil || w.f == nil {
		return
	}
	if p := w.next(); !m.aligned && p != nil && p.Kind == event.GoStart && p.T > s.T {
		m.aligned, m.base = true, p.T-s.T
		m.slack += 10_000 // of what lies between the two
	}
	m.come(w)
}

// leave drops the records that have found no place until the trace's end.
func (m *merger) leave() {
	for _, f := range slices.Clone(m.active) {
		if f.w != nil {
			m.advance(f.w, len(f.w.recs), hard)
		}
	}
	m.sum.Unplaced += uint64(m.pending)
	m.sum.Lost = m.head.Lost
}
