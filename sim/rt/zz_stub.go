package rt

import "interleave/sim/rt/search"

func (x *explorer) newSearcher() searcher {
	o := x.opt
	return search.New(search.Options{
		How: o.how, Seed: conf.seed, Limit: o.bound >= 0, Bound: o.bound,
		Share: o.share[0], Of: o.share[1],
	})
}
