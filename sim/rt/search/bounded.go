package search

// Bounded searches depth first with iterative pre-emption bounding (Musuvathi,
// Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded
// Programs", PLDI 2007): first all runs without a pre-emption, then those with
// at most one, and so on. What is found with b pre-emptions after b-1 was
// exhausted cannot be had with fewer; see Preempts for what is counted.
//
// A run is cut where it reaches a state that was reached before by the same
// goroutine with as many pre-emptions or fewer: what it could go on to is seen.
// A state is a class of equivalent beginnings of runs, see Trace (Musuvathi,
// Qadeer, "Partial-Order Reduction for Context-Bounded State Exploration",
// MSR-TR-2007-12: it loses no state within the bound).
type Bounded struct {
	*Trace
	bound     int
	most      int
	beyond    bool // something was left out because of the bound
	exhausted int
	all       bool
	err       error

	prune bool
	memo  memo

	path    []branch
	tries   []try // of all branches on the path
	depth   int   // branches of this run so far
	used    int   // pre-emptions of this run so far
	stopped bool

	progress progress
}

// A branch is a place on the current path where there is a choice.
type branch struct {
	state  uint64 // what had happened before
	off, n int32  // its tries; those of a select have none, off is -1
	at     int32  // the one being tried
	used   int32  // pre-emptions before
}

// A try is who can go on at a branch, and at the cost of how many pre-emptions.
type try struct {
	proc Proc
	cost int32
}

// Unbounded is a bound that no run exceeds.
const Unbounded = 1 << 30

// NewBounded returns a Bounded that searches up to a bound of most.
func NewBounded(t *Trace, most int) *Bounded {
	return &Bounded{Trace: t, most: most, exhausted: -1, prune: true, memo: memo{gen: 1, most: mostHashes}}
}

// NewNaive returns a search through all runs with at most bound pre-emptions
// that leaves out none: what the others are compared with.
func NewNaive(t *Trace, bound int) *Bounded {
	return &Bounded{Trace: t, bound: bound, most: bound, exhausted: -1}
}

// Preempts reports whether it costs a pre-emption that p takes the next step:
// p is another than the last one, which could go on, or p is Time while a
// goroutine can take a step.
func Preempts(v *View, p Proc) bool {
	if p == Time {
		return len(v.Enabled) > 1
	}
	return p != v.Last && !v.Free && v.Last != Time
}

// Bound returns the bound that is being searched.
func (b *Bounded) Bound() int { return b.bound }

// Phase returns what is being done, and the bound.
func (b *Bounded) Phase() (string, int) { return "bounded", b.bound }

// Exhausted returns the largest bound that is exhausted, -1 if none is.
func (b *Bounded) Exhausted() int { return b.exhausted }

// Least returns the largest bound that is exhausted, and Unbounded if none left
// out any run.
func (b *Bounded) Least() int {
	if b.all {
		return Unbounded
	}
	return b.exhausted
}

// Proved reports whether all runs were seen: no bound left out any.
func (b *Bounded) Proved() bool { return b.all }

// Err says that the program is not deterministic; then nothing more is searched.
func (b *Bounded) Err() error { return b.err }

// Begin begins a run.
func (b *Bounded) Begin() {
	b.Trace.Begin()
	b.depth, b.used = 0, 0
	b.stopped = false
	b.quiet = len(b.path) > 0
}

// Pick goes on along the path and, at its end, makes it longer.
func (b *Bounded) Pick(v *View) Proc {
	b.flush()
	p := v.Enabled[0]
	if len(v.Enabled) > 1 {
		if p = b.branch(v); p < 0 {
			b.stopped = true
			return p
		}
	}
	b.quiet = b.depth < len(b.path)
	b.step(p, v.Next(p))
	return p
}

