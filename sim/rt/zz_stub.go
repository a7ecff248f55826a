package rt

import (
	"unsafe"

	"interleave/sim/rt/search"
)

var theEnd any = new(struct{ _ int8 })
var unrestorable string

func saveState()    {}
func restoreState() {}

func resetClocks() {
	shadow, chans, syncs = byAddr[cell]{}, byAddr[chanClocks]{}, byAddr[clock]{}
	finals, freeSlots = nil, nil
	clear(racesTold)
	writing = writing[:0]
}

type randSearch struct {
	oblivious
	rng  rng
	n    uint64
	most int
	h    map[uint64]bool
}

func (r *randSearch) Pick(v *search.View) search.Proc { return v.Enabled[r.rng.intn(len(v.Enabled))] }
func (r *randSearch) Choose(n int) int                { return r.rng.intn(n) }
func (r *randSearch) Counts() search.Counts           { return search.Counts{} }
func (r *randSearch) Estimate() float64               { return 0 }
func (r *randSearch) Phase() (string, int)            { return "random", -1 }
func (r *randSearch) Exhausted() int                  { return -1 }
func (r *randSearch) Proved() bool                    { return false }

func (x *explorer) newSearcher() searcher { return &randSearch{rng: newRNG(conf.seed, 9)} }

var _ unsafe.Pointer
