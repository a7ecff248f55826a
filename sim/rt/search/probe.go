package search

import "math"

// A prober estimates how many classes of runs a program has. Sleep sets alone,
// without source sets, span a tree in which every class is exactly one leaf
// that is not blocked (Godefroid, "Partial-Order Methods for the Verification of
// Concurrent Systems", 1996, chapter 5). A random walk down that tree which
// notes the chance p of its choices counts 1/p for such a leaf and 0 for a
// blocked one: on the mean that is the number of leaves (Knuth, "Estimating the
// Efficiency of Backtrack Programs", Mathematics of Computation 29, 1975).
//
// Most walks end blocked. So one that stands for more than others that got as
// far is gone on with several times, and one that stands for less may be given
// up (Grassberger, "Pruned-Enriched Rosenbluth Method", Physical Review E 56,
// 1997; with the number of copies as in Prellberg, Krawczyk, "Flat Histogram
// Version of the Pruned and Enriched Rosenbluth Method", Physical Review
// Letters 92, 2004): the mean stays, the variance goes. A walk with sleepers
// that are seldom woken is worth less than one without: it is compared, and its
// choices are made, by what is learned of how often they are.
//
// A step that turns out to end the run only when it is taken wakes nobody here:
// of a program that panics there may be more classes.
type prober struct {
	walk   DPOR // its sleep sets and clocks; nothing is exchanged
	rng    rng
	picks  []uint16 // the choices of this walk
	choice int      // how many of them were made
	known  int      // how many of them are another walk's
	weight float64  // how many leaves an end of this walk stands for

	copies []copied  // walks to be gone on with
	past   []float64 // by steps: what walks that got there counted

	walks  int
	tours  float64 // beginnings of which all copies are done
	leaves float64 // that those stand for
	tour   float64 // likewise, of this one

	spells [][]spell // by goroutine and its steps before
	taken  []int     // by goroutine: its steps in this walk

	awake  []int32
	chance []float64
	all    []sleeper // everybody enabled, with what they touch
}

// A copied is a walk to be gone on with.
type copied struct {
	picks  []uint16
	weight float64
}

// A spell is what became of those who slept before a step of theirs.
type spell struct{ woken, all float64 }

func (p *prober) begin() {
	w := &p.walk
	w.nodes, w.cands = w.nodes[:0], w.cands[:0]
	w.progress.reset()
	w.Begin()
	p.picks, p.choice, p.weight = p.picks[:0], 0, 1
	if last := len(p.copies) - 1; last >= 0 {
		c := &p.copies[last]
		p.picks, p.weight = append(p.picks, c.picks...), c.weight
		p.copies = p.copies[:last]
	}
	p.known = len(p.picks)
	clear(p.taken)
}

// slept returns what became of q asleep before its next step.
func (p *prober) slept(q Proc) *spell {
	for len(p.spells) <= int(q) {
		p.spells, p.taken = append(p.spells, nil), append(p.taken, 0)
	}
	at := p.taken[q]
	for len(p.spells[q]) <= at {
		p.spells[q] = append(p.spells[q], spell{})
	}
	return &p.spells[q][at]
}

// hope is how likely it is that q, who is asleep, is woken.
func (p *prober) hope(q Proc) float64 {
	s := p.slept(q)
	return (s.woken + 1) / (s.all + 2)
}

// finish ends the step that is being taken, and learns who woke.
func (p *prober) finish() {
	w := &p.walk
	q := w.who
	if q == none {
		return
	}
	w.isNew = false
	w.finish()
	p.slept(q)
	p.taken[q]++
	if p.choice < p.known {
		return
	}
	still := w.asleep
	for _, s := range w.sleepers {
		if len(still) > 0 && still[0].proc == s.proc {
			still = still[1:]
			continue
		}
		l := p.slept(s.proc)
		l.woken++
		l.all++
	}
}

