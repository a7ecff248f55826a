package search

import (
	"math/bits"
	"unsafe"
)

// A Trace follows a run and knows the class of equivalent runs that it belongs
// to. It implements the part of Policy that listens; a policy embeds the Trace
// that it shares with others.
//
// Two runs are equivalent if one can be had from the other by exchanging steps
// that follow each other, belong to different goroutines and commute
// (Mazurkiewicz, "Trace Theory", 1987). Steps commute unless they touch the same
// object in dependent modes (see Mode; Add and Done below), one makes or wakes
// the goroutine of the other, or one ends the run and the other touches
// anything at all. In a program whose goroutines decide by what they have seen,
// equivalent runs end in the same state.
//
// The class is told by a hash (Musuvathi, Qadeer, "Partial-Order Reduction for
// Context-Bounded State Exploration", MSR-TR-2007-12, section 5): a step's hash
// is made of its goroutine's previous one and those of the steps that its own
// depends on by an object; where a number of steps commute their hashes are
// added. The hash of a run is the sum over its steps. No name of an object is
// needed: which one a goroutine touches follows from what it has seen.
//
// # Counters
//
// A Done commutes with an Add unless the counter could get below zero without
// the Add. That is excluded where every Done has an Add of its own that happened
// before it: before the go statement of its goroutine, or handed over. A Done
// for which there is none is taken as a Write. A bit for each of the first 64
// Adds of a run follows what has happened before what; a later Add is none.
type Trace struct {
	steps   int // in this run so far, without the one that is being taken
	deepest int // most steps of a run
	cut     uint64

	objs    []object
	table   objects
	procs   []proc
	credits [64]int32 // what is left of each Add
	adds    int

	state uint64 // sum over all steps
	seen  uint64 // sum over the steps that touch anything

	// The step that is being taken.
	who     Proc // none: nobody
	acc     []Access
	ids     []int32 // of the objects in acc
	choices uint64
	local   bool // it touches nothing
	exits   bool
	woken   []Proc
	made    []Proc
	quiet   bool // its state has been counted in an earlier run

	states tally
	runs   set
}

// none is no goroutine.
const none Proc = -1

// A sum stands for the steps of one class on an object since the last
// exclusive one.
type sum struct {
	hash uint64
	adds uint64 // the Adds that happened before them
}

type object struct {
	last, shared, counting sum    // last: the last exclusive step
	open                   uint64 // Adds that no Done has used up
}

type proc struct {
	hash uint64
	adds uint64
}

// mostHashes is how many different runs are counted.
const mostHashes = 1 << 21

// NewTrace returns a Trace that has seen nothing.
func NewTrace() *Trace {
	t := &Trace{who: none}
	t.states.exact.most, t.runs.most = mostExact, mostHashes
	return t
}

// Counts returns what was seen: of runs those that were not cut.
func (t *Trace) Counts() Counts {
	return Counts{
		Distinct: uint64(t.runs.n),
		States:   t.states.count(),
		Cut:      t.cut,
		Depth:    t.deepest,
		Capped:   t.runs.capped,
	}
}

// Begin begins a run.
func (t *Trace) Begin() {
	t.table.reset()
	t.objs = t.objs[:0]
	t.procs = append(t.procs[:0], proc{hash: mix(1)}, proc{hash: mix(2)})
	t.adds = 0
	t.steps = 0
	t.state, t.seen = 0, 0
	t.who, t.quiet = none, false
}

// step ends the step before and begins p's, which touches acc.
func (t *Trace) step(p Proc, acc []Access) {
	t.flush()
	t.who = p
	if t.acc = t.acc[:0]; len(acc) == 1 { // as of nearly all
		t.acc = append(t.acc, acc[0])
	} else {
		t.acc = append(t.acc, acc...)
	}
	t.choices = 0
	t.exits = false
	t.woken, t.made = t.woken[:0], t.made[:0]
}

// Also says that this step touches more than was told.
func (t *Trace) Also(a Access) { t.acc = append(t.acc, a) }

// Woke says that p goes on because of this step.
func (t *Trace) Woke(p Proc) { t.woken = append(t.woken, p) }

// Spawned says that this step makes p.
func (t *Trace) Spawned(p Proc) { t.made = append(t.made, p) }

// chose says which case this step's select takes.
func (t *Trace) chose(i int) { t.choices = mix(t.choices + uint64(i) + golden) }

// end ends the run; a whole one is counted.
func (t *Trace) end(whole bool) {
	t.flush()
	t.deepest = max(t.deepest, t.steps)
	if whole {
		t.runs.add(t.seen)
	} else {
		t.cut++
	}
}

