package rt

import "interleave/sim/event"

// A collector models the cycles of the garbage collector as the scheduler sees
// them (runtime/mgc.go, mgcpacer.go): two stops of the world, and between them
// workers that take a quarter of the Ps and all idle ones, and goroutines that
// have to assist when they allocate. Memory itself is not modelled: what is
// counted is what the runtime makes for the program, goroutines and channels.
type collector struct {
	cycle    int32
	marking  bool
	left     int64 // ns of marking still to do
	since    int64 // when the cycle began to mark
	wanted   int   // dedicated workers that no P runs yet
	fraction float64
	heap     int64 // bytes allocated since the last cycle
	waiting  []*g  // who called runtime.GC
}

// marks is what a P does for the collector.
type marks uint8

const (
	noMarks   marks = iota
	dedicated       // gcMarkWorkerDedicatedMode: until the cycle is over
	aShare          // gcMarkWorkerFractionalMode: for a part of its time
	idleTime        // gcMarkWorkerIdleMode: until there is something to run
)

const (
	heapMinimum = 4 << 20   // heapMinimum in mgcpacer.go: no cycle for less
	assistBatch = 64 << 10  // gcOverAssistWork in mgcmark.go: bytes that an assist marks at least
	stackBytes  = 2_500     // what a goroutine takes
	markChunk   = 20_000    // ns after which an idle worker looks for something to run
	markBase    = 100_000   // ns that a cycle marks for in any case, and one for each byte
	markShare   = 1.0 / 4.0 // gcBackgroundUtilization
)

// counting tells that allocations matter: cycles come by themselves, or one is
// under way.
var counting bool

// allocated counts n bytes that the running goroutine needs. In a cycle it may
// have to assist (gcAssistAlloc); a heap that has grown starts a cycle
// (gcTrigger).
func allocated(n int64) {
	if m, ok := mach.(*gmp); ok {
		m.allocate(n)
	}
}

func (m *gmp) allocate(n int64) {
	c := &m.gc
	c.heap += n
	switch {
	case c.marking:
		if cur.debt += n; cur.debt > 0 && c.left > 0 {
			d := min(assistBatch, c.left)
			c.left -= d
			cur.debt -= assistBatch
			emitDur(event.GCAssist, cur.id, 0, d, 0)
			linger(d)
		}
	case conf.gc && c.heap > max(heapMinimum, stackBytes*int64(alive)):
		m.startCycle()
	}
}

// Collect is runtime.GC: a whole cycle, for which the caller waits.
func Collect() {
	point(costSwitch)
	m, ok := mach.(*gmp)
	if !ok {
		return
	}
	if m.gc.marking {
		m.awaitCycle()
	}
	if !m.gc.marking {
		m.startCycle()
	}
	m.awaitCycle()
}

func (m *gmp) awaitCycle() {
	m.gc.waiting = append(m.gc.waiting, cur)
	park(event.GCWait, 0, 0)
}

// startCycle is gcStart: the world stops for sweep termination, and when it
// goes on there are workers.
func (m *gmp) startCycle() {
	c, p := &m.gc, m.on
	m.stopTheWorld(p, "GC sweep termination")
	c.cycle++
	c.marking, counting = true, true
	c.left, c.since = markBase+stackBytes*int64(alive)+c.heap, now()
	c.heap = 0
	c.wanted, c.fraction = workers(len(m.ps))
	for _, o := range m.ps {
		o.marked = 0
	}
	for g := gs.oldest; g != nil; g = g.newer {
		g.debt = 0
	}
	emitAt(event.GCStart, 0, 0, 0, 0, c.cycle, 0, event.NoP)
	m.startTheWorld(p)
	for range min(c.wanted, len(m.idle)) {
		m.start(m.takeIdle(), now(), false)
	}
}

// workers is startCycle of the pacer: a quarter of n Ps mark all the time; if
// that is no whole number, not even nearly, every P marks for a part of it.
func workers(n int) (whole int, fraction float64) {
	goal := markShare * float64(n)
	whole = int(goal + 0.5)
	if off := float64(whole)/goal - 1; off < -0.3 || off > 0.3 {
		if float64(whole) > goal {
			whole--
		}
		fraction = (goal - float64(whole)) / float64(n)
	}
	return whole, fraction
}

// mark is findRunnableGCWorker: it reports whether p works for the collector
// now instead of running a goroutine.
func (m *gmp) mark(p *proc) bool {
	c := &m.gc
	if c.left <= 0 {
		m.endCycle(p)
		return true
	}
	if p.marks == aShare {
		m.setMarks(p, noMarks)
	}
	share := int64(c.fraction * float64(p.clock-c.since))
	switch {
	case p.marks == dedicated:
		m.work(p, markChunk)
	case c.wanted > 0:
		c.wanted--
		m.setMarks(p, dedicated)
		m.work(p, markChunk)
	case p.marked < share:
		m.setMarks(p, aShare)
		m.work(p, max(markChunk, share*6/5-p.marked))
	default:
		return false
	}
	return true
}

// markIdly lets p, which has nothing to run, mark for a while.
func (m *gmp) markIdly(p *proc) {
	if t := p.thread; t.spinning {
		t.spinning = false
		m.spinning--
		m.wakep()
	}
	m.setMarks(p, idleTime)
	m.work(p, markChunk)
}

func (m *gmp) work(p *proc, d int64) {
	d = min(d, m.gc.left)
	m.gc.left -= d
	p.marked += d
	p.clock += d
	setClock(p.clock, p.clock)
}

// setMarks says what p does for the collector from now on.
func (m *gmp) setMarks(p *proc, to marks) {
	was := p.marks
	p.marks = to
	if (was == noMarks) != (to == noMarks) {
		emitAt(event.GCWork, 0, 0, 0, 0, int32(min(to, 1)), 0, p.id)
	}
}

// endCycle is gcMarkDone and gcMarkTermination: the world stops again, for
// mark termination, and then the cycle is over.
func (m *gmp) endCycle(p *proc) {
	c := &m.gc
	m.stopTheWorld(p, "GC mark termination")
	m.setMarks(p, noMarks)
	c.marking, counting = false, conf.gc
	emitAt(event.GCEnd, 0, 0, 0, 0, c.cycle, 0, event.NoP)
	p.clock = now()
	m.startTheWorld(p)
	waiting := c.waiting
	c.waiting = nil
	for _, g := range waiting {
		ready(g, nil, 0)
	}
}
