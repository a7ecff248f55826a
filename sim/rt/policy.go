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
	// gaveWay says that g yields, or has run for a whole time slice.
	gaveWay(g *g)
	// why is the rule to state in a GoStart.
	why() event.Why
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
func (*fifo) gaveWay(*g)         {}
func (*fifo) why() event.Why     { return event.ByPolicy }

// lifo runs whoever became runnable last, until it waits or its time slice is
// over.
type lifo struct{ fifo }

func (*lifo) pick(could []*g, _ bool) int { return len(could) - 1 }

// random picks uniformly at every operation.
type random struct{ rng rng }

func (r *random) pick(could []*g, _ bool) int { return r.rng.intn(len(could)) }
func (r *random) choose(n int) int            { return r.rng.intn(n) }
func (*random) everyPoint() bool              { return true }
func (*random) gaveWay(*g)                    {}
func (*random) why() event.Why                { return event.ByPolicy }

// pct is probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi,
// Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of
// Finding Bugs", ASPLOS 2010): every goroutine has a random priority, the
// highest one that can run does, and at depth-1 steps of the run, chosen at
// random, the running one falls below all others. A bug that needs depth
// ordering constraints shows with a chance of at least 1/(n·k^(depth-1)) in a
// run of n goroutines and k steps.
//
// The paper supposes that k is known. Here a power of two is drawn for it
// first, which lowers the chance by a factor of pctDoublings at most. Who yields or
// uses up a time slice falls, too: it may wait for somebody below it.
type pct struct {
	rng   rng
	falls map[int]int64 // step → priority of the goroutine that falls there
	step  int
	low   int64 // below every priority given so far
}

const (
	pctLeast     = 16 // the fewest steps that a run is thought to have
	pctDoublings = 13 // how often that may be doubled
	pctHigh      = 1 << 32
)

func newPCT(seed uint64, depth int) *pct {
	p := &pct{rng: newRNG(seed, 1), falls: map[int]int64{}}
	k := pctLeast << p.rng.intn(pctDoublings)
	for i := range depth - 1 {
		p.falls[1+p.rng.intn(k)] = int64(i + 1)
	}
	return p
}

func (p *pct) pick(could []*g, free bool) int {
	if !free {
		p.step++
		if to, ok := p.falls[p.step]; ok {
			could[0].level = to
		}
	}
	best := 0
	for i, g := range could {
		if p.level(g) > p.level(could[best]) {
			best = i
		}
	}
	return best
}

// level is g's priority; one that is seen first gets it now.
func (p *pct) level(g *g) int64 {
	if g.level == 0 {
		g.level = pctHigh + int64(p.rng.next()>>2)
	}
	return g.level
}

func (p *pct) gaveWay(g *g) {
	p.low--
	g.level = p.low
}

func (p *pct) choose(n int) int { return p.rng.intn(n) }
func (*pct) everyPoint() bool   { return true }
func (*pct) why() event.Why     { return event.ByPolicy }

// hand asks the host who runs next, whenever there is more than one to pick
// from: when the running goroutine has stopped or its time slice is over, or,
// if every is set, at every operation. The first answers may be known before.
type hand struct {
	rng   rng
	known []uint32
	every bool
}

func (h *hand) pick(could []*g, free bool) int {
	if len(could) == 1 {
		return 0
	}
	if free {
		emit(event.Choice, 0, 0, 0, 0, int32(len(could)), 0)
	} else {
		emit(event.Choice, cur.id, 0, 0, 0, int32(len(could)), cur.site)
	}
	if len(h.known) > 0 {
		id := h.known[0]
		h.known = h.known[1:]
		if i := indexOf(could, uint64(id)); i >= 0 {
			return i
		}
		finish(outcomeDiverged, 125, "goroutine "+itoa(int64(id))+" cannot run where it was chosen")
	}
	if conf.cut != math.MaxUint64 {
		cutOff() // there is nobody to ask
	}
	for {
		if i := indexOf(could, askChoice()); i >= 0 {
			return i
		}
	}
}

func indexOf(could []*g, id uint64) int {
	return slices.IndexFunc(could, func(g *g) bool { return uint64(g.id) == id })
}

func (h *hand) choose(n int) int { return h.rng.intn(n) }
func (h *hand) everyPoint() bool { return h.every }
func (*hand) gaveWay(*g)         {}
func (*hand) why() event.Why     { return event.ByHand }
