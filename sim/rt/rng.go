package rt

import "math"

// rng is SplitMix64 (Steele, Lea, Flood 2014): one word of state, so that each
// user of randomness has its own stream.
type rng struct{ s uint64 }

// newRNG returns the stream-th stream of a seed.
func newRNG(seed, stream uint64) rng {
	r := rng{seed ^ stream*0x9e3779b97f4a7c15}
	r.next()
	return r
}

func (r *rng) next() uint64 {
	r.s += 0x9e3779b97f4a7c15
	z := r.s
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// intn returns a number in [0, n).
func (r *rng) intn(n int) int {
	if n <= 1 {
		return 0
	}
	return int(r.next() % uint64(n) & math.MaxInt64)
}

// shuffle puts n things into an order of its choice (Fisher and Yates).
func (r *rng) shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, r.intn(i+1))
	}
}
