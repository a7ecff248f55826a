package rt

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFIFOTakesTheOldestAndLIFOTheNewest(t *testing.T) {
	could := fill(4)
	assert.Equal(t, 0, (&fifo{}).pick(could, true))
	assert.Equal(t, 3, (&lifo{}).pick(could, true))
	assert.False(t, (&lifo{}).everyPoint(), "nobody is stopped before its time slice is over")
}

func TestPCTRunsTheHighestPriorityUntilItFalls(t *testing.T) {
	p := newPCT(1, 1)
	could := fill(5)
	first := p.pick(could, true)
	for range 100 {
		could[0], could[first] = could[first], could[0]
		first = 0
		assert.Zero(t, p.pick(could, false), "depth 1 never stops who runs")
	}
	p.falls[p.step+1] = 1
	assert.NotZero(t, p.pick(could, false))
	for i := range could[1:] {
		assert.Greater(t, could[i+1].level, could[0].level, "it fell below all others")
	}
}

func TestPCTLetsOthersPastWhoYields(t *testing.T) {
	p := newPCT(1, 1)
	could := fill(3)
	top := could[p.pick(could, true)]
	p.gaveWay(top)
	assert.NotSame(t, top, could[p.pick(could, true)])
}

func TestPCTHasDepthMinusOneStepsAtWhichSomebodyFalls(t *testing.T) {
	for seed := range uint64(100) {
		p := newPCT(seed, 4)
		assert.LessOrEqual(t, len(p.falls), 3)
		assert.NotEmpty(t, p.falls)
		for step := range p.falls {
			assert.LessOrEqual(t, step, pctLeast<<pctDoublings)
		}
	}
}
