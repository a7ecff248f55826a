package rt

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
)

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
