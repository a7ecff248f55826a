package realtrace

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/probe"
	"interleave/sim/rewrite"
)

// A fakeSource hands out records when they have been written.
type fakeSource struct {
	recs []event.Probe
	at   []uint64 // when each was written
	now  uint64
	lost uint64
}

func (s *fakeSource) Head() (probe.Head, error) {
	return probe.Head{Ready: true, Lost: s.lost, Clock: probe.Clock{Absolute: true, Error: 20}}, nil
}

func (s *fakeSource) Read() ([]event.Probe, error) {
	var out, left []event.Probe
	var at []uint64
	for i, r := range s.recs {
		if s.at[i] <= s.now {
			out = append(out, r)
		} else {
			left, at = append(left, r), append(at, s.at[i])
		}
	}
	s.recs, s.at = left, at
	return out, nil
}

// A merging is a merger whose events are kept.
type merging struct {
	*merger
	log *eventlog.Log
	sum Summary
}

func newMerging(source ProbeSource) *merging {
	x := &merging{log: eventlog.New()}
	failed := new(error)
	t := newTables(x.log.Sink(), failed)
	t.lost = &x.sum.Placeless
	x.merger = newMerger(Options{Probes: source, Source: Source{
		Sites: []rewrite.Site{{File: "a.go", Name: "!make(c)", Line: 1}, {File: "a.go", Name: "mu", Line: 2}},
	}}, &t, &x.sum, func(r event.Record) { x.log.Events = append(x.log.Events, r) })
	x.read()
	x.begin(0)
	x.trace(spine{Record: event.Record{Kind: event.Traced, N: int32(event.FromProbes), P: event.NoP}})
	return x
}

func (x *merging) end(t uint64) {
	x.finish()
	x.trace(spine{Record: event.Record{T: t, Kind: event.RunEnd, Obj: event.ObjID(event.Untold), P: event.NoP}})
}

// A story is a program that is made up, and how its trace and its probes tell it.
type story struct {
	*rand.Rand
	t     uint64
	hasty bool // stamps may come long before what they are for
	gs    []*teller
	chans []*tube
	mu    lock
	procs []*teller // who runs on each P
	trace []spine
	src   fakeSource
	n     map[event.Kind]int
}

type teller struct {
	id      event.GID
	state   state
	p       uint8
	left    int // operations
	last    uint64
	stopped uint64 // its thread is, until then
	then    func() // what it records when it goes on
	holds   bool
	val     int64
}

type tube struct {
	addr         uint64
	cap          int
	buf          []int64
	recvq, sendq []*teller
}

type lock struct {
	holder *teller
	queue  []*teller
}

// tell is what a probe of g writes; early says that the stamp is before.
func (s *story) tell(g *teller, early bool, r event.Probe) {
	switch {
	case early && s.hasty && s.IntN(4) == 0:
		r.T = g.last + s.Uint64N(s.t-g.last+1)
	case early:
		r.T = max(s.t-s.Uint64N(90), g.last)
	default:
		r.T = s.t + s.Uint64N(90)
	}
	g.last = r.T
	r.G = g.id
	s.src.recs = append(s.src.recs, r)
	at := max(r.T, s.t)
	if s.hasty && s.IntN(50) == 0 && r.Kind != event.GoPark && r.Kind != event.Unlock && r.Kind != event.ChanMake {
		at += s.Uint64N(30_000)
	}
	s.src.at = append(s.src.at, at)
	g.stopped = at
}

func (s *story) event(r event.Record) {
	r.T = s.t &^ 63
	s.trace = append(s.trace, spine{Record: r})
}

func (s *story) park(g *teller, why event.Reason) {
	s.event(event.Record{Kind: event.GoPark, G: g.id, P: g.p, N: int32(why)})
	s.procs[g.p] = nil
	g.state = parked
}

func (s *story) ready(by, g *teller) {
	s.event(event.Record{Kind: event.GoReady, G: by.id, P: by.p, Peer: uint32(g.id)})
	g.state = runnable
}