// pick goes on with somebody awake.
func (p *prober) pick(v *View) Proc {
	w := &p.walk
	p.finish()
	if !w.extend(v) {
		for _, s := range w.asleep {
			p.slept(s.proc).all++
		}
		w.stopped = true
		return none
	}
	n := &w.nodes[len(w.nodes)-1]
	cands := w.cands[n.off:]
	worth := p.arrive(cands)
	first := cands[n.at].proc
	if first == Time || w.idle(first) || len(v.Next(first)) > 0 {
		p.order(cands, n.at)
		if len(p.awake) > 1 {
			k := p.fork(v, cands, worth)
			if k < 0 {
				w.stopped = true
				return none
			}
			for _, i := range p.awake[:k] {
				cands[i].is |= tried
			}
			n.at = p.awake[k]
		}
	}
	q := cands[n.at].proc
	w.sleepers, w.touches = w.sleepers[:0], w.touches[:0]
	w.sleep(v, n)
	w.step(q, v.Next(q))
	return q
}

// arrive notes that a walk got as far as this, and returns how much it is worth
// beside the mean of those that did.
func (p *prober) arrive(cands []candidate) float64 {
	if p.choice < p.known {
		return 1
	}
	worth := p.weight
	for _, c := range cands {
		if c.is&asleep != 0 {
			worth *= p.hope(c.proc)
		}
	}
	steps := p.walk.steps
	for len(p.past) <= steps {
		p.past = append(p.past, 0)
	}
	p.past[steps] += worth
	return worth * (p.tours + 1) / p.past[steps]
}

// order lists who is awake, the usual one first.
func (p *prober) order(cands []candidate, first int32) {
	p.awake = append(p.awake[:0], first)
	for i, c := range cands {
		if c.is&asleep == 0 && int32(i) != first {
			p.awake = append(p.awake, int32(i))
		}
	}
}

// fork chooses one of those awake, and leaves copies that choose otherwise; -1
// gives the walk up.
func (p *prober) fork(v *View, cands []candidate, worth float64) int {
	if p.choice < p.known {
		return p.again(len(p.awake))
	}
	copies := min(int(worth+p.unit()), 4*len(p.awake))
	if copies == 0 {
		return -1
	}
	weight := p.weight / float64(copies) / min(worth, 1)
	all := p.weigh(v, cands)
	// Systematic resampling: evenly spaced over the chances.
	at := all / float64(copies)
	x := p.unit() * at
	mine, k := -1, 0
	for range copies {
		for ; k < len(p.chance)-1 && x >= p.chance[k]; k++ {
			x -= p.chance[k]
		}
		if w := weight * all / p.chance[k]; mine < 0 {
			mine, p.weight = k, w
		} else {
			p.copy(k, w)
		}
		x += at
	}
	p.took(mine)
	return mine
}

// copy leaves a walk that chooses k.
func (p *prober) copy(k int, weight float64) {
	n := len(p.copies)
	if n == cap(p.copies) {
		p.copies = append(p.copies, copied{})
	}
	p.copies = p.copies[:n+1]
	c := &p.copies[n]
	c.picks, c.weight = append(append(c.picks[:0], p.picks...), uint16(k)), weight
}

// again repeats a choice out of n that another walk made. Of a program that is
// not deterministic it may be none.
func (p *prober) again(n int) int {
	k := int(p.picks[p.choice])
	p.choice++
	return min(k, n-1)
}

func (p *prober) took(k int) {
	p.picks = append(p.picks, uint16(k))
	p.choice++
}

// unit returns a number from 0 to 1, without 1.
func (p *prober) unit() float64 { return float64(p.rng.next()>>11) / (1 << 53) }

// weigh sets the chances of those awake, and returns their sum.
func (p *prober) weigh(v *View, cands []candidate) (sum float64) {
	w := &p.walk
	p.all, w.touches = p.all[:0], w.touches[:0]
	for _, c := range cands {
		off := int32(len(w.touches))
		w.touches = append(w.touches, v.Next(c.proc)...)
		p.all = append(p.all, sleeper{proc: c.proc, off: off, n: int32(len(w.touches)) - off})
	}
	p.chance = p.chance[:0]
	for k, i := range p.awake {
		chance := 1.0
		for j, c := range cands {
			if c.is&asleep != 0 && !p.clash(p.all[i], p.all[j]) {
				chance *= p.hope(cands[j].proc)
			}
		}
		for _, j := range p.awake[:k] {
			if !p.clash(p.all[i], p.all[j]) {
				chance *= p.hope(cands[j].proc)
			}
		}
		p.chance = append(p.chance, chance)
		sum += chance
	}
	return sum
}

