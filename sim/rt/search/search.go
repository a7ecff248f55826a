// Package search holds the policies that look for the schedule that breaks a
// program: which goroutine takes the next step, over many runs. It knows
// goroutines by number and objects by address, and nothing else of the program.
//
// It is linked into every rewritten program: it imports nothing but unsafe,
// math, math/bits, slices and cmp.
package search

import "unsafe"

// A Proc is a goroutine by its number, from 1 in the order in which a run
// makes them; Time fires the timer that is due first.
type Proc int32

// Time is who fires timers.
const Time Proc = 0

// A Mode is what a step does to an object, as far as that decides whether two
// steps may change places.
type Mode uint8

// The modes. A Lock, an RLock and a Wait are enabled only where they need not
// wait. Where to begin to wait is a step of its own, because others see it (in
// a bubble), it is a Write; a WLock may be either.
const (
	Read    Mode = iota + 1 // changes nothing that others see
	Write                   // anything else: a send, a store, a signal
	Lock                    // takes a lock
	TryLock                 // takes a lock or not
	Unlock
	RLock    // takes a lock for reading
	TryRLock // or not
	RUnlock
	WLock // takes a lock for writing, or begins to wait until its readers are gone
	WUnlock
	Add  // adds to a WaitGroup's counter
	Done // takes from it
	Wait // sees it to be zero
	Exit // ends the run, whatever others still had to do; has no object
)

// An Access is an object and what happens to it.
type Access struct {
	Obj  unsafe.Pointer
	Mode Mode
	N    int32 // by how much an Add or a Done changes the counter; 0 is 1
}

// A View is what a policy is shown when the next step has to be chosen. It is
// valid during the call of Pick.
type View struct {
	Last    Proc                  // who took the last step; Time at the beginning
	Free    bool                  // to take another than Last is no pre-emption: it waits, has ended, gave way or is not enabled
	Enabled []Proc                // who can take a step, ascending; Time only if a timer is pending. Never empty
	Waiting []Proc                // at the end of a run only: who stands before an operation that is not enabled
	Next    func(p Proc) []Access // what the next step of one of Enabled or Waiting touches; nil: nothing that others see
	Hot     func(p Proc) bool     // whether the next step of one of Enabled is where a rule was broken; nil: none was
}

// A Policy decides the schedules of one run after another. Of a step it hears
// in this order: Pick, then during the step Also, Choose, Woke and Spawned.
type Policy interface {
	// Begin begins a run.
	Begin()
	// Pick returns who of v.Enabled takes the next step; a negative number
	// cuts the run short, because others have shown or will show what it could.
	Pick(v *View) Proc
	// Choose decides which of n ready cases (n ≥ 2) the select of this step takes.
	Choose(n int) int
	// Also says that this step touches more than Next told. A step that turns
	// out to end the run (a panic) says so here, with an Exit.
	Also(a Access)
	// Woke says that p, which waited, goes on because of this step: nothing
	// of p's can come before it.
	Woke(p Proc)
	// Spawned says that this step makes p.
	Spawned(p Proc)
	// End ends a run and reports whether there is another one to be done. It
	// is shown who was left: Enabled is empty if nobody could go on, and holds
	// those whom an Exit or a cut kept from going on. Last and Free mean nothing.
	End(v *View) (more bool)
}

// Counts are what a search has seen.
type Counts struct {
	Distinct uint64 // classes of runs
	States   uint64 // classes of beginnings of runs; of more than 65,536 an estimate
	Cut      uint64 // runs that were cut short
	Depth    int    // the most steps of a run
	Capped   bool   // there were more classes than are counted
}

// A Search is a policy that knows how far it has come.
type Search interface {
	Policy
	Counts() Counts
	// Estimate returns about how many classes of runs there are, of a Bounded
	// how many runs the bound has that is being searched; 0 is not known.
	Estimate() float64
	// Phase returns what is being done, in the words of messages, and under
	// which pre-emption bound; -1 is none.
	Phase() (what string, bound int)
	// Exhausted returns the largest pre-emption bound of which all was seen, -1
	// if there is none.
	Exhausted() int
	// Least returns the largest pre-emption bound of which not only every class
	// of runs was seen but every run, as far as one tells from the other: what
	// is found with one more cannot be had with fewer. -1 if there is none.
	Least() int
	// Proved reports whether all was seen, without a bound.
	Proved() bool
	// Err says that the program is not deterministic, so that nothing can be
	// proved.
	Err() error
}

// Options say what to search; the zero value is all, by a Portfolio.
type Options struct {
	How   string // portfolio, random, pct, bounded, dpor or naive
	Seed  uint64
	Depth int  // of PCT; 0 is 3, in a portfolio 2, 3 and 5 by turns
	Limit bool // there is a largest pre-emption bound
	Bound int  // that
	// Share is which of Of processes this is, from 0; Of 0 is the only one. In
	// a portfolio the first process does the bounding and the second the DPOR,
	// all others neither.
	Share, Of int
}

// New returns a Search.
func New(o Options) Search {
	t := NewTrace()
	most := Unbounded
	if o.Limit {
		most = o.Bound
	}
	seed := mix(o.Seed + uint64(o.Share)*golden)
	switch o.How {
	case "random":
		return NewRandom(t, seed)
	case "pct":
		if o.Depth == 0 {
			o.Depth = 3
		}
		return NewPCT(t, seed, o.Depth)
	case "bounded":
		return NewBounded(t, most)
	case "dpor":
		return NewReduction(t, seed)
	case "naive":
		return NewNaive(t, most)
	}
	o.Seed = seed
	return newPortfolio(t, o, most)
}
