package rt

import "interleave/sim/rt/search"

type oneBounded struct{ *search.Bounded }

func (b oneBounded) Counts() search.Counts {
	return search.Counts{Distinct: uint64(b.Distinct()), States: uint64(b.States()), Cut: uint64(b.Cuts()), Depth: b.Deepest}
}
func (b oneBounded) Estimate() float64    { return 0 }
func (b oneBounded) Phase() (string, int) { return "bounded", b.Bound() }
func (b oneBounded) Exhausted() int       { return b.Bounded.Proved() }
func (b oneBounded) Proved() bool         { return b.All() }

type oneRandom struct{ *search.Random }

func (b oneRandom) Counts() search.Counts {
	return search.Counts{Distinct: uint64(b.Distinct()), States: uint64(b.States()), Depth: b.Deepest}
}
func (b oneRandom) Estimate() float64    { return 0 }
func (b oneRandom) Phase() (string, int) { return "random", -1 }
func (b oneRandom) Exhausted() int       { return -1 }
func (b oneRandom) Proved() bool         { return false }

func (x *explorer) newSearcher() searcher {
	t := search.NewTrace()
	if x.opt.how == "random" {
		return oneRandom{search.NewRandom(t, conf.seed)}
	}
	most := search.Unbounded
	if x.opt.bound >= 0 {
		most = x.opt.bound
	}
	return oneBounded{search.NewBounded(t, most)}
}

func (oneRandom) Err() error { return nil }
