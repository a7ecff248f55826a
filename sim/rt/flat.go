package rt

import (
	"math"
	"slices"

	"interleave/sim/event"
)

// A policy picks who runs next on the flat machine. The seam is Shuttle's
// (scheduler/mod.rs) and gosim's: who could run, who does, pick one.
type policy interface {
	// pick returns an index of could, the runnable goroutines in the order in
	// which they became so. When the running goroutine can go on it is could[0]
	// and free is false; a policy that does not pre-empt answers 0.
	pick(could []*g, free bool) int
	// choose picks one of n ready cases of a select.
	choose(n int) int
	// everyPoint says whether pick is to be asked at every operation, or
	// only when the running goroutine stops or its time slice is over.
	everyPoint() bool
	// why is the rule to state in a GoStart.
	why() event.Why
}

// flat is a machine with one P and no queues: a list of who could run, and a
// policy that picks.
type flat struct {
	pol   policy
	could []*g // runnable, oldest first
	run   *g
	clock int64
}

func newFlat(pol policy) *flat {
	always = always || pol.everyPoint()
	return &flat{pol: pol}
}

func (m *flat) procs() int       { return 1 }
func (m *flat) setProcs(int)     {}
func (m *flat) lockThread(bool)  {}
func (m *flat) choose(n int) int { return m.pol.choose(n) }

// enterCall and leaveCall: a system call is an operation that takes long.
func (m *flat) enterCall(int64) { point(costCall) }
func (m *flat) leaveCall(d int64) {
	if budget -= d; budget < 0 {
		look()
	}
}

func (m *flat) ready(g, by *g) { m.could = append(m.could, g) }

func (m *flat) leave(g *g, why event.Why) {
	m.clock = now() + costSwitch
	m.run, g.proc = nil, event.NoP
	if why != 0 {
		m.could = append(m.could, g)
	}
}

func (m *flat) look(me *g, atOp bool) {
	if budget >= 0 && !m.pol.everyPoint() {
		return // only asked because a schedule is recorded
	}
	m.clock = now()
	m.timers()
	sliceOver := m.clock >= me.sliceEnd
	if !sliceOver && !atOp {
		m.resume(me)
		return
	}
	why := event.Switched
	next := 0
	if len(m.could) > 0 && (m.pol.everyPoint() || sliceOver) {
		m.could = slices.Insert(m.could, 0, me)
		next = m.pol.pick(m.could, false)
		m.could = slices.Delete(m.could, 0, 1)
		if sliceOver && !m.pol.everyPoint() {
			next, why = max(next, 1), event.Preempted
		}
	}
	if next == 0 {
		if sliceOver {
			me.sliceEnd = m.clock + timeSlice
		}
		m.resume(me)
		return
	}
	chosen := m.could[next-1]
	me.state = runnable
	emit(event.GoYield, me.id, 0, 0, 0, int32(why), me.site)
	m.leave(me, why)
	endTurn(me, false)
	m.take(slices.Index(m.could, chosen))
	m.start(chosen)
	switchTo(me, chosen)
	beginTurn(me)
}

func (m *flat) take(i int) *g {
	g := m.could[i]
	m.could = slices.Delete(m.could, i, i+1)
	return g
}

func (m *flat) timers() {
	setClock(m.clock, m.clock)
	runTimers(&timers[0], m.clock)
}

func (m *flat) dispatch() *g {
	m.timers()
	if len(m.could) == 0 {
		when, ok := nextTimer()
		if !ok {
			return nil
		}
		m.clock = max(m.clock, when)
		m.timers()
		if len(m.could) == 0 {
			return m.dispatch()
		}
	}
	g := m.take(m.pol.pick(m.could, true))
	m.start(g)
	return g
}

// start makes g, which is in no list any more, the running goroutine.
func (m *flat) start(g *g) {
	setClock(m.clock, m.clock)
	m.run, g.proc, g.state, g.sliceEnd = g, 0, running, m.clock+timeSlice
	emitAt(event.GoStart, g.id, 0, 0, 0, int32(m.pol.why()), g.site, 0)
	m.resume(g)
}

// resume lets g go on until the next timer or the end of its slice.
func (m *flat) resume(g *g) {
	h := g.sliceEnd
	if when, ok := nextTimer(); ok {
		h = min(h, when)
	}
	setClock(m.clock, h)
}

// fifo runs whoever has been runnable longest, until it waits or its time
// slice is over.
type fifo struct{ rng rng }

func (*fifo) pick(could []*g, free bool) int {
	if free {
		return 0
	}
	return 1
}
func (f *fifo) choose(n int) int { return f.rng.intn(n) }
func (*fifo) everyPoint() bool   { return false }
func (*fifo) why() event.Why     { return event.ByPolicy }

// random picks uniformly at every operation.
type random struct{ rng rng }

func (r *random) pick(could []*g, _ bool) int { return r.rng.intn(len(could)) }
func (r *random) choose(n int) int            { return r.rng.intn(n) }
func (*random) everyPoint() bool              { return true }
func (*random) why() event.Why                { return event.ByPolicy }

// hand asks the host whenever there is more than one to pick from and the
// running goroutine has stopped.
type hand struct{ rng rng }

func (h *hand) pick(could []*g, free bool) int {
	if !free {
		return 0
	}
	if len(could) == 1 {
		return 0
	}
	emit(event.Choice, 0, 0, 0, 0, int32(len(could)), 0)
	for {
		id := askChoice()
		for i, g := range could {
			if uint64(g.id) == id {
				return i
			}
		}
	}
}
func (h *hand) choose(n int) int { return h.rng.intn(n) }
func (*hand) everyPoint() bool   { return false }
func (*hand) why() event.Why     { return event.ByHand }

// rng is SplitMix64 (Steele, Lea, Flood 2014): one word of state, so that each
// user of randomness has its own stream.
type rng struct{ s uint64 }

// newRNG returns the stream-th stream of a seed.
func newRNG(seed, stream uint64) rng {
	r := rng{seed ^ stream*0x9e3779b97f4a7c15}
	r.next()
	return r
}

func (r *rng) next() uint64 {
	r.s += 0x9e3779b97f4a7c15
	z := r.s
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// intn returns a number in [0, n).
func (r *rng) intn(n int) int {
	if n <= 1 {
		return 0
	}
	return int(r.next() % uint64(n) & math.MaxInt64)
}

// shuffle puts n things into an order of its choice (Fisher and Yates).
func (r *rng) shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, r.intn(i+1))
	}
}
