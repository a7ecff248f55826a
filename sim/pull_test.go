package sim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/runner"
)

// pulls is a program of two lines that pull and two that yield, with somebody
// in the queue meanwhile.
const pulls = `import "iter"

func seq(yield func(int) bool) {
	yield(1)
	yield(2)
	yield(3)
}

func main() {
	done := make(chan bool)
	go close(done)
	next, _ := iter.Pull(seq)
	next()
	next()
	<-done
}
`

// sidesOfPulls is how the goroutines of pulls run: each start, and each wait for
// the other side.
func sidesOfPulls(l *eventlog.Log) (starts []event.GID, waits []int) {
	for _, e := range l.Events {
		switch {
		case e.Kind == event.GoStart && event.Why(e.N) == event.FromPull:
			starts = append(starts, e.G)
		case e.Kind == event.GoPark && event.Reason(e.N) == event.CoroWait:
			waits = append(waits, l.Place(e.Site).Line)
		}
	}
	return starts, waits
}

func TestSidesOfAPullRunOneAfterTheOtherAndSayWhere(t *testing.T) {
	r := engine(t)
	bin := build(t, r, source(pulls))
	for _, p := range []string{"gmp", "fifo", "lifo"} {
		log := run(t, r, bin, runner.Config{Policy: p, Seed: 1, Procs: 1})
		starts, waits := sidesOfPulls(log)
		assert.Equal(t, []event.GID{3, 1, 3, 1}, starts, p)
		assert.Equal(t, []int{15, 6, 16, 7}, waits, p)
		assert.Equal(t, event.Exited, log.Verdict().Outcome)
		assert.Empty(t, log.Verdict().Waiters, "%s: a sequence that nobody stopped has not leaked", p)
	}
}

func TestPullIsNamedAfterItsSequence(t *testing.T) {
	r := engine(t)
	log := run(t, r, build(t, r, source(pulls)), runner.Config{Policy: "gmp", Seed: 1, Procs: 4})
	w := eventlog.NewWorld(log)
	for _, e := range log.Events {
		w.Apply(e)
	}
	require.NotNil(t, w.Goroutines[3])
	assert.Equal(t, "seq", log.Text(w.Goroutines[3].Name))
	assert.Equal(t, "1.2", w.Goroutines[3].Path)
}

func TestPullByHandReplays(t *testing.T) {
	r := engine(t)
	bin := build(t, r, programs(t, "gmp")["pull.go"])
	log := byHand(t, r, bin, func(could []event.GID) event.GID { return could[len(could)-1] })
	require.NoError(t, eventlog.Validate(log))
	again := run(t, r, bin, runner.Config{Policy: "replay", Seed: 3, Schedule: log.Schedule})
	assert.Equal(t, printed(log), printed(again))
}

func TestScheduleInWhichAnotherSideOfAPullRunsDoesNotFit(t *testing.T) {
	r := engine(t)
	bin := build(t, r, source(pulls))
	log := run(t, r, bin, runner.Config{Policy: "replay", Seed: 1, Schedule: "1 - 0\n1.1 - 0\n"})
	assert.Equal(t, event.Diverged, log.Verdict().Outcome)
}

func TestSidesOfAPullDoNotRaceWithEachOtherButWithOthers(t *testing.T) {
	r := engine(t)
	bin := withMemory(t, r, source(`import "iter"

func main() {
	shared, other := 0, 0
	go func() { other = 1 }()
	next, stop := iter.Pull(func(yield func(int) bool) {
		for {
			shared++
			if !yield(shared) {
				shared++
				return
			}
		}
	})
	for range 3 {
		shared++
		next()
	}
	stop()
	println(shared)
	println(other)
}
`))
	found := 0
	for seed := range uint64(20) {
		for _, race := range run(t, r, bin, runner.Config{Policy: "random", Seed: seed, Races: true}).Verdict().Races {
			assert.Equal(t, "other", race.On.Name)
			found++
		}
	}
	assert.Positive(t, found)
}
