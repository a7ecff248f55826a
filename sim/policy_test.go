package sim_test

import (
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

func source(text string) rewrite.File {
	return rewrite.File{Name: "main.go", Src: []byte("package main\n\n" + text)}
}

// byHand runs a program under policy hand, picking the goroutine that pick
// wants of those that could run.
func byHand(t *testing.T, r *runner.Runner, bin *runner.Binary, pick func(could []event.GID) event.GID) *eventlog.Log {
	t.Helper()
	return byHandAs(t, r, bin, runner.Config{Seed: 3}, pick)
}

// byHandAs is byHand with a seed, a schedule and choices that were made before.
func byHandAs(t *testing.T, r *runner.Runner, bin *runner.Binary, cfg runner.Config, pick func(could []event.GID) event.GID) *eventlog.Log {
	t.Helper()
	cfg.Policy, cfg.Record = "hand", true
	run, err := r.Start(t.Context(), bin, cfg)
	require.NoError(t, err)
	defer run.Stop()
	run.Grant(math.MaxUint64)
	log, w := eventlog.New(), eventlog.NewWorld(nil)
	for {
		frame, err := run.Read(t.Context(), uint64(len(log.Events)))
		if errors.Is(err, io.EOF) {
			return log
		}
		require.NoError(t, err)
		seen := len(log.Events)
		require.NoError(t, log.AddFrame(frame))
		for _, e := range log.Events[seen:] {
			w.Apply(e)
		}
		if log.Events[len(log.Events)-1].Kind != event.Choice || known(log) <= len(cfg.Choices) {
			continue
		}
		var could []event.GID
		for _, g := range w.ByID() {
			if g.State == eventlog.Runnable || g.State == eventlog.Running {
				could = append(could, g.ID)
			}
		}
		run.Choose(pick(could))
	}
}

// known is how many choices a log has.
func known(l *eventlog.Log) (n int) {
	for _, e := range l.Events {
		if e.Kind == event.Choice {
			n++
		}
	}
	return n
}

// turnsOf is a log without who made the choices.
func turnsOf(l *eventlog.Log) (events []event.Record) {
	for _, e := range l.Events {
		if e.Kind == event.Choice {
			continue
		}
		if e.Kind == event.GoStart {
			e.N = 0
		}
		events = append(events, e)
	}
	return events
}

func TestChoicesByHandReplayToTheSameLog(t *testing.T) {
	r := engine(t)
	for name, f := range programs(t, "gmp") {
		t.Run(name, func(t *testing.T) {
			bin := build(t, r, f)
			first := byHand(t, r, bin, func(could []event.GID) event.GID { return could[len(could)/2] })
			require.NoError(t, eventlog.Validate(first))
			require.NotEmpty(t, first.Schedule)
			again := run(t, r, bin, runner.Config{Policy: "replay", Seed: 3, Schedule: first.Schedule})
			require.Equal(t, first.Verdict().Outcome, again.Verdict().Outcome)
			assert.Equal(t, turnsOf(first), turnsOf(again))
		})
	}
}

func TestChoicesThatAreKnownAreNotAskedForAgain(t *testing.T) {
	r := engine(t)
	bin := build(t, r, programs(t, "gmp")["runnext.go"])
	var made []event.GID
	first := byHand(t, r, bin, func(could []event.GID) event.GID {
		g := could[len(made)%len(could)]
		made = append(made, g)
		return g
	})
	require.Greater(t, len(made), 4)
	again := byHandAs(t, r, bin, runner.Config{Seed: 3, Choices: made[:4]}, func(could []event.GID) event.GID {
		g := made[4]
		made = append(made[:4], made[5:]...)
		require.Contains(t, could, g)
		return g
	})
	assert.Equal(t, first.Events, again.Events)
	assert.Equal(t, first.Schedule, again.Schedule)

	wrong := byHandAs(t, r, bin, runner.Config{Choices: []event.GID{99}}, func(could []event.GID) event.GID { return could[0] })
	assert.Equal(t, event.Diverged, wrong.Verdict().Outcome)
}

func TestRunOfAnyPolicyGoesOnByHand(t *testing.T) {
	r := engine(t)
	for _, name := range []string{"fanin.go", "runnext.go", "sleepers.go", "semaphore.go", "mutexbarge.go"} {
		bin := build(t, r, programs(t, "gmp")[name])
		for _, policy := range []string{"gmp", "random", "pct"} {
			t.Run(policy+"/"+name, func(t *testing.T) {
				whole := run(t, r, bin, runner.Config{Policy: policy, Seed: 5, Procs: 3})
				for _, cut := range []int{1, len(whole.Events) / 3, len(whole.Events) / 2, len(whole.Events) - 1} {
					begun := run(t, r, bin, runner.Config{Policy: policy, Seed: 5, Procs: 3, Record: true, Cut: uint64(cut)})
					before := did(begun)
					require.Equal(t, did(whole)[:len(before)], before)
					require.GreaterOrEqual(t, len(begun.Events), cut)
					log := byHandAs(t, r, bin, runner.Config{Seed: 5, Schedule: begun.Schedule}, func(could []event.GID) event.GID { return could[0] })
					require.NoError(t, eventlog.Validate(log))
					require.Equal(t, before, did(log)[:len(before)], "what came before stays")
					again := run(t, r, bin, runner.Config{Policy: "replay", Seed: 5, Schedule: log.Schedule})
					assert.Equal(t, turnsOf(log), turnsOf(again))
				}
			})
		}
	}
}

// did is what goroutines did, without how they came to run.
func did(l *eventlog.Log) (events []event.Record) {
	for _, e := range l.Events {
		if e.Kind == event.ChanSend || e.Kind == event.ChanRecv || e.Kind == event.GoCreate || e.Kind == event.Output {
			e.T, e.P = 0, 0
			events = append(events, e)
		}
	}
	return events
}

func TestHandAskedAtEveryOperationCanLoseAnUpdate(t *testing.T) {
	r := engine(t)
	bin := build(t, r, source(lostUpdate))
	var turn []event.GID // who ran last stands last
	log := byHandAs(t, r, bin, runner.Config{Every: true}, func(could []event.GID) event.GID {
		g := slices.MinFunc(could, func(a, b event.GID) int { return slices.Index(turn, a) - slices.Index(turn, b) })
		turn = append(slices.DeleteFunc(turn, func(x event.GID) bool { return x == g }), g)
		return g
	})
	require.NoError(t, eventlog.Validate(log))
	assert.Equal(t, "1", printed(log))
	again := run(t, r, bin, runner.Config{Policy: "replay", Schedule: log.Schedule})
	assert.Equal(t, "1", printed(again))
}

func TestHandDecidesTheOrder(t *testing.T) {
	r := engine(t)
	bin := build(t, r, programs(t, "gmp")["runnext.go"])
	first := byHand(t, r, bin, func(could []event.GID) event.GID { return could[0] })
	last := byHand(t, r, bin, func(could []event.GID) event.GID { return could[len(could)-1] })
	assert.Equal(t, "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", printed(first))
	assert.Equal(t, "9\n8\n7\n6\n5\n4\n3\n2\n1\n0\n", printed(last))
}

func TestLIFORunsWhoBecameRunnableLast(t *testing.T) {
	r := engine(t)
	bin := build(t, r, programs(t, "gmp")["runnext.go"])
	log := run(t, r, bin, runner.Config{Policy: "lifo"})
	assert.Equal(t, "9\n8\n7\n6\n5\n4\n3\n2\n1\n0\n", printed(log))
}

const lostUpdate = `import (
	"fmt"
	"sync"
	"sync/atomic"
)

func main() {
	var n atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { n.Store(n.Load() + 1) })
	}
	wg.Wait()
	fmt.Print(n.Load())
}
`

func TestPCTFindsABugOfDepthTwoOnlyWithDepthTwo(t *testing.T) {
	r := engine(t)
	bin := build(t, r, source(lostUpdate))
	found := map[int]int{}
	for _, depth := range []int{1, 2} {
		for seed := range uint64(200) {
			if printed(run(t, r, bin, runner.Config{Policy: "pct", Seed: seed, Depth: depth})) == "1" {
				found[depth]++
			}
		}
	}
	assert.Zero(t, found[1], "without a change point nobody is stopped between its read and its write")
	assert.NotZero(t, found[2])
	t.Logf("depth 2: %d of 200 runs", found[2])
}
