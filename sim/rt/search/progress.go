package search

import "math/bits"

// progress estimates from how far a depth-first search has come how many
// leaves there are in all. It is the weighted backtrack estimator in its
// recursive form (Kilby, Slaney, Thiébaux, Walsh, "Estimating Search Tree Size",
// AAAI 2006): what has not been visited at a node is as large as what has. Yet
// not quite: what is tried late is smaller, because more of it has been seen
// elsewhere. By how much is learned from the nodes that are done.
type progress struct {
	leaves int
	levels []level // of the nodes on the path
	later  [sizes]ratio
}

// A level is a node of the path: leaves counted before it and before its
// present child, and how many children are done.
type level struct {
	from, child int
	done        int
}

// A ratio is of the size of later children to that of those before them, by the
// logarithm of the latter.
type ratio struct{ size, before float64 }

const (
	sizes      = 40
	fewRatios  = 8 // in leaves before: what is a ratio worth
	firstRatio = 1
)

func (p *progress) reset() { *p = progress{levels: p.levels[:0]} }

// open adds a node to the end of the path.
func (p *progress) open() {
	p.levels = append(p.levels, level{p.leaves, p.leaves, 0})
}

// next goes on to the next child of the last node.
func (p *progress) next() {
	l := &p.levels[len(p.levels)-1]
	if l.done > 0 {
		mean := float64(l.child-l.from) / float64(l.done)
		r := &p.later[magnitude(mean)]
		r.size += float64(p.leaves - l.child)
		r.before += mean
	}
	l.child = p.leaves
	l.done++
}

// shut takes the last node, which is done, from the path.
func (p *progress) shut() {
	p.next()
	p.levels = p.levels[:len(p.levels)-1]
}

func magnitude(mean float64) int { return min(bits.Len64(uint64(mean)), sizes-1) }

// ratio returns how large a later child is, if those before have this mean.
func (p *progress) ratio(mean float64) float64 {
	for i := magnitude(mean); i >= 0; i-- {
		if r := p.later[i]; r.before >= fewRatios {
			return r.size / r.before
		}
	}
	return firstRatio
}

// total returns about how many leaves there are, if left(i) says how many children
// of node i are known that have not been begun, and how many repetitions of its
// present one are to come.
func (p *progress) total(left func(i int) (children, repetitions int)) float64 {
	rest := 0.0
	for i := len(p.levels) - 1; i >= 0; i-- {
		l := p.levels[i]
		children, repetitions := left(i)
		if repetitions > 0 {
			present := float64(p.leaves)
			if i+1 < len(p.levels) {
				present -= float64(p.levels[i+1].from)
			} else {
				present -= float64(l.child)
			}
			rest += float64(repetitions) * (present + rest)
		}
		if children > 0 {
			mean := (float64(p.leaves-l.from) + rest) / float64(l.done+1)
			rest += float64(children) * mean * p.ratio(mean)
		}
	}
	return float64(p.leaves) + rest
}

// Estimate returns about how many runs the bound that is being searched has,
// those that are cut included.
func (b *Bounded) Estimate() float64 {
	return b.progress.total(func(i int) (children, repetitions int) {
		return int(b.path[i].n - b.path[i].at - 1), 0
	})
}

// Estimate returns about how many classes of runs there are.
func (d *DPOR) Estimate() float64 {
	f := len(d.forks)
	return d.progress.total(func(i int) (children, repetitions int) {
		n := d.nodes[i]
		for _, c := range d.cands[n.off : n.off+n.n] {
			if c.is&(todo|tried|asleep) == todo {
				children++
			}
		}
		if d.cands[n.off+n.at].is&tried == 0 {
			children--
		}
		for ; f > 0 && int(d.forks[f-1].step) >= i; f-- {
			repetitions = (repetitions+1)*int(d.forks[f-1].n-d.forks[f-1].at) - 1
		}
		return children, repetitions
	})
}
