package rt

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// gmpWith is the model in the middle of a run: the first awake of n Ps are
// awake and run nobody.
func gmpWith(n, awake int) *gmp {
	pending, useful, heaps = 0, 0, 0
	timers = [maxProcs]timerHeap{}
	cur = &g{proc: event.NoP}
	setClock(0, 1<<40)
	m := newGMP(n, 1)
	for range awake {
		m.threads++
		m.acquire(m.takeIdle(), &thread{id: int32(m.threads)}, 0)
	}
	return m
}

// runs makes p run a goroutine.
func (m *gmp) runs(p *proc, id uint32) *g {
	g := &g{id: id}
	m.execute(p, g, event.FromLocal)
	return g
}

// find lets p search until it has a goroutine or is idle.
func (m *gmp) find(p *proc) (g *g, why event.Why) {
	for p.thread != nil && g == nil {
		setClock(p.clock, p.clock)
		g, why = m.findRunnable(p)
	}
	return g, why
}

func fill(n int) (gs []*g) {
	for i := range n {
		gs = append(gs, &g{id: uint32(i + 1)})
	}
	return gs
}

func TestRuleRunNextIsKickedOutToTheTailOfTheLocalQueue(t *testing.T) {
	m := gmpWith(1, 1)
	p := m.ps[0]
	gs := fill(3)
	m.putLocal(p, gs[0])
	m.putNext(p, gs[1])
	m.putNext(p, gs[2])
	assert.Equal(t, uint32(3), p.runnext.id)
	assert.Equal(t, []uint32{1, 2}, ids(p.local))
}

func TestRuleRunNextInheritsTheTimeSlice(t *testing.T) {
	m := gmpWith(1, 1)
	p := m.ps[0]
	m.execute(p, &g{id: 1}, event.FromLocal)
	tick := p.tick
	m.execute(p, &g{id: 2}, event.FromRunNext)
	assert.Equal(t, tick, p.tick, "the slice goes on")
	m.execute(p, &g{id: 3}, event.FromGlobal)
	assert.Equal(t, tick+1, p.tick)
}

func TestRuleFullLocalQueueGivesHalfToTheGlobalOne(t *testing.T) {
	m := gmpWith(1, 1)
	p := m.ps[0]
	for _, g := range fill(localSize + 1) {
		m.putLocal(p, g)
	}
	assert.Len(t, p.local, localSize/2)
	assert.Len(t, m.global, localSize/2+1)
	assert.Equal(t, uint32(1), m.global[0].id, "the oldest go first")
	assert.Equal(t, uint32(localSize+1), m.global[localSize/2].id, "the new one goes last")
}

func TestRuleEvery61stTimeSliceLooksAtTheGlobalQueueFirst(t *testing.T) {
	m := gmpWith(1, 1)
	p := m.ps[0]
	p.tick = 1
	for _, g := range fill(80) {
		m.putLocal(p, g)
	}
	m.putGlobal(&g{id: 100})
	n := 0
	for {
		got, why := m.findRunnable(p)
		m.execute(p, got, why)
		p.cur = nil
		if n++; got.id == 100 {
			assert.Equal(t, event.Tick61, why)
			break
		}
	}
	assert.Equal(t, 61, n, "ticks 1 to 60 look at the local queue, 61 at the global one")
}

func TestRuleGlobalQueueIsSharedInBatches(t *testing.T) {
	for _, c := range []struct{ procs, global, share int }{{1, 10, 10}, {4, 10, 3}, {2, 1000, 128}, {4, 1, 1}} {
		m := gmpWith(c.procs, 1)
		p := m.ps[0]
		p.tick = 1
		for _, g := range fill(c.global) {
			m.putGlobal(g)
		}
		got, why := m.findRunnable(p)
		assert.Equal(t, event.FromGlobal, why)
		assert.Equal(t, uint32(1), got.id)
		assert.Len(t, p.local, c.share-1, "%v", c)
		assert.Len(t, m.global, c.global-c.share, "%v", c)
	}
}

func TestRuleThiefTakesHalfAndRunsTheLast(t *testing.T) {
	m := gmpWith(2, 2)
	for _, g := range fill(5) {
		m.putLocal(m.ps[0], g)
	}
	got, why := m.find(m.ps[1])
	assert.Equal(t, event.FromSteal, why)
	assert.Equal(t, uint32(3), got.id)
	assert.Equal(t, []uint32{1, 2}, ids(m.ps[1].local))
	assert.Equal(t, []uint32{4, 5}, ids(m.ps[0].local))
}

