// Package rand is the standard library's math/rand in the model: the
// top-level functions draw from the run's seed.
package rand

import (
	real "math/rand"

	"interleave/sim/rt"
)

var global *real.Rand

func init() { rt.Keep(&global) }

// own draws from the running goroutine's own stream.
var own = real.New(stream{})

type stream struct{}

func (stream) Uint64() uint64  { return rt.Draw() }
func (stream) Int63() int64    { return int64(rt.Draw() >> 1) }
func (stream) Seed(seed int64) { rt.SeedDraws(uint64(seed)) }

func r() *real.Rand {
	if rt.OwnStreams() {
		return own
	}
	if global == nil {
		global = real.New(real.NewSource(int64(rt.Seed(1))))
	}
	return global
}

// Seed seeds the top-level functions.
func Seed(seed int64) { r().Seed(seed) }

// Int is rand.Int.
func Int() int { return r().Int() }

// Intn is rand.Intn.
func Intn(n int) int { return r().Intn(n) }

// Int31 is rand.Int31.
func Int31() int32 { return r().Int31() }

// Int31n is rand.Int31n.
func Int31n(n int32) int32 { return r().Int31n(n) }

// Int63 is rand.Int63.
func Int63() int64 { return r().Int63() }

// Int63n is rand.Int63n.
func Int63n(n int64) int64 { return r().Int63n(n) }

// Uint32 is rand.Uint32.
func Uint32() uint32 { return r().Uint32() }

// Uint64 is rand.Uint64.
func Uint64() uint64 { return r().Uint64() }

// Float32 is rand.Float32.
func Float32() float32 { return r().Float32() }

// Float64 is rand.Float64.
func Float64() float64 { return r().Float64() }

// ExpFloat64 is rand.ExpFloat64.
func ExpFloat64() float64 { return r().ExpFloat64() }

// NormFloat64 is rand.NormFloat64.
func NormFloat64() float64 { return r().NormFloat64() }

// Perm is rand.Perm.
func Perm(n int) []int { return r().Perm(n) }

// Shuffle is rand.Shuffle.
func Shuffle(n int, swap func(i, j int)) { r().Shuffle(n, swap) }
