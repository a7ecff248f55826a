package sim_test

import (
	"errors"
	"io"
	"math"
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
	run, err := r.Start(t.Context(), bin, runner.Config{Policy: "hand", Seed: 3, Record: true})
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
		if log.Events[len(log.Events)-1].Kind != event.Choice {
			continue
		}
		var could []event.GID
		for _, g := range w.ByID() {
			if g.State == eventlog.Runnable {
				could = append(could, g.ID)
			}
		}
		run.Choose(pick(could))
	}
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
			assert.Equal(t, first.Verdict().Outcome, again.Verdict().Outcome)
			assert.Equal(t, turnsOf(first), turnsOf(again))
		})
	}
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
