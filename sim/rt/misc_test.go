package rt

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestScheduleRoundTrips(t *testing.T) {
	turns, err := parseSchedule("1 - 0\n1.2 3 17 0,2 # main.go:4\n\n")
	assert.NoError(t, err)
	assert.Equal(t, []turn{{path: "1", points: -1}, {path: "1.2", points: 3, ticks: 17, cases: []int{0, 2}}}, turns)
	for _, bad := range []string{"1", "1 x 0", "1 1 x", "1 1 1 a", "1 1 1 1 1"} {
		_, err := parseSchedule(bad)
		assert.ErrorContains(t, err, "line 1", bad)
	}
}

func TestPrintedAddressesAreNumberedByAppearance(t *testing.T) {
	printedAddrs = map[string]string{}
	assert.Equal(t, "a 0xc000010000 b 0xc000010010 0xc000010000", SameAddresses("a 0xc000012345 b 0xc00009abc0 0xc000012345"))
	assert.Equal(t, "0xc01 0xc0ffee", SameAddresses("0xc01 0xc0ffee"), "not addresses")
}

func TestRangeMapVisitsEachKeyOnceAndHonoursDeletion(t *testing.T) {
	cur = &g{id: 1}
	mapRNG = nil
	m := map[string]int{"a": 1, "b": 2, "c": 3, "d": 4}
	seen := map[string]int{}
	for k, v := range RangeMap(m, 0) {
		seen[k] = v
		for o := range m {
			if o != k && seen[o] == 0 {
				delete(m, o)
				break
			}
		}
	}
	assert.Len(t, seen, 2)
}

func TestRangeMapOrderDependsOnTheSeedAlone(t *testing.T) {
	cur = &g{id: 1}
	order := func(seed uint64) (out []int) {
		conf.seed, mapRNG = seed, nil
		m := map[int]bool{}
		for i := range 50 {
			m[i] = true
		}
		for k := range RangeMap(m, 0) {
			out = append(out, k)
		}
		return out
	}
	assert.Equal(t, order(7), order(7))
	assert.NotEqual(t, order(7), order(8))
}
