package search

import (
	"math"
	"math/bits"
)

// A tally counts different hashes. Up to mostExact it knows them, and is exact;
// of more it keeps what stays in the cache of the processor and estimates how
// many there were, with a standard error of about 1 %: HyperLogLog (Flajolet,
// Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of a near-optimal
// cardinality estimation algorithm", AofA 2007).
type tally struct {
	exact set
	ranks [1 << rankBits]uint8 // by the first bits of a hash: the longest run of zeros after them, and one
}

const (
	mostExact = 1 << 16 // above 5 ranks' worth the estimate needs no correction
	rankBits  = 13
)

func (t *tally) add(h uint64) {
	r := uint8(bits.LeadingZeros64(h<<rankBits|1)) + 1
	if at := &t.ranks[h>>(64-rankBits)]; r > *at {
		*at = r
	}
	t.exact.add(h)
}

// count returns how many there were.
func (t *tally) count() uint64 {
	if !t.exact.capped {
		return uint64(t.exact.n)
	}
	sum := 0.0
	for _, r := range t.ranks {
		sum += math.Ldexp(1, -int(r))
	}
	const m = 1 << rankBits
	return uint64(0.7213 / (1 + 1.079/m) * m * m / sum)
}
