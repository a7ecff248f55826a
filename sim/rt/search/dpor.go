package search

// DPOR is dynamic partial-order reduction with source sets and sleep sets
// (Abdulla, Aronis, Jonsson, Sagonas, "Optimal Dynamic Partial Order Reduction",
// POPL 2014, algorithm 1; the same and Sagonas, "Source Sets: A Foundation for
// Optimal Dynamic Partial Order Reduction", J. ACM 64, 2017). Depth first it
// takes at least one run of every class of equivalent runs, and so sees all
// states in which the program can end, all that it can deadlock in and all
// races. Runs are equivalent, as in Mazurkiewicz' theory of traces, if one can
// be had from the other by exchanging neighbouring steps that commute: Trace
// says exactly which do. What a run shows only in the middle, by the order of
// steps that commute, is not looked for.
//
// After each step it looks for the steps before that race with it: they belong
// to another goroutine, do not commute with it and did not happen before it by
// way of a third. Where one was taken somebody must be tried who leads to a run
// in which the two are exchanged (an initial of what does not depend on the
// first, and the second); if none of these is enabled there, all are tried.
// Who was tried sleeps until a step is taken that does not commute with its own
// (Godefroid, "Partial-Order Methods for the Verification of Concurrent
// Systems", 1996, chapter 5); where all are asleep the run is cut. The sleep sets make
// sure that no class is run twice, but not that no run is begun in vain.
//
//   - An Unlock enables a Lock and cannot be exchanged with it; the race is
//     between the two acquisitions. A Done and a Wait are like that, and the race
//     is with the Add. A goroutine that at the end still waits for a lock races
//     with those who took it.
//   - A timer that is stopped races with who stops it, though it never fires:
//     Time is tried before every step that touches what its own would.
//   - A select may take any of its ready cases: each is tried, as are timers
//     that are due at the same time.
//   - What ends the run races with the last step of everybody else that touched
//     anything, and with what those would have done who could have gone on. A
//     run that is cut by the machine ends likewise: then the reduction is one up
//     to that length.
//
// Nothing that outlives a run holds an address: the path holds goroutines only,
// and what they touch is asked for again.
type DPOR struct {
	*Trace
	clocks  clocks
	nodes   []node
	cands   []candidate // of all nodes
	forks   []fork      // selects on the path
	forked  int         // selects of this run so far
	fresh   int         // steps of this run that were taken before
	isNew   bool        // the step being taken was not
	stopped bool
	err     error

	sleepers []sleeper // who sleeps while this step is taken
	touches  []Access  // of the sleepers
	asleep   []sleeper // who still does after it

	found  []int32    // races of the step with one object
	firsts []position // see race

	all bool

	progress progress
}

// A node is the state before a step of the path.
type node struct {
	state  uint64
	off, n int32 // its candidates
	at     int32 // the one whose step is taken
}

// A candidate is who can take a step at a node.
type candidate struct {
	proc Proc
	is   mark
}

type mark uint8

const (
	todo   mark = 1 << iota // to be tried
	tried                   // was
	asleep                  // what it leads to is seen elsewhere
	ending                  // its step ends the run
)

// A fork is a select on the path.
type fork struct{ step, n, at int32 }

// A sleeper is who sleeps and what its next step touches.
type sleeper struct {
	proc   Proc
	off, n int32 // in touches
	ends   bool
}

// A position is a step of a goroutine by its number from 1.
type position struct {
	proc   Proc
	number int32
}

// NewDPOR returns a DPOR.
func NewDPOR(t *Trace) *DPOR { return &DPOR{Trace: t} }

// Phase returns what is being done; there is no bound.
func (d *DPOR) Phase() (string, int) { return "dpor", -1 }

// Exhausted returns -1, and Unbounded once all was seen.
func (d *DPOR) Exhausted() int {
	if d.all {
		return Unbounded
	}
	return -1
}

// Least returns -1: of each class it sees any run, not the one with the fewest
// pre-emptions.
func (d *DPOR) Least() int { return -1 }

// Proved reports whether every class was seen.
func (d *DPOR) Proved() bool { return d.all }

// Err says that the program is not deterministic; then nothing more is searched.
func (d *DPOR) Err() error { return d.err }

// Begin begins a run.
func (d *DPOR) Begin() {
	d.Trace.Begin()
	d.clocks.reset()
	d.forked = 0
	d.fresh = len(d.nodes) - 1
	d.stopped = false
	d.sleepers, d.asleep = d.sleepers[:0], d.asleep[:0]
}