// step lets something happen; false if nothing can.
func (s *story) step() bool {
	s.t += 200 + s.Uint64N(400)
	var can, run []*teller
	for _, g := range s.gs {
		if g.state == runnable {
			can = append(can, g)
		}
		if g.state == running && s.t >= g.stopped {
			run = append(run, g)
		}
	}
	free := -1
	for p, g := range s.procs {
		if g == nil {
			free = p
		}
	}
	switch {
	case len(can) > 0 && free >= 0 && (len(run) == 0 || s.IntN(2) == 0):
		g := can[s.IntN(len(can))]
		g.state, g.p, s.procs[free] = running, uint8(free), g
		s.event(event.Record{Kind: event.GoStart, G: g.id, P: g.p, N: int32(event.Unsaid)})
		if g.last == 0 {
			s.trace = append(s.trace, spine{Record: event.Record{T: s.t, G: g.id}, match: g.id + 100})
		}
		if g.then != nil {
			s.t += 100
			g.then()
			g.then = nil
		}
	case len(run) > 0:
		s.act(run[s.IntN(len(run))])
	default:
		for _, g := range s.gs {
			if g.state == running {
				s.t = max(s.t, g.stopped)
				return true
			}
		}
		return false
	}
	return true
}

func (s *story) act(g *teller) {
	if g.left == 0 && !g.holds {
		s.event(event.Record{Kind: event.GoEnd, G: g.id, P: g.p})
		s.procs[g.p], g.state = nil, 99
		return
	}
	if s.IntN(20) == 0 {
		s.event(event.Record{Kind: event.GoYield, G: g.id, P: g.p, N: int32(event.Preempted)})
		s.procs[g.p], g.state = nil, runnable
		return
	}
	c := s.chans[s.IntN(len(s.chans))]
	switch {
	case g.holds:
		g.holds = false
		s.n[event.Unlock]++
		s.tell(g, true, event.Probe{Kind: event.Unlock, Obj: 8, Site: 2})
		s.mu.holder = nil
		if len(s.mu.queue) > 0 {
			h := s.mu.queue[0]
			s.mu.queue = s.mu.queue[1:]
			s.ready(g, h)
			h.then = func() { s.lock(h) }
		}
	case s.IntN(4) == 0:
		g.left--
		s.lock(g)
	case g.id%2 == 0:
		g.left--
		s.send(g, c)
	default:
		g.left--
		s.recv(g, c)
	}
}

func (s *story) lock(g *teller) {
	if s.mu.holder != nil {
		s.tell(g, true, event.Probe{Kind: event.GoPark, N: int32(event.MutexWait), Obj: 8, Site: 2})
		s.mu.queue = append(s.mu.queue, g)
		s.park(g, event.MutexWait)
		return
	}
	s.n[event.Lock]++
	s.mu.holder, g.holds = g, true
	s.tell(g, false, event.Probe{Kind: event.Lock, Obj: 8, Site: 2})
}

func val(v int64) event.Val {
	e, _ := event.Int(v)
	return e
}

func (s *story) send(g *teller, c *tube) {
	g.val++
	v := g.val*1000 + int64(g.id)
	s.n[event.ChanSend]++
	r := event.Probe{Kind: event.ChanSend, Obj: c.addr, Val: val(v)}
	switch {
	case len(c.recvq) > 0:
		h := c.recvq[0]
		c.recvq = c.recvq[1:]
		s.tell(g, true, r)
		s.ready(g, h)
		h.then = func() {
			s.tell(h, false, event.Probe{Kind: event.ChanReceived, Obj: c.addr, Val: val(v)})
		}
	case len(c.buf) < c.cap:
		c.buf = append(c.buf, v)
		r.N = int32(len(c.buf))
		s.tell(g, true, r)
	default:
		r.Kind, r.N = event.GoPark, int32(event.SendWait)
		s.tell(g, true, r)
		g.val = v
		c.sendq = append(c.sendq, g)
		s.park(g, event.SendWait)
	}
}