// flush ends the step that is being taken. Afterwards acc has the modes that
// count.
func (t *Trace) flush() {
	if t.who == none {
		return
	}
	p := t.proc(t.who)
	h, adds := p.hash+golden+t.choices, p.adds
	t.ids = t.ids[:0]
	for i := range t.acc {
		a := &t.acc[i]
		if a.Mode == Exit {
			t.exits = true
			t.ids = append(t.ids, -1)
			h = mix(h + t.seen)
			continue
		}
		id := t.object(a.Obj)
		t.ids = append(t.ids, id)
		o := &t.objs[id]
		if a.Mode == Done && !t.use(o, adds, a.N) {
			a.Mode = Write
		}
		c := a.Mode.class()
		d := o.last.hash
		adds |= o.last.adds
		if c != shared {
			d += o.shared.hash * 3
			adds |= o.shared.adds
		}
		if c != counting {
			d += o.counting.hash * 5
			adds |= o.counting.adds
		}
		h = mix(h ^ d)
	}
	h = mix(h + golden)
	t.local = len(t.acc) == 0 && t.choices == 0
	p.hash = h
	for i, a := range t.acc {
		if a.Mode != Exit {
			adds = t.touch(&t.objs[t.ids[i]], a, h, adds)
		}
	}
	p.adds = adds
	if len(t.woken)+len(t.made) > 0 {
		t.hand(h, adds)
	}
	t.who = none
	t.steps++
	t.state += h
	if !t.local {
		t.seen += h
	}
	if !t.quiet {
		t.states.add(t.state)
	}
}

// object returns the number of the object at p.
func (t *Trace) object(p unsafe.Pointer) int32 {
	id, isNew := t.table.id(p)
	if isNew {
		t.objs = append(t.objs, object{})
	}
	return id
}

// proc returns what is known of p.
func (t *Trace) proc(p Proc) *proc {
	for int(p) >= len(t.procs) {
		t.procs = append(t.procs, proc{hash: mix(uint64(len(t.procs) + 1))})
	}
	return &t.procs[p]
}

// touch notes a step on an object and returns the Adds that happened before
// what comes after it.
func (t *Trace) touch(o *object, a Access, h, adds uint64) uint64 {
	switch a.Mode.class() {
	case exclusive:
		o.last = sum{h, adds}
		o.shared, o.counting = sum{}, sum{}
	case shared:
		o.shared.hash += h
		o.shared.adds |= adds
	case counting:
		if a.Mode == Add && t.adds < len(t.credits) {
			t.credits[t.adds] = max(a.N, 1)
			adds |= 1 << t.adds
			o.open |= 1 << t.adds
			t.adds++
		}
		o.counting.hash += h
		o.counting.adds |= adds
	}
	return adds
}

// use takes n from Adds to o that are among adds and not used up, the latest
// first, since others may know of the early ones only.
func (t *Trace) use(o *object, adds uint64, n int32) bool {
	n = max(n, 1)
	if !t.covered(o, adds, n) {
		return false
	}
	for n > 0 {
		i := bits.Len64(adds&o.open) - 1
		took := min(n, t.credits[i])
		n -= took
		t.credits[i] -= took
		if t.credits[i] == 0 {
			o.open &^= 1 << i
		}
	}
	return true
}

// covered reports whether the Adds to o among adds are enough for a Done of n.
func (t *Trace) covered(o *object, adds uint64, n int32) bool {
	n = max(n, 1)
	for rest := adds & o.open; rest != 0 && n > 0; rest &= rest - 1 {
		n -= t.credits[bits.TrailingZeros64(rest)]
	}
	return n <= 0
}

// hand lets what happened up to this step happen before those go on whom it
// woke and made. Who was woken by the last of several commuting steps goes on
// because of all.
func (t *Trace) hand(h, adds uint64) {
	if len(t.woken) > 0 {
		all := h
		for i, a := range t.acc {
			switch {
			case a.Mode == RUnlock:
				all = t.objs[t.ids[i]].shared.hash
				adds |= t.objs[t.ids[i]].shared.adds
			case a.Mode == Done:
				all = t.objs[t.ids[i]].counting.hash
				adds |= t.objs[t.ids[i]].counting.adds
			}
		}
		for _, q := range t.woken {
			w := t.proc(q)
			w.hash = mix(w.hash ^ mix(all))
			w.adds |= adds
		}
	}
	for i, q := range t.made {
		*t.proc(q) = proc{mix(h + uint64(i+1)*golden), adds}
	}
}