// branch decides where there is a choice.
func (b *Bounded) branch(v *View) Proc {
	if b.depth == len(b.path) && b.prune && !b.memo.lower(b.place(v), int32(b.used)) {
		return none
	}
	off := len(b.tries)
	n := b.list(v)
	if n == 1 {
		t := b.tries[off]
		b.tries = b.tries[:off]
		b.used += int(t.cost)
		return t.proc
	}
	if b.depth == len(b.path) {
		b.path = append(b.path, branch{b.state, int32(off), int32(n), 0, int32(b.used)})
		b.progress.open()
		b.depth++
		b.used += int(b.tries[off].cost)
		return b.tries[off].proc
	}
	at := &b.path[b.depth]
	again := b.tries[off:]
	b.tries = b.tries[:off]
	if at.off < 0 || at.state != b.state {
		return b.diverged(otherPast)
	}
	if !same(again, b.tries[at.off:at.off+at.n]) {
		return b.diverged(otherProcs)
	}
	b.depth++
	t := b.tries[at.off+at.at]
	b.used += int(t.cost)
	return t.proc
}

func same(a, b []try) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// place is the state and who went last, if that matters to what comes. Who is
// enabled mostly follows from the state; a machine may hold back who spins.
func (b *Bounded) place(v *View) uint64 {
	h := b.state
	if !v.Free {
		h += uint64(v.Last+2) * golden
	}
	for _, p := range v.Enabled {
		h = mix(h + uint64(p))
	}
	return h
}

// list appends to tries who may go on within the bound, the usual one first,
// and returns how many.
func (b *Bounded) list(v *View) int {
	from := len(b.tries)
	first := usual(v)
	b.try(v, first)
	for _, p := range v.Enabled {
		if p != first && p != Time {
			b.try(v, p)
		}
	}
	if v.Enabled[0] == Time && first != Time {
		b.try(v, Time)
	}
	return len(b.tries) - from
}

func (b *Bounded) try(v *View, p Proc) {
	cost := 0
	if Preempts(v, p) {
		cost = 1
	}
	if b.used+cost > b.bound {
		b.beyond = true
		return
	}
	b.tries = append(b.tries, try{p, int32(cost)})
}

// usual returns who goes on if nothing speaks for another: the last one, or the
// next goroutine after it in turn, and Time if there is no other.
func usual(v *View) Proc {
	if !v.Free && v.Last != Time {
		return v.Last
	}
	first := none
	for _, p := range v.Enabled {
		if p == Time {
			continue
		}
		if p > v.Last {
			return p
		}
		if first == none {
			first = p
		}
	}
	if first == none {
		return v.Enabled[0]
	}
	return first
}

// Choose takes one case after the other.
func (b *Bounded) Choose(n int) int {
	i := 0
	if b.depth == len(b.path) {
		b.path = append(b.path, branch{b.state, -1, int32(n), 0, int32(b.used)})
		b.progress.open()
		b.depth++
	} else {
		at := &b.path[b.depth]
		if at.off >= 0 || int(at.n) != n {
			b.diverged(otherCases)
		} else {
			i = int(at.at)
			b.depth++
		}
	}
	b.quiet = b.depth < len(b.path)
	b.chose(i)
	return i
}

func (b *Bounded) diverged(what string) Proc {
	if b.err == nil {
		b.err = &Divergence{b.steps, what}
	}
	return none
}

// End goes back to the last branch at which something is left to be tried.
func (b *Bounded) End(*View) bool {
	b.end(!b.stopped)
	if b.err != nil {
		return false
	}
	b.progress.leaves++
	for len(b.path) > 0 {
		last := &b.path[len(b.path)-1]
		if last.at++; last.at < last.n {
			b.progress.next()
			return true
		}
		b.progress.shut()
		if last.off >= 0 {
			b.tries = b.tries[:last.off]
		}
		b.path = b.path[:len(b.path)-1]
	}
	return b.next()
}

// next goes on to the next bound, if there is one.
func (b *Bounded) next() bool {
	b.exhausted = b.bound
	b.all = !b.beyond
	if b.all || b.bound >= b.most {
		return false
	}
	b.bound++
	b.beyond = false
	b.memo.clear()
	b.progress.reset()
	return true
}