func (s *story) recv(g *teller, c *tube) {
	s.n[event.ChanRecv]++
	r := event.Probe{Kind: event.ChanRecv, Obj: c.addr}
	var h *teller
	if len(c.sendq) > 0 {
		h = c.sendq[0]
		c.sendq = c.sendq[1:]
		v := h.val
		h.val /= 1000
		c.buf = append(c.buf, v)
		h.then = func() {
			s.tell(h, false, event.Probe{Kind: event.ChanSent, Obj: c.addr, Val: val(v)})
		}
	}
	if len(c.buf) == 0 {
		r.Kind, r.N = event.GoPark, int32(event.RecvWait)
		s.tell(g, true, r)
		c.recvq = append(c.recvq, g)
		s.park(g, event.RecvWait)
		return
	}
	r.Val = val(c.buf[0])
	c.buf = c.buf[1:]
	if h != nil {
		s.ready(g, h)
	}
	r.N = int32(len(c.buf))
	s.tell(g, false, r)
}

func newStory(seed uint64, hasty bool) *story {
	s := &story{Rand: rand.New(rand.NewPCG(seed, 1)), t: 1000, hasty: hasty, n: map[event.Kind]int{}}
	s.procs = make([]*teller, 1+s.IntN(4))
	for p := range s.procs {
		s.event(event.Record{Kind: event.ProcStart, P: uint8(p)})
	}
	for i := range 2 + s.IntN(6) {
		g := &teller{id: event.GID(i + 1), state: runnable, left: s.IntN(40)}
		s.gs = append(s.gs, g)
		s.event(event.Record{Kind: event.GoCreate, Peer: uint32(g.id), P: event.NoP})
	}
	s.chans = []*tube{{addr: 16}, {addr: 24, cap: 1}, {addr: 32, cap: 3}}
	return s
}

func TestEveryStoryIsToldInAnOrderThatIsPossible(t *testing.T) {
	partial := 0
	for seed := range uint64(3000) {
		hasty := seed%2 == 1
		s := newStory(seed, hasty)
		g := s.gs[0]
		g.state, g.p, s.procs[0] = running, 0, g
		s.event(event.Record{Kind: event.GoStart, G: g.id, P: 0, N: int32(event.Unsaid)})
		s.trace = append(s.trace, spine{Record: event.Record{T: s.t, G: g.id}, match: g.id + 100})
		for _, c := range s.chans {
			s.t += 200
			s.tell(g, false, event.Probe{Kind: event.ChanMake, Obj: c.addr, N: int32(c.cap), Site: 1})
		}
		for s.step() {
		}
		for i := range s.src.recs {
			s.src.recs[i].G += 100
		}
		x := newMerging(&s.src)
		for i, e := range s.trace {
			if i%97 == 0 { // a generation, which is read when it has ended
				s.src.now = s.trace[min(i+96, len(s.trace)-1)].T + 100
				x.generation()
			}
			x.trace(e)
		}
		s.src.now = 1 << 62
		x.end(s.t)
		require.NoError(t, eventlog.Validate(x.log), "seed %d", seed)
		n := map[event.Kind]int{}
		for _, r := range x.log.Events {
			if r.Kind == event.ChanSent || r.Kind == event.ChanReceived {
				n[r.Kind-2]++
				continue
			}
			n[r.Kind]++
		}
		for _, c := range s.chans { // who waits for ever has done nothing
			s.n[event.ChanSend] -= len(c.sendq)
			s.n[event.ChanRecv] -= len(c.recvq)
		}
		for k, want := range s.n {
			require.Equal(t, want, n[k], "seed %d: %v", seed, k)
		}
		require.Zero(t, x.sum.Unplaced, "seed %d", seed)
		if x.sum.Partial > 0 {
			partial++
			require.True(t, hasty, "seed %d", seed)
		}
	}
	// A quarter of what is stamped before it happens is so long before.
	require.Less(t, partial, 300, "stories of which not all can be told")
}

