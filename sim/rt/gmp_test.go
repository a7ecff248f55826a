package rt

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"interleave/sim/event"
)

// ids lists goroutines by number.
func ids(q []*g) []uint32 {
	out := []uint32{}
	for _, g := range q {
		out = append(out, g.id)
	}
	return out
}

func gmpWith(procs int) *gmp {
	setClock(0, 1<<40)
	return newGMP(procs, 1)
}

func TestRunNextIsKickedOutToTheTailOfTheLocalQueue(t *testing.T) {
	m := gmpWith(1)
	p := m.ps[0]
	m.putLocal(p, &g{id: 1})
	m.putNext(p, &g{id: 2})
	m.putNext(p, &g{id: 3})
	assert.Equal(t, uint32(3), p.runnext.id)
	assert.Equal(t, []uint32{1, 2}, ids(p.local))
}

func TestFullLocalQueueGivesHalfToTheGlobalOne(t *testing.T) {
	m := gmpWith(1)
	p := m.ps[0]
	for i := range localSize + 1 {
		m.putLocal(p, &g{id: uint32(i + 1)})
	}
	assert.Len(t, p.local, localSize/2)
	assert.Len(t, m.global, localSize/2+1)
	assert.Equal(t, uint32(1), m.global[0].id, "the oldest go first")
	assert.Equal(t, uint32(localSize+1), m.global[localSize/2].id, "the new one goes last")
}

func TestIdlePStealsHalfOfAnothersQueue(t *testing.T) {
	m := gmpWith(2)
	for i := range 5 {
		m.putLocal(m.ps[0], &g{id: uint32(i + 1)})
	}
	got, why := m.find(m.ps[1])
	assert.Equal(t, event.FromSteal, why)
	assert.Equal(t, uint32(3), got.id, "runs the last one it took (runqsteal)")
	assert.Equal(t, []uint32{1, 2}, ids(m.ps[1].local))
	assert.Equal(t, []uint32{4, 5}, ids(m.ps[0].local))
}

func TestYoungRunNextIsLeftToItsP(t *testing.T) {
	m := gmpWith(2)
	m.on = m.ps[0]
	m.putNext(m.ps[0], &g{id: 1})
	m.on = nil
	_, why := m.find(m.ps[1])
	assert.Equal(t, spinOn, why)
	assert.Equal(t, int64(stealRunNextAfter), m.ps[1].clock, "it looks again when the slot is ripe")
	got, why := m.find(m.ps[1])
	assert.Equal(t, event.FromSteal, why)
	assert.Equal(t, uint32(1), got.id)
}

func TestEvery61stTickLooksAtTheGlobalQueueFirst(t *testing.T) {
	m := gmpWith(1)
	p := m.ps[0]
	for i := range 62 {
		m.putLocal(p, &g{id: uint32(i + 1)})
	}
	m.putGlobal(&g{id: 100})
	var at int
	for i := 1; ; i++ {
		got, why := m.find(p)
		p.tick++
		if got.id == 100 {
			assert.Equal(t, event.Tick61, why)
			at = i
			break
		}
	}
	assert.Equal(t, 61, at)
}

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
