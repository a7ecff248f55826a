package search

import (
	"math"
	"testing"
)

func TestTallyIsExactForFewAndCloseForMany(t *testing.T) {
	a := tally{exact: set{most: mostExact}}
	for n := 1; n <= 5_000_000; n++ {
		a.add(mix(uint64(n)))
		a.add(mix(uint64(n/2 + 1))) // seen before
		switch n {
		case 10, 1000, mostExact:
			if a.count() != uint64(n) {
				t.Errorf("%d of %d", a.count(), n)
			}
		case 100_000, 1_000_000, 5_000_000:
			if off := math.Abs(float64(a.count())/float64(n) - 1); off > 0.04 {
				t.Errorf("%d of %d: %.1f %% off", a.count(), n, 100*off)
			}
		}
	}
}