// Pick goes on along the path and, at its end, makes it longer.
func (d *DPOR) Pick(v *View) Proc {
	d.finish()
	i := d.steps
	ok := true
	if i < len(d.nodes) {
		ok = d.again(v)
	} else {
		ok = d.extend(v)
	}
	if !ok {
		d.stopped = true
		return none
	}
	n := &d.nodes[i]
	p := d.cands[n.off+n.at].proc
	d.sleepers, d.touches = d.sleepers[:0], d.touches[:0]
	if i >= d.fresh {
		d.sleep(v, n)
	}
	d.isNew = i >= d.fresh
	d.quiet = !d.isNew
	if d.isNew {
		d.beforeTime(v, n, p)
	}
	d.step(p, v.Next(p))
	return p
}

// beforeTime lets Time be tried at n, too, where p's step may take the next
// timer away: it is not sure to be seen later that the two race.
func (d *DPOR) beforeTime(v *View, n *node, p Proc) {
	cands := d.cands[n.off : n.off+n.n]
	i := index(cands, Time)
	if p == Time || i < 0 || cands[i].is&(todo|tried|asleep) != 0 {
		return
	}
	mine := v.Next(p)
	for _, a := range v.Next(Time) {
		for _, b := range mine {
			if a.Obj == b.Obj && dependent(a.Mode, b.Mode) {
				cands[i].is |= todo
				return
			}
		}
	}
}

// again checks that the next node of the path is as it was.
func (d *DPOR) again(v *View) bool {
	n := &d.nodes[d.steps]
	cands := d.cands[n.off : n.off+n.n]
	if n.state != d.state {
		return d.diverged(otherPast)
	}
	if len(cands) != len(v.Enabled) {
		return d.diverged(otherProcs)
	}
	for i, p := range v.Enabled {
		if cands[i].proc != p {
			return d.diverged(otherProcs)
		}
	}
	return true
}

func (d *DPOR) diverged(what string) bool {
	if d.err == nil {
		d.err = &Divergence{d.steps, what}
	}
	return false
}

// extend adds a node to the path unless everybody is asleep.
func (d *DPOR) extend(v *View) bool {
	n := node{d.state, int32(len(d.cands)), int32(len(v.Enabled)), -1}
	for _, p := range v.Enabled {
		c := candidate{proc: p}
		for _, s := range d.asleep {
			if s.proc == p {
				c.is = asleep
				if s.ends {
					c.is |= ending
				}
			}
		}
		d.cands = append(d.cands, c)
	}
	n.at = d.first(v, d.cands[n.off:])
	if n.at < 0 {
		d.cands = d.cands[:n.off]
		return false
	}
	d.cands[n.off+n.at].is |= todo
	d.nodes = append(d.nodes, n)
	d.progress.open()
	return true
}

// first returns the first candidate to be tried, -1 if all are asleep: somebody
// whose step touches nothing, since that never has to be undone (but not one
// who does nothing else), then the usual one.
func (d *DPOR) first(v *View, cands []candidate) int32 {
	best, next, time := int32(-1), int32(-1), int32(-1)
	stay := !v.Free && v.Last != Time
	for i := range cands {
		c := &cands[i]
		if c.is&asleep != 0 {
			continue
		}
		p := c.proc
		switch {
		case p == Time:
			time = int32(i)
		case !d.idle(p) && len(v.Next(p)) == 0:
			return int32(i)
		case stay && p == v.Last:
			best = int32(i)
		case p > v.Last && (next < 0 || cands[next].proc <= v.Last):
			next = int32(i)
		case next < 0:
			next = int32(i)
		}
	}
	switch {
	case best >= 0:
		return best
	case next >= 0:
		return next
	}
	return time
}

// idle reports whether p's last step touched nothing.
func (d *DPOR) idle(p Proc) bool {
	clock := *d.clocks.clock(p)
	if int(p) >= len(clock) || clock[p] == 0 {
		return false
	}
	return int(p) >= len(d.clocks.seen) || d.clocks.seen[p] != clock[p]
}

// sleep notes who sleeps while the step at n is taken.
func (d *DPOR) sleep(v *View, n *node) {
	for i, c := range d.cands[n.off : n.off+n.n] {
		if c.is&(tried|asleep) == 0 || int32(i) == n.at {
			continue
		}
		off := int32(len(d.touches))
		d.touches = append(d.touches, v.Next(c.proc)...)
		d.sleepers = append(d.sleepers, sleeper{c.proc, off, int32(len(d.touches)) - off, c.is&ending != 0})
	}
}

