package search

// endless is the part of Search of those who never know that all was seen.
type endless struct{}

// Estimate returns 0: it is not known how much there is.
func (endless) Estimate() float64 { return 0 }

// Exhausted returns -1: no bound is.
func (endless) Exhausted() int { return -1 }

// Least returns -1 as well.
func (endless) Least() int { return -1 }

// Proved returns false.
func (endless) Proved() bool { return false }

// Err returns nil: nothing is done twice.
func (endless) Err() error { return nil }

// Random takes the next step of any goroutine that can take one, all with the
// same chance.
type Random struct {
	*Trace
	endless
	rng   rng
	stick bool
	stay  uint64 // of 2⁶⁴: chance to stay where to switch would be a pre-emption
}

// NewRandom returns a Random whose runs follow from seed.
func NewRandom(t *Trace, seed uint64) *Random {
	return &Random{Trace: t, rng: rng(seed)}
}

// NewStretches returns a Random that draws for each run how seldom it
// pre-empts: every time, or every 2nd, 4th, … 64th time that it could. In a
// long program uniform choice alone would never let a goroutine get far while
// the others stand.
func NewStretches(t *Trace, seed uint64) *Random {
	return &Random{Trace: t, rng: rng(seed), stick: true}
}

// maxStretch is the binary logarithm of the longest mean stretch.
const maxStretch = 6

// Phase returns what is being done; there is no bound.
func (r *Random) Phase() (string, int) { return "random", -1 }

// Begin begins a run.
func (r *Random) Begin() {
	r.Trace.Begin()
	if r.stick {
		r.stay = -(uint64(1) << (63 - r.rng.intn(maxStretch+1)) << 1)
	}
}

// Pick picks uniformly, or stays.
func (r *Random) Pick(v *View) Proc {
	var p Proc
	switch {
	case len(v.Enabled) == 1:
		p = v.Enabled[0]
	case r.stay != 0 && !v.Free && r.rng.next() < r.stay:
		p = v.Last
	default:
		p = v.Enabled[r.rng.intn(len(v.Enabled))]
	}
	r.step(p, v.Next(p))
	return p
}

// Choose picks uniformly.
func (r *Random) Choose(n int) int {
	i := r.rng.intn(n)
	r.chose(i)
	return i
}

// End ends a run; there is always another.
func (r *Random) End(*View) bool {
	r.end(true)
	return true
}

// PCT is probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi,
// Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of Finding
// Bugs", ASPLOS 2010): every goroutine has a random priority, the highest that
// can take a step does, and at depth-1 steps of the run, drawn at random, the
// one that would takes the lowest priority instead. A bug that needs depth
// orderings shows in a run of n goroutines and k steps with a chance of at least
// 1/(n·k^(depth-1)).
//
// Only steps at which there is a choice count, and k is the longest run of
// late; timers are a goroutine of their own. Who gives way falls, too: it may
// wait for somebody below.
type PCT struct {
	*Trace
	endless
	rng   rng
	falls []int // the steps at which somebody falls
	level []int64
	low   int64
	turn  int // choices so far in this run
	k     int
}

// NewPCT returns a PCT for bugs of the given depth (at least 1), whose runs
// follow from seed.
func NewPCT(t *Trace, seed uint64, depth int) *PCT {
	return &PCT{Trace: t, rng: rng(seed), falls: make([]int, max(depth-1, 0)), k: 16}
}

// Phase returns what is being done; there is no bound.
func (p *PCT) Phase() (string, int) { return "pct", -1 }

// Begin begins a run.
func (p *PCT) Begin() {
	p.Trace.Begin()
	p.level = p.level[:0]
	p.low, p.turn = 0, 0
	for i := range p.falls {
		p.falls[i] = 1 + p.rng.intn(p.k)
	}
}

// Pick takes the highest.
func (p *PCT) Pick(v *View) Proc {
	q := v.Enabled[0]
	if len(v.Enabled) > 1 {
		p.turn++
		if v.Free && v.Enabled[0] <= v.Last {
			p.fall(v.Last)
		}
		q = p.highest(v.Enabled)
		for _, at := range p.falls {
			if at == p.turn {
				p.fall(q)
				q = p.highest(v.Enabled)
			}
		}
	}
	p.step(q, v.Next(q))
	return q
}

func (p *PCT) highest(procs []Proc) Proc {
	best := procs[0]
	for _, q := range procs {
		for int(q) >= len(p.level) {
			p.level = append(p.level, int64(p.rng.next()>>2))
		}
		if p.level[q] > p.level[best] {
			best = q
		}
	}
	return best
}

func (p *PCT) fall(q Proc) {
	p.low--
	for int(q) >= len(p.level) {
		p.level = append(p.level, int64(p.rng.next()>>2))
	}
	p.level[q] = p.low
}

// Choose picks uniformly.
func (p *PCT) Choose(n int) int {
	i := p.rng.intn(n)
	p.chose(i)
	return i
}

// End ends a run; there is always another.
func (p *PCT) End(*View) bool {
	p.k = max(p.turn, p.k-p.k/8, 1)
	p.end(true)
	return true
}
