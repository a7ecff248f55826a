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

// OwnStreams reports whether each goroutine draws random numbers of its own,
// which follow from the seed and its place in the tree of go statements: who of
// two draws first makes no difference. Else all draw from one stream. It is so
// while schedules are searched for, and where one that was found is followed.
func OwnStreams() bool { return byName }

// drawSeed is what the program has seeded the goroutines' streams with.
var drawSeed uint64

// SeedDraws seeds the running goroutine's stream, and those that have not been
// drawn from yet.
func SeedDraws(seed uint64) {
	drawSeed = seed
	cur.draws = rng{}
}

// Draw returns the next number of the running goroutine's stream.
func Draw() uint64 { return cur.stream().next() }

func (g *g) stream() *rng {
	if g.draws == (rng{}) {
		g.draws = newRNG(conf.seed^drawSeed*0x9e3779b97f4a7c15^g.kin, 4)
	}
	return &g.draws
}

// kinOf numbers the n-th child of a goroutine by its place in the tree: 0 is
// main. Timers that start goroutines have negative n.
func kinOf(parent uint64, n int) uint64 {
	r := rng{parent ^ uint64(n)*0xd1342543de82ef95}
	return r.next()
}
