package search

// Portfolio tries a program with all policies by turns, since none is the best
// for every program: first it runs in the usual order, then in rounds each of
// pre-emption bounding, PCT, the random ones and DPOR has its share of runs.
// The rounds get longer, so that a program that is soon done is soon done. It
// ends where a policy has seen all there is: DPOR every class, or bounding all
// runs up to the largest bound that is asked for.
type Portfolio struct {
	*Trace
	bounded *Bounded // nil: another process does that
	dpor    *DPOR    // likewise
	shares  []share
	now     int // in shares
	left    int // of the runs of this share
	runs    int
	longer  int
	how     How
	err     error
}

// A share is a policy's part of a round.
type share struct {
	policy Policy
	phase  string
	runs   int
}

// How says how far a search has come.
type How uint8

// The ways to be exhausted.
const (
	NotExhausted   How = iota
	BoundExhausted     // all runs up to the largest bound were seen
	AllExhausted       // all classes of runs were seen
)

// String returns the name that messages use, empty for NotExhausted.
func (h How) String() string {
	return [...]string{"", "bound", "all"}[h]
}

// PortfolioOptions say what to search for how long; the zero value is all.
type PortfolioOptions struct {
	Seed  uint64
	Depth int // of PCT; 0 is 2, 3 and 5 by turns
	// Bound is the largest pre-emption bound; negative: there is none. Without
	// a bound DPOR goes on where bounding cannot.
	Bound int
	// Share is which of Of processes this is, from 0; Of 0 is the only one. The
	// second process does the DPOR and the first the bounding, all others
	// neither; each should have a seed of its own.
	Share, Of int
}

const (
	plainRuns   = 2
	longestTurn = 256 // factor by which a round is longer than the first
)

// NewPortfolio returns a Portfolio.
func NewPortfolio(t *Trace, o PortfolioOptions) *Portfolio {
	p := &Portfolio{Trace: t, longer: 1}
	seeds := rng(o.Seed)
	depths := []int{2, 3, 5}
	if o.Depth > 0 {
		depths = []int{o.Depth}
	}
	most := o.Bound
	if most < 0 {
		most = Unbounded
	}
	if o.Of < 2 || o.Share == 0 {
		p.bounded = NewBounded(t, most)
		p.shares = append(p.shares, share{p.bounded, "bounded", 16})
	}
	for _, d := range depths {
		p.shares = append(p.shares, share{NewPCT(t, seeds.next(), d), "pct", 16 / len(depths)})
	}
	p.shares = append(p.shares, share{NewStretches(t, seeds.next()), "random", 12})
	p.shares = append(p.shares, share{NewRandom(t, seeds.next()), "random", 4})
	if o.Of < 2 || o.Share == 1 {
		p.dpor = NewDPOR(t)
		p.shares = append(p.shares, share{p.dpor, "dpor", 32})
	}
	p.left = plainRuns
	if p.bounded == nil {
		p.left = p.shares[0].runs
	}
	return p
}

// Phase returns who decides this run: random, pct, bounded or dpor.
func (p *Portfolio) Phase() string { return p.shares[p.now].phase }

// Bound returns the pre-emption bound that is being searched, -1 if none is.
func (p *Portfolio) Bound() int {
	if p.bounded == nil {
		return -1
	}
	return p.bounded.Bound()
}

// Proved returns the largest pre-emption bound that is exhausted, -1 if none is.
func (p *Portfolio) Proved() int {
	if p.bounded == nil {
		return -1
	}
	return p.bounded.Proved()
}

// Runs returns how many runs there were.
func (p *Portfolio) Runs() int { return p.runs }

// Cut returns how many runs were cut because others show what they could.
func (p *Portfolio) Cut() int {
	n := 0
	if p.bounded != nil {
		n += p.bounded.Cuts()
	}
	if p.dpor != nil {
		n += p.dpor.Blocked()
	}
	return n
}

// Exhausted says what is exhausted.
func (p *Portfolio) Exhausted() How { return p.how }

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
		p.longer = min(2*p.longer, longestTurn)
	}
	p.left = p.shares[p.now].runs * p.longer
	return true
}

// without takes the policy that has ended out of the rounds. It reports false
// if that ends the search.
func (p *Portfolio) without() bool {
	var err error
	switch ended := p.shares[p.now].policy.(type) {
	case *Bounded:
		err = ended.Err()
		switch {
		case err != nil:
		case ended.All():
			p.how = AllExhausted
		default:
			p.how = BoundExhausted
		}
	case *DPOR:
		if err = ended.Err(); err == nil {
			p.how = AllExhausted
		}
	}
	if err == nil {
		return false
	}
	p.err = err
	p.shares = append(p.shares[:p.now], p.shares[p.now+1:]...)
	p.now--
	p.left = 1
	return true
}