// Choose takes one case after the other.
func (d *DPOR) Choose(n int) int {
	i := int32(0)
	if d.forked == len(d.forks) {
		d.forks = append(d.forks, fork{int32(d.steps), int32(n), 0})
	} else if f := d.forks[d.forked]; f.step != int32(d.steps) || f.n != int32(n) {
		d.diverged(otherCases)
	} else {
		i = f.at
	}
	d.forked++
	d.chose(int(i))
	return int(i)
}

// finish ends the step that is being taken: who races with it, who sleeps on.
func (d *DPOR) finish() {
	if d.who == none {
		return
	}
	p := d.who
	d.flush()
	d.clocks.mark(p, d.acc, d.ids)
	if d.isNew {
		if d.exits {
			n := &d.nodes[len(d.clocks.steps)]
			d.cands[n.off+n.at].is |= ending
		}
		d.races(p, d.acc, d.ids, false)
	}
	d.clocks.add(d.Trace, p)
	d.asleep = d.asleep[:0]
	for _, s := range d.sleepers {
		if !d.wakes(s) {
			d.asleep = append(d.asleep, s)
		}
	}
}

// wakes reports whether the step that has just ended does not commute with s's.
func (d *DPOR) wakes(s sleeper) bool {
	if d.local {
		return false
	}
	if s.ends || d.exits {
		return true
	}
	for _, mine := range d.touches[s.off : s.off+s.n] {
		if mine.Mode == Exit {
			return true
		}
		for _, a := range d.acc {
			if a.Obj == mine.Obj && a.Mode != Exit && dependent(d.effective(s.proc, mine), a.Mode) {
				return true
			}
		}
	}
	return false
}

// effective is the mode that counts: of a Done that may come too early, Write.
func (d *DPOR) effective(p Proc, a Access) Mode {
	if a.Mode == Done {
		id := d.object(a.Obj)
		if !d.covered(&d.objs[id], d.proc(p).adds, a.N) {
			return Write
		}
	}
	return a.Mode
}

// races looks for the steps that race with p's next step, on acc, which is
// marked. Waits says that it is not enabled.
func (d *DPOR) races(p Proc, acc []Access, ids []int32, waits bool) {
	for i, a := range acc {
		if a.Mode == Exit {
			d.racesWithAll(p)
			continue
		}
		d.racesOn(*d.clocks.history(ids[i]), p, a.Mode, waits)
	}
}

// racesWithAll is for a step that ends the run.
func (d *DPOR) racesWithAll(p Proc) {
	c := &d.clocks
	for q, n := range c.seen {
		if n == 0 || Proc(q) == p || c.before(n-1, *c.clock(p)) {
			continue
		}
		later := false
		for _, m := range c.seen {
			later = later || m > n && c.before(n-1, c.of(m-1))
		}
		if !later {
			d.race(n-1, p)
		}
	}
}

// racesOn looks at one object; held says that p's step waits for it.
func (d *DPOR) racesOn(h history, p Proc, m Mode, held bool) {
	c := &d.clocks
	d.found = d.found[:0]
	passed := held // a step that made this one possible
	d.racesIn(h.shared, h.counting, p, m, passed)
	for i := h.last; i != 0 && len(d.found) == 0; i = c.uses[i].next {
		u := c.uses[i]
		if c.before(u.step, *c.clock(p)) {
			return
		}
		switch {
		case !reversible(u.mode, m):
			passed = true
		case passed && (u.mode == TryLock || u.mode == TryRLock): // took the lock, or not
			d.race(u.step, p)
		case m == Wait: // a counter that was not zero before, either
			d.race(u.step, p)
		default:
			d.race(u.step, p)
			return
		}
		d.racesIn(u.shared, u.counting, p, m, passed)
	}
}

// racesIn looks at the steps on an object between two exclusive ones. If these
// are those of a writer who has the lock, or waits until its readers are gone,
// the readers that go meanwhile do not keep another writer waiting: he does.
func (d *DPOR) racesIn(readers, counters int32, p Proc, m Mode, held bool) {
	if m.class() != shared && !(held && m == WLock) {
		d.racesInList(readers, p, m)
	}
	if m.class() != counting {
		d.racesInList(counters, p, m)
	}
}

func (d *DPOR) racesInList(list int32, p Proc, m Mode) {
	c := &d.clocks
next:
	for ; list != 0; list = c.uses[list].next {
		u := c.uses[list]
		if !reversible(u.mode, m) || c.before(u.step, *c.clock(p)) {
			continue
		}
		for _, f := range d.found {
			if c.before(u.step, c.of(f)) {
				continue next
			}
		}
		d.found = append(d.found, u.step)
		d.race(u.step, p)
	}
}

