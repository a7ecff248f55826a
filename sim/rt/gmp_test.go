package rt

import (
	"math"
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
	m.spinning = 1 // as many as may
	m.needSpin = false
	m.spinning = 0
	m.wakep()
	assert.True(t, m.needSpin)
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

func TestRuleSysmonPreemptsAfter10Milliseconds(t *testing.T) {
	m := gmpWith(1, 1)
	p := m.ps[0]
	m.runs(p, 1)
	m.watch(20_000)
	m.watch(20_000 + timeSlice - 1)
	assert.False(t, p.preempt)
	m.watch(20_000 + timeSlice)
	assert.True(t, p.preempt, "10 ms after it first saw the time slice")
}

func TestRuleSharedTimeSliceIsPreemptedToo(t *testing.T) {
	m := gmpWith(1, 1)
	p := m.ps[0]
	m.runs(p, 1)
	m.watch(20_000)
	m.execute(p, &g{id: 2}, event.FromRunNext)
	m.watch(20_000 + timeSlice)
	assert.True(t, p.preempt, "two goroutines that wake each other cannot keep a P for ever")
}

func TestRuleSysmonBacksOff(t *testing.T) {
	m := gmpWith(1, 1)
	m.runs(m.ps[0], 1)
	var at int64
	sleeps := map[int]int64{}
	for i := range 70 {
		at = m.mon.next
		m.watch(at)
		sleeps[i] = m.mon.next - at
	}
	assert.Equal(t, int64(20_000), sleeps[49], "50 rounds of 20 µs")
	assert.Equal(t, int64(40_000), sleeps[50])
	assert.Equal(t, int64(80_000), sleeps[51])
	assert.Equal(t, int64(monMax), sleeps[69], "10 ms at most")
}

func TestRuleSysmonSleepsWhileEverybodyIsIdle(t *testing.T) {
	m := gmpWith(1, 1)
	m.goIdle(m.ps[0])
	m.watch(20_000)
	assert.Equal(t, int64(math.MaxInt64), m.mon.next)
	m.acquire(m.takeIdle(), &thread{id: 1}, 1_000_000)
	assert.Equal(t, int64(1_000_000), m.mon.next)
}

// inCall makes p's goroutine enter a system call of d ns.
func (m *gmp) inCall(p *proc, id uint32, d int64) *g {
	g := m.runs(p, id)
	p.calling, g.state = true, calling
	p.clock += d
	return g
}

func TestRuleSysmonRetakesAPInASystemCallAfter20Microseconds(t *testing.T) {
	m := gmpWith(1, 1)
	p := m.ps[0]
	p.calls = 1
	m.inCall(p, 1, 100_000)
	m.putLocal(p, &g{id: 2})
	m.watch(20_000)
	require.True(t, p.calling, "the first round only sees it")
	m.watch(40_000)
	require.Nil(t, p.cur, "the next one takes the P")
	assert.Equal(t, int32(2), p.thread.id, "for a thread that has something to do there")
	assert.Equal(t, 40_000+int64(costThread), p.clock)
	assert.Equal(t, int64(100_000), m.returning[0].at)
	assert.Equal(t, int64(monMin), m.mon.delay)
}

func TestRuleSystemCallKeepsItsPWhileNobodyNeedsIt(t *testing.T) {
	m := gmpWith(2, 1)
	p := m.ps[0]
	m.inCall(p, 1, 1<<30)
	m.watch(20_000)
	m.watch(40_000)
	assert.True(t, p.calling, "another P is idle and nothing waits")
	m.watch(20_000 + monMax)
	assert.False(t, p.calling, "but not for more than 10 ms")
}

func TestRuleReturnFromASystemCallTakesAnIdlePOrTheGlobalQueue(t *testing.T) {
	m := gmpWith(2, 2)
	a, b := m.inCall(m.ps[0], 1, 50_000), m.inCall(m.ps[1], 2, 60_000)
	threads := []*thread{m.ps[0].thread, m.ps[1].thread}
	m.retake(m.ps[0])
	m.retake(m.ps[1])
	m.ps[1].thread = threads[1]
	m.runs(m.ps[1], 3)
	m.release(m.ps[0])
	m.happen(returns, 50_000)
	assert.Same(t, a, m.ps[0].cur)
	assert.Same(t, threads[0], m.ps[0].thread, "on the thread of the call")
	m.happen(returns, 60_000)
	assert.Equal(t, []uint32{b.id}, ids(m.global))
	assert.Equal(t, []*thread{threads[1]}, m.parked)
}

func TestRuleReturnFromASystemCallTakesItsOldPOutOfAnotherCall(t *testing.T) {
	m := gmpWith(1, 1)
	p := m.ps[0]
	a := m.inCall(p, 1, 50_000)
	m.retake(p)
	p.thread = &thread{id: 2}
	b := m.inCall(p, 2, 500_000)
	m.happen(returns, 50_000)
	assert.Same(t, a, p.cur)
	assert.Same(t, b, m.returning[0].g)
}

func TestRuleTimersBelongToAPAndAreStolenInTheLastRound(t *testing.T) {
	m := gmpWith(3, 3)
	mach = m
	m.runs(m.ps[0], 9)
	sleeper := &g{id: 1, state: parked}
	cur = &g{id: 8}
	(&Timer{index: -1, sleep: sleeper}).push(0)
	require.Len(t, timers[0], 1)
	m.putLocal(m.ps[2], &g{id: 2})
	m.on = m.ps[1]
	got, _ := m.find(m.ps[1])
	require.Equal(t, uint32(2), got.id, "work goes before the timers of another P")
	got, _ = m.find(m.ps[1])
	assert.Equal(t, uint32(1), got.id, "whom the timer woke, in the thief's own runnext")
	assert.Empty(t, timers[0])
}

func TestRuleTimerWakesAnIdleP(t *testing.T) {
	m := gmpWith(2, 1)
	mach = m
	m.runs(m.ps[0], 9)
	m.ps[0].clock = 30_000
	cur = &g{id: 8}
	(&Timer{index: -1, sleep: &g{id: 1, state: parked}}).push(10_000)
	what, when := m.outside(true)
	assert.Equal(t, alarms, what)
	assert.Equal(t, int64(10_000), when)
	m.happen(what, when)
	m.on = m.ps[1]
	got, _ := m.find(m.ps[1])
	assert.Equal(t, uint32(1), got.id, "P0 has no time for its timers: the idle P takes care of them")
}

func TestRuleStoppedWorldHasOneRunningGoroutine(t *testing.T) {
	m := gmpWith(4, 4)
	cur = m.runs(m.ps[0], 1)
	b := m.runs(m.ps[1], 2)
	m.putNext(m.ps[1], &g{id: 3})
	m.inCall(m.ps[2], 4, 100_000)
	m.ps[1].clock = 77_000
	m.on = m.ps[0]
	m.stopTheWorld(m.on, "test")
	assert.Equal(t, int64(77_000), now(), "when the last one has stopped")
	for _, p := range m.ps[1:] {
		assert.Nil(t, p.thread)
		assert.Nil(t, p.cur)
	}
	assert.Same(t, b, m.ps[1].runnext, "who ran goes on first")
	assert.Len(t, m.returning, 1)
	m.startTheWorld(m.on)
	assert.NotNil(t, m.ps[1].thread)
}

func TestRuleShrinkingMovesWorkToTheHeadOfTheGlobalQueue(t *testing.T) {
	m := gmpWith(2, 2)
	cur = m.runs(m.ps[1], 1)
	m.runs(m.ps[0], 2)
	m.putGlobal(&g{id: 7})
	for _, id := range []uint32{3, 4, 5} {
		m.putNext(m.ps[1], &g{id: id})
	}
	m.on = m.ps[1]
	m.setProcs(1)
	assert.Len(t, m.ps, 1)
	assert.Same(t, m.ps[0], m.on, "the caller's P went away: it goes on with P0")
	assert.Equal(t, uint32(2), m.ps[0].runnext.id)
	assert.Equal(t, []uint32{5, 3, 4, 7}, ids(m.global))
}

func TestRuleLockedGoroutineRunsOnItsOwnThread(t *testing.T) {
	m := gmpWith(2, 2)
	g1 := m.runs(m.ps[0], 1)
	own, other := m.ps[0].thread, m.ps[1].thread
	cur, m.on = g1, m.ps[0]
	m.lockThread(true)
	m.leave(g1, 0)
	assert.NotSame(t, own, m.ps[0].thread, "the thread waits with its goroutine")
	m.execute(m.ps[1], g1, event.FromLocal)
	assert.Same(t, own, m.ps[1].thread)
	assert.Contains(t, m.parked, other)
}

func TestRuleCollectorMarksWithAQuarterOfThePs(t *testing.T) {
	for n, want := range map[int]float64{1: 0, 2: 0, 3: 0, 4: 1, 5: 1, 6: 1, 8: 2, 16: 4, 64: 16} {
		whole, fraction := workers(n)
		assert.Equal(t, int(want), whole, "%d Ps", n)
		if n == 5 {
			assert.Zero(t, fraction, "one of five is near enough")
			continue
		}
		assert.InDelta(t, 0.25*float64(n), float64(whole)+fraction*float64(n), 1e-9, "%d Ps", n)
	}
}