func (p *prober) clash(a, b sleeper) bool {
	touches := p.walk.touches
	for _, x := range touches[a.off : a.off+a.n] {
		for _, y := range touches[b.off : b.off+b.n] {
			if x.Mode == Exit || y.Mode == Exit || x.Obj == y.Obj && dependent(x.Mode, y.Mode) {
				return true
			}
		}
	}
	return false
}

// choose takes any case.
func (p *prober) choose(n int) int {
	k := 0
	if p.choice < p.known {
		k = p.again(n)
	} else {
		k = p.rng.intn(n)
		p.weight *= float64(n)
		p.took(k)
	}
	p.walk.chose(k)
	return k
}

// end counts the leaf.
func (p *prober) end() {
	w := &p.walk
	p.finish()
	w.Trace.end(!w.stopped)
	p.walks++
	if !w.stopped {
		p.tour += p.weight
	}
	if len(p.copies) == 0 {
		p.leaves += p.tour
		p.tour = 0
		p.tours++
	}
}

// Reduction is DPOR that also walks at random, for an estimate of how many
// classes there are: where it will not soon be done, often at once and from then
// on seldom. A walk takes as long as a run by another policy, and is one.
type Reduction struct {
	*DPOR
	prober  prober
	runs    int
	big     bool // it will not soon be done
	walking bool
}

const (
	soonDone   = 2000 // runs; what is done in so few is not walked
	firstGuess = 64   // runs, and again after each as many, until it is big
	atOnce     = 2000 // walks
	runsAWalk  = 20   // runs for each more
	fewWalks   = 100  // that say nothing
)

// NewReduction returns a Reduction, whose walks follow from seed.
func NewReduction(t *Trace, seed uint64) *Reduction {
	return &Reduction{DPOR: NewDPOR(t), prober: prober{walk: DPOR{Trace: t}, rng: rng(seed)}}
}

// Begin begins a run or a walk.
func (r *Reduction) Begin() {
	if r.walking {
		r.prober.begin()
	} else {
		r.DPOR.Begin()
	}
}

// Pick asks whose turn it is.
func (r *Reduction) Pick(v *View) Proc {
	if r.walking {
		return r.prober.pick(v)
	}
	return r.DPOR.Pick(v)
}

// Choose asks whose turn it is.
func (r *Reduction) Choose(n int) int {
	if r.walking {
		return r.prober.choose(n)
	}
	return r.DPOR.Choose(n)
}

// End ends a run or a walk.
func (r *Reduction) End(v *View) bool {
	if r.walking {
		r.prober.end()
		r.walking = r.prober.walks < atOnce
		return true
	}
	more := r.DPOR.End(v)
	r.runs++
	if !r.big && r.runs%firstGuess == 0 {
		// The search guesses low, about by the root of what it has seen.
		guess := r.DPOR.Estimate()
		r.big = guess*guess > soonDone*float64(r.runs)
	}
	r.walking = r.big && r.prober.walks < atOnce+r.runs/runsAWalk
	return more
}

// Estimate returns about how many classes of runs there are: at first what the
// walks say, later more and more what the search says from how far it has come.
func (r *Reduction) Estimate() float64 {
	far, seen, p := r.DPOR.Estimate(), float64(r.progress.leaves), &r.prober
	if r.Proved() || p.walks < fewWalks || p.leaves == 0 {
		return far
	}
	walks := max(p.leaves/p.tours, seen)
	part := seen / max(walks, far)
	return math.Pow(walks, 1-part) * math.Pow(far, part)
}