// race makes sure that a run is tried in which the step e and p's next one,
// which is marked, are exchanged: an initial of the steps that do not depend on
// e, and p's, is tried where e was taken.
func (d *DPOR) race(e int32, p Proc) {
	c := &d.clocks
	n := &d.nodes[e]
	cands := d.cands[n.off : n.off+n.n]
	first := c.steps[e].proc
	choice := -1
	d.firsts = d.firsts[:0]
	for f := e + 1; f < int32(len(c.steps)); f++ {
		clock := c.of(f)
		if knows(clock, first, e+1) {
			continue
		}
		q := c.steps[f].proc
		if d.isInitial(q, clock) {
			i := index(cands, q)
			if i >= 0 && cands[i].is&(todo|tried|asleep) != 0 {
				return
			}
			if choice < 0 {
				choice = i
			}
		}
		d.begins(q, f+1)
	}
	if d.isInitial(p, c.mine) {
		if i := index(cands, p); i >= 0 {
			if cands[i].is&(todo|tried|asleep) != 0 {
				return
			}
			choice = i
		}
	}
	if choice >= 0 {
		cands[choice].is |= todo
		return
	}
	for i := range cands {
		cands[i].is |= todo
	}
}

// isInitial reports whether nothing of firsts is q's or known to clock.
func (d *DPOR) isInitial(q Proc, clock []int32) bool {
	for _, s := range d.firsts {
		if s.proc == q || knows(clock, s.proc, s.number) {
			return false
		}
	}
	return true
}

func (d *DPOR) begins(q Proc, number int32) {
	for _, s := range d.firsts {
		if s.proc == q {
			return
		}
	}
	d.firsts = append(d.firsts, position{q, number})
}

func index(cands []candidate, p Proc) int {
	for i := range cands {
		if cands[i].proc == p {
			return i
		}
	}
	return -1
}

// End looks for races with what was not done any more and goes back to the last
// node at which something is left to be tried.
func (d *DPOR) End(v *View) bool {
	d.finish()
	if d.err == nil {
		d.left(v)
	}
	d.end(!d.stopped)
	if d.err != nil {
		return false
	}
	if !d.stopped {
		d.progress.leaves++
	}
	for len(d.nodes) > 0 {
		if d.nextFork() || d.nextCandidate() {
			return true
		}
		n := d.nodes[len(d.nodes)-1]
		d.cands = d.cands[:n.off]
		d.nodes = d.nodes[:len(d.nodes)-1]
		d.progress.shut()
	}
	d.all = true
	return false
}

// left looks at those who had something left to do: who waits races with who
// made it wait, also where the run was cut because everybody else is asleep
// (what these lead to was seen elsewhere, but not with him before them); and
// if the last step ended the run, with that everybody who could have gone on
// instead.
func (d *DPOR) left(v *View) {
	for _, p := range v.Waiting {
		acc := v.Next(p)
		d.ids = d.ids[:0]
		for _, a := range acc {
			d.ids = append(d.ids, d.object(a.Obj))
		}
		d.clocks.mark(p, acc, d.ids)
		d.races(p, acc, d.ids, true)
	}
	last := int32(len(d.clocks.steps)) - 1
	if last < 0 || d.stopped {
		return
	}
	if !d.exits && len(v.Enabled) == 0 {
		return
	}
	n := &d.nodes[last]
	for i := range d.cands[n.off : n.off+n.n] {
		if c := &d.cands[n.off+int32(i)]; c.is&(tried|asleep) == 0 {
			c.is |= todo
		}
	}
}

// nextFork goes on to the next case of the last node's step.
func (d *DPOR) nextFork() bool {
	for i := len(d.forks) - 1; i >= 0 && int(d.forks[i].step) == len(d.nodes)-1; i-- {
		f := &d.forks[i]
		if f.at++; f.at < f.n {
			return true
		}
		d.forks = d.forks[:i]
	}
	return false
}

// nextCandidate goes on to the next candidate of the last node.
func (d *DPOR) nextCandidate() bool {
	n := &d.nodes[len(d.nodes)-1]
	cands := d.cands[n.off : n.off+n.n]
	cands[n.at].is |= tried
	for i := range cands {
		if cands[i].is&(todo|tried|asleep) == todo {
			n.at = int32(i)
			d.progress.next()
			return true
		}
	}
	return false
}
