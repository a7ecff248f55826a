package search

// Portfolio tries a program with all policies by turns, since none is the best
// for every program: first it runs in the usual order, then in rounds each of
// pre-emption bounding, PCT, the random ones and DPOR has its share of runs.
// The rounds get longer, so that a program that is soon done is soon done. It
// ends where a policy has seen all there is: DPOR every class, or bounding all
// runs up to the largest bound that is asked for. Once a rule was broken, some
// runs go for the damage that it may do.
type Portfolio struct {
	*Trace
	bounded *Bounded   // nil: another process does that
	dpor    *Reduction // likewise
	toward  *Toward    // as long as no rule was broken
	shares  []share
	now     int // in shares
	left    int // of the runs of this share
	runs    int
	longer  int
	err     error
}

// A share is a policy's part of a round.
type share struct {
	policy Search
	runs   int
}

const (
	plainRuns   = 2
	longestTurn = 256 // factor by which a round is longer than the first
)

// newPortfolio returns a Portfolio whose bounding ends after a bound of most.
func newPortfolio(t *Trace, o Options, most int) *Portfolio {
	p := &Portfolio{Trace: t, longer: 1}
	seeds := rng(o.Seed)
	depths := []int{2, 3, 5}
	if o.Depth > 0 {
		depths = []int{o.Depth}
	}
	if o.Of < 2 || o.Share == 0 {
		p.bounded = NewBounded(t, most)
		p.shares = append(p.shares, share{p.bounded, 16})
	}
	for _, d := range depths {
		p.shares = append(p.shares, share{NewPCT(t, seeds.next(), d), 16 / len(depths)})
	}
	p.shares = append(p.shares, share{NewStretches(t, seeds.next()), 12})
	p.shares = append(p.shares, share{NewRandom(t, seeds.next()), 4})
	p.toward = NewToward(t, seeds.next())
	if o.Of < 2 || o.Share == 1 {
		p.dpor = NewReduction(t, seeds.next())
		p.shares = append(p.shares, share{p.dpor, 32})
	}
	p.left = plainRuns
	if p.bounded == nil {
		p.left = p.shares[0].runs
	}
	return p
}

// Phase returns what this run is for, and the pre-emption bound that is being
// searched, though perhaps not by this run.
func (p *Portfolio) Phase() (string, int) {
	what, bound := p.shares[p.now].policy.Phase()
	if p.bounded != nil {
		bound = p.bounded.bound
	}
	return what, bound
}

// Exhausted returns the largest pre-emption bound of which all was seen, -1 if
// there is none.
func (p *Portfolio) Exhausted() int {
	if p.Proved() {
		return Unbounded
	}
	if p.bounded == nil {
		return -1
	}
	return p.bounded.Exhausted()
}

// Bounded returns the largest pre-emption bound of which every schedule was
// seen, without reduction; -1 if there is none.
func (p *Portfolio) Bounded() int {
	if p.bounded == nil {
		return -1
	}
	return p.bounded.Exhausted()
}

// Proved reports whether all was seen, without a bound.
func (p *Portfolio) Proved() bool {
	return p.bounded != nil && p.bounded.Proved() || p.dpor != nil && p.dpor.Proved()
}

// Estimate returns about how many classes of runs there are; 0 is not known.
func (p *Portfolio) Estimate() float64 {
	if p.dpor == nil {
		return 0
	}
	return p.dpor.Estimate()
}

// Err says that the program is not deterministic. The random policies go on:
// what they find is true, but that they find nothing proves less.
func (p *Portfolio) Err() error { return p.err }

// Begin begins a run.
func (p *Portfolio) Begin() { p.shares[p.now].policy.Begin() }

// Pick asks whose turn it is.
func (p *Portfolio) Pick(v *View) Proc { return p.shares[p.now].policy.Pick(v) }

// Choose asks whose turn it is.
func (p *Portfolio) Choose(n int) int { return p.shares[p.now].policy.Choose(n) }

// End ends a run and gives the next policy its turn.
func (p *Portfolio) End(v *View) bool {
	p.runs++
	if !p.shares[p.now].policy.End(v) && !p.without() {
		return false
	}
	if p.left--; p.left > 0 {
		return true
	}
	p.now++
	if p.runs == plainRuns && p.bounded != nil {
		p.now = 0 // now its share
	}
	if p.now >= len(p.shares) {
		p.now = 0
		if v.Hot != nil && p.toward != nil {
			p.shares = append(p.shares, share{p.toward, 16})
			p.toward = nil
		}
		p.longer = min(2*p.longer, longestTurn)
	}
	p.left = p.shares[p.now].runs * p.longer
	return true
}

// without takes the policy that has ended out of the rounds, if that was
// because the program is not deterministic. Else the search has ended.
func (p *Portfolio) without() bool {
	err := p.shares[p.now].policy.Err()
	if err == nil {
		return false
	}
	p.err = err
	p.shares = append(p.shares[:p.now], p.shares[p.now+1:]...)
	p.now--
	p.left = 1
	return true
}