// FuzzMerge lets a program that wants to do harm write what it likes into its records,
// beside a trace that is in order: the log is valid, the trace's events are all
// there in their order, and what comes out is bounded by what went in.
func FuzzMerge(f *testing.F) {
	for seed := range uint64(8) {
		s := newStory(seed, true)
		g := s.gs[0]
		for _, c := range s.chans {
			s.tell(g, false, event.Probe{Kind: event.ChanMake, Obj: c.addr, N: int32(c.cap), Site: 1})
		}
		for s.step() {
		}
		b := make([]byte, 0, 4096)
		for _, r := range s.src.recs[:min(len(s.src.recs), 60)] {
			b = appendProbe(b, r)
		}
		f.Add(seed, b)
	}
	f.Fuzz(func(t *testing.T, seed uint64, b []byte) {
		var recs []event.Probe
		for ; len(b) >= event.RecordSize && len(recs) < 1000; b = b[event.RecordSize:] {
			r := event.ParseProbe(b)
			r.T %= 1 << 17
			r.Kind %= event.NumKinds
			r.Obj %= 5 * 8
			recs = append(recs, r)
		}
		mergeNonsense(t, seed, recs)
	})
}

func TestRecordsThatMakeNoSenseDoNoHarm(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 2))
		recs := make([]event.Probe, r.IntN(300))
		at := uint64(0)
		for i := range recs {
			at += r.Uint64N(400)
			kind := event.ChanMake + event.Kind(r.IntN(int(event.OnceDone-event.ChanMake)+1))
			if r.IntN(6) == 0 {
				kind = event.GoPark
			}
			recs[i] = event.Probe{
				T: at, G: event.GID(r.IntN(8)), Kind: kind, Obj: 8 * uint64(r.IntN(4)), N: int32(r.IntN(8)) - 1,
				Val: val(int64(r.IntN(3) - 1)), Flag: uint8(r.IntN(16)), Site: uint16(r.IntN(4)),
			}
		}
		mergeNonsense(t, seed, recs)
	}
}

// mergeNonsense merges records that have nothing to do with a trace that is in order.
func mergeNonsense(t *testing.T, seed uint64, recs []event.Probe) {
	t.Helper()
	s := newStory(seed, false)
	for s.step() {
	}
	src := &fakeSource{lost: seed % 9 / 8, recs: recs, at: make([]uint64, len(recs))}
	for i := range recs {
		recs[i].G = recs[i].G%8 + 101
		src.at[i] = recs[i].T
	}
	x := newMerging(src)
	for i, e := range s.trace {
		if i%40 == 0 {
			src.now = e.T + 9000
			x.generation()
		}
		x.trace(e)
	}
	src.now = 1 << 62
	x.end(s.t)
	require.NoError(t, eventlog.Validate(x.log), "seed %d", seed)
	i := 0
	for _, e := range s.trace {
		if e.match != 0 {
			continue
		}
		for ; x.log.Events[i].Kind.FromProbe() || x.log.Events[i].Kind == event.Traced; i++ {
		}
		got := x.log.Events[i]
		require.Equal(t, []any{e.Kind, e.G, e.Peer}, []any{got.Kind, got.G, got.Peer}, "seed %d", seed)
		i++
	}
	require.LessOrEqual(t, len(x.log.Events), len(s.trace)+4*len(recs)+80, "seed %d", seed)
}

func appendProbe(b []byte, r event.Probe) []byte {
	b = binary.LittleEndian.AppendUint64(b, r.T)
	b = binary.LittleEndian.AppendUint64(b, r.Obj)
	b = binary.LittleEndian.AppendUint32(b, uint32(r.Val))
	b = binary.LittleEndian.AppendUint32(b, uint32(r.N))
	b = binary.LittleEndian.AppendUint32(b, uint32(r.G))
	b = binary.LittleEndian.AppendUint16(b, r.Site)
	return append(b, byte(r.Kind), r.Flag)
}