func TestRuleRunNextIsStolenLastAndOnlyAfter3Microseconds(t *testing.T) {
	m := gmpWith(3, 3)
	m.runs(m.ps[0], 9)
	m.putNext(m.ps[0], &g{id: 1})
	m.putLocal(m.ps[2], &g{id: 2})
	got, _ := m.find(m.ps[1])
	require.Equal(t, uint32(2), got.id, "a local queue goes before a runnext")
	assert.Zero(t, m.ps[1].clock)
	got, _ = m.find(m.ps[1])
	assert.Equal(t, uint32(1), got.id)
	assert.Equal(t, int64(leaveRunNext), m.ps[1].clock)
}

func TestRuleRunNextThatItsPRanMeanwhileIsNotStolen(t *testing.T) {
	m := gmpWith(2, 2)
	m.runs(m.ps[0], 9)
	m.putNext(m.ps[0], &g{id: 1})
	got, _ := m.findRunnable(m.ps[1])
	require.Nil(t, got)
	m.ps[0].runnext = nil
	got, _ = m.find(m.ps[1])
	assert.Nil(t, got)
	assert.Nil(t, m.ps[1].thread, "it went idle")
}

func TestRuleRunNextOfAPInASystemCallIsStolenAtOnce(t *testing.T) {
	m := gmpWith(2, 2)
	m.runs(m.ps[0], 9)
	m.ps[0].calling = true
	m.putNext(m.ps[0], &g{id: 1})
	got, _ := m.find(m.ps[1])
	assert.Equal(t, uint32(1), got.id)
	assert.Zero(t, m.ps[1].clock)
}

func TestRuleThiefVisitsEveryPOnceInARandomOrder(t *testing.T) {
	var o stealOrder
	for n := 1; n <= maxProcs; n++ {
		o.reset(n)
		orders := map[string]bool{}
		for r := range uint32(n * len(o.steps)) {
			seen, order := map[int]bool{}, ""
			for e := o.start(r); ; {
				i, ok := e.next()
				if !ok {
					break
				}
				seen[i], order = true, order+" "+itoa(int64(i))
			}
			require.Len(t, seen, n)
			orders[order] = true
		}
		require.Len(t, orders, n*len(o.steps), "every start with every step is another order")
	}
}

func TestRuleOnlyHalfOfTheBusyPsMaySpin(t *testing.T) {
	m := gmpWith(4, 4)
	m.runs(m.ps[0], 9)
	for _, p := range m.ps[1:3] {
		m.findRunnable(p)
	}
	require.Equal(t, 2, m.spinning)
	m.findRunnable(m.ps[3])
	assert.Nil(t, m.ps[3].thread, "two of four spin already: it parks without searching")
	assert.Equal(t, 2, m.spinning)
}

func TestRuleWakepWakesNobodyWhileAThreadSpins(t *testing.T) {
	m := gmpWith(4, 1)
	m.on = m.ps[0]
	m.wakep()
	require.Equal(t, 1, m.spinning)
	m.wakep()
	assert.Len(t, m.idle, 2)
}

func TestRuleThreadThatFindsWorkWakesTheNext(t *testing.T) {
	m := gmpWith(3, 1)
	m.on = m.ps[0]
	m.wakep()
	m.putLocal(m.ps[0], &g{id: 1})
	got, why := m.find(m.ps[1])
	m.execute(m.ps[1], got, why)
	assert.Equal(t, 1, m.spinning, "resetspinning")
	assert.True(t, m.ps[2].thread.spinning)
}

func TestRuleWorkWithoutAnIdlePMakesTheNextThreadSpin(t *testing.T) {
	m := gmpWith(2, 2)
	m.on = m.ps[0]
	m.wakep()
	require.True(t, m.needSpin)
	m.findRunnable(m.ps[1])
	assert.False(t, m.needSpin)
	assert.True(t, m.ps[1].thread.spinning)
}

func TestRuleSpinningThreadLooksOnceMoreBeforeItParks(t *testing.T) {
	m := gmpWith(2, 2)
	p := m.ps[1]
	p.tick = 1
	for !p.search.over {
		m.findRunnable(p)
	}
	m.putGlobal(&g{id: 1})
	got, why := m.find(p)
	assert.Equal(t, event.FromGlobal, why)
	assert.Equal(t, uint32(1), got.id)
}

func TestRuleThreadThatParkedLastIsWokenFirst(t *testing.T) {
	m := gmpWith(3, 3)
	a, b := m.ps[1].thread, m.ps[2].thread
	m.goIdle(m.ps[1])
	m.goIdle(m.ps[2])
	got, cost := m.takeThread()
	assert.Same(t, b, got)
	assert.Equal(t, int64(costWake), cost)
	got, _ = m.takeThread()
	assert.Same(t, a, got)
	got, cost = m.takeThread()
	assert.Equal(t, int32(4), got.id, "a new one")
	assert.Equal(t, int64(costThread), cost)
}
