package chapters_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/sim/event"
)

// What lessons say about runs beyond their moments: figures, and what happens
// after an edit that they propose.

// outcome runs a lab's demo under gmp on one P, as the lessons do, and returns
// what it printed and how it ended. flags is "name=value name=value"; edit is
// pairs of old and new source.
func outcome(t *testing.T, e engine, lab, flags string, edit ...string) (string, event.Outcome) {
	t.Helper()
	return outcomeOf(t, e, lab, chapters.Settings{Policy: "gmp", Seed: 1, Procs: 1}, flags, edit...)
}

func outcomeOf(t *testing.T, e engine, lab string, s chapters.Settings, flags string, edit ...string) (string, event.Outcome) {
	t.Helper()
	s.Flags = make(map[string]string)
	for _, flag := range strings.Fields(flags) {
		name, value, _ := strings.Cut(flag, "=")
		s.Flags[name] = value
	}
	log, err := e.edited(t.Context(), lab, s, strings.NewReplacer(edit...))
	require.NoError(t, err)
	world := log.World(len(log.Events))
	var printed strings.Builder
	for _, out := range world.Output {
		if out.FD == 1 {
			printed.WriteString(log.Text(out.Val))
		}
	}
	return printed.String(), world.Outcome
}

func TestFixedPoolTakesAsLongWithAnyQueue(t *testing.T) {
	e := newEngine(t)
	for _, queue := range []int{0, 2, 16} {
		printed, _ := outcome(t, e, "fixed-pool", fmt.Sprintf("queue=%d", queue))
		assert.Contains(t, printed, "12 tasks in 175ms\n", "queue %d", queue)
	}
}

func TestFixedPoolTakesAsLongAsArrivalsWithManyWorkers(t *testing.T) {
	printed, _ := outcome(t, newEngine(t), "fixed-pool", "workers=8")
	assert.Contains(t, printed, "12 tasks in 100ms\n")
}

func TestFixedPoolPoliciesDoWhatTheTableSays(t *testing.T) {
	e := newEngine(t)
	for policy, want := range map[string]string{
		"block":  "12 tasks in 175ms\nby workers: 12  by main: 0  dropped: 0  refused: 0\n",
		"drop":   "12 tasks in 130ms\nby workers: 8  by main: 0  dropped: 4  refused: 0\n",
		"caller": "12 tasks in 165ms\nby workers: 10  by main: 2  dropped: 0  refused: 0\n",
		"error":  "12 tasks in 130ms\nby workers: 8  by main: 0  dropped: 0  refused: 4\n",
	} {
		printed, ended := outcome(t, e, "fixed-pool", "policy="+policy)
		assert.Truef(t, strings.HasSuffix(printed, want), "%s: %s", policy, printed)
		assert.Equal(t, event.Exited, ended)
	}
}

func TestNoQueueSavesAPoolWhoseResultsNobodyReads(t *testing.T) {
	_, ended := outcome(t, newEngine(t), "fixed-pool", "collect=false queue=16")
	assert.Equal(t, event.Deadlock, ended)
}

func TestRendezvousSlowerSideDoesNotWait(t *testing.T) {
	e := newEngine(t)
	printed, _ := outcome(t, e, "rendezvous", "make=10 use=30")
	assert.Contains(t, printed, "the sender waited 60ms\nthe receiver waited 10ms\n")
	printed, _ = outcome(t, e, "rendezvous", "make=30 use=10")
	assert.Contains(t, printed, "the sender waited 0s\n")
	assert.Contains(t, printed, "the receiver waited 90ms\n")
}

func TestRoomInTheRendezvousOnlyHidesALoss(t *testing.T) {
	e := newEngine(t)
	edit := []string{"hand := make(chan int)", "hand := make(chan int, 1)"}
	printed, ended := outcome(t, e, "rendezvous", "takes=3", edit...)
	assert.Equal(t, event.Exited, ended)
	assert.Equal(t, 3, strings.Count(printed, "received message"))
	_, ended = outcome(t, e, "rendezvous", "takes=2", edit...)
	assert.Equal(t, event.Deadlock, ended)
}

func TestOneNumberForBothSidesRepairsTheRendezvous(t *testing.T) {
	e := newEngine(t)
	for takes := range 6 {
		printed, ended := outcome(t, e, "rendezvous", fmt.Sprintf("takes=%d", takes), "flag.Parse()", "flag.Parse()\n\t*takes = *messages")
		assert.Equal(t, event.Exited, ended)
		assert.Equal(t, 4, strings.Count(printed, "received message"))
	}
}