// BenchmarkMerge is what a record costs that is merged, of two goroutines that run all
// the time.
func BenchmarkMerge(b *testing.B) {
	const n = 200_000
	recs, at := make([]event.Probe, 0, n+8), make([]uint64, n+8)
	for t := uint64(2000); len(recs) < n; t += 200 {
		g := event.GID(101 + t/200%2)
		c, mu := 16+8*uint64(g), 1000+8*uint64(g)
		if t < 2400 {
			recs = append(recs, event.Probe{T: t - 200, G: g, Kind: event.ChanMake, Obj: c, N: 1, Site: 1})
		}
		recs = append(recs,
			event.Probe{T: t, G: g, Kind: event.ChanSend, Obj: c, Val: val(int64(t)), N: 1},
			event.Probe{T: t + 40, G: g, Kind: event.ChanRecv, Obj: c, Val: val(int64(t))},
			event.Probe{T: t + 80, G: g, Kind: event.Lock, Obj: mu, Site: 2},
			event.Probe{T: t + 120, G: g, Kind: event.Unlock, Obj: mu, Site: 2})
	}
	b.ReportAllocs()
	for b.Loop() {
		x := newMerging(&fakeSource{recs: recs, at: at[:len(recs)]})
		events := 0
		x.out = func(event.Record) { events++ }
		for g := range event.GID(2) {
			x.trace(spine{Record: event.Record{T: 960, Kind: event.GoCreate, Peer: uint32(g + 1), P: event.NoP}})
			x.trace(spine{Record: event.Record{T: 960, Kind: event.GoStart, G: g + 1, P: uint8(g)}})
			x.trace(spine{Record: event.Record{T: 960, G: g + 1}, match: g + 101})
		}
		for t := uint64(1 << 20); t < recs[len(recs)-1].T; t += 1 << 20 {
			x.trace(spine{Record: event.Record{T: t, Kind: event.Metric, P: event.NoP}})
		}
		x.end(recs[len(recs)-1].T + 1000)
		require.Greater(b, events, n)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
}

// TestMemoryOfTheMergeIsBounded lets a program name more goroutines and channels than
// there are.
func TestMemoryOfTheMergeIsBounded(t *testing.T) {
	src := &fakeSource{}
	x := newMerging(src)
	x.trace(spine{Record: event.Record{T: 1, Kind: event.ProcStart}})
	x.trace(spine{Record: event.Record{T: 1, Kind: event.GoCreate, Peer: 1, P: event.NoP}})
	x.trace(spine{Record: event.Record{T: 1, Kind: event.GoStart, G: 1, N: int32(event.Unsaid)}})
	x.trace(spine{Record: event.Record{T: 1, G: 1}, match: 1 << 30})
	const rounds, each = 10, 40_000
	for round := range uint64(rounds) {
		for i := range uint64(each) {
			n := round*each + i
			src.recs = append(src.recs, event.Probe{T: n, G: event.GID(n), Kind: event.Lock, Obj: n},
				event.Probe{T: n, G: 1 << 30, Kind: event.ChanMake, Obj: n + 1},
				event.Probe{T: n, G: 1 << 30, Kind: event.SelectWait, Obj: n + 1}, event.Probe{T: n, G: 1 << 30, Kind: event.GoCreate, Obj: n})
		}
		src.at = make([]uint64, len(src.recs))
		x.generation()
		x.trace(spine{Record: event.Record{T: (round + 1) * each, Kind: event.Knob, N: 1, P: event.NoP}})
	}
	require.LessOrEqual(t, len(x.writers), maxForeign+2)
	require.Less(t, len(x.objects), rounds*each/2)
	require.LessOrEqual(t, len(x.writers[1<<30].creates), maxOpen)
	require.LessOrEqual(t, len(x.writers[1<<30].op.cases), maxOpen)
	x.end(rounds * each)
	require.NoError(t, eventlog.Validate(x.log))
	made := 0
	for _, r := range x.log.Events {
		if r.Kind == event.ChanMake {
			made++
		}
	}
	require.Equal(t, rounds*each, made)
}
