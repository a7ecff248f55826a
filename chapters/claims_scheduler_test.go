package chapters_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"interleave/chapters"
	"interleave/sim/event"
)

func TestMainThatDoesNotStepBackPrintsBeforeItsWorkers(t *testing.T) {
	e := newEngine(t)
	as, _ := outcome(t, e, "gmp", "")
	assert.Equal(t, "worker 4\nworker 1\nworker 2\nworker 3\nmain is back\n", as)
	changed, _ := outcome(t, e, "gmp", "", "\truntime.Gosched()", "\t_ = runtime.Gosched")
	assert.Equal(t, "main is back\nworker 4\nworker 1\nworker 2\nworker 3\n", changed)
}

func TestEveryFewTurnsTheGlobalQueueComesFirst(t *testing.T) {
	printed, _ := outcome(t, newEngine(t), "gmp", "workers=80")
	before, _, _ := strings.Cut(printed, "main is back")
	assert.Equal(t, 56, strings.Count(before, "worker"))
}

func TestABeatWaitsUntilSysmonHasLookedTwice(t *testing.T) {
	const slice = "median delay: 19.0 ms\n"
	for _, c := range []struct{ flags, want string }{
		{"", slice},
		{"hogs=3", slice},
		{"procs=2", "median delay: 0.0 ms\n"},
		{"procs=2 hogs=2", slice},
	} {
		printed, ended := outcome(t, newEngine(t), "preemption", c.flags)
		assert.Equal(t, event.Exited, ended)
		assert.Contains(t, printed, c.want, c.flags)
	}
}

func TestAPoliteHogLetsTheHeartBeat(t *testing.T) {
	printed, _ := outcome(t, newEngine(t), "preemption", "",
		"for range steps {", "for n := range steps { if n%1_000_000 == 0 { runtime.Gosched() }")
	_, longest, _ := strings.Cut(printed, "longest delay: ")
	assert.Contains(t, []string{"0.", "1."}, longest[:2])
}

func TestListeningOnceMoreThanIsSaidIsADeadlock(t *testing.T) {
	e := newEngine(t)
	_, ended := outcome(t, e, "first-program", "receive=3")
	assert.Equal(t, event.Exited, ended)
	_, ended = outcome(t, e, "first-program", "receive=4")
	assert.Equal(t, event.Deadlock, ended)
	printed, _ := outcomeOf(t, e, "first-program", chapters.Settings{Policy: "gmp", Seed: 1, Procs: 1}, "receive=3")
	assert.Contains(t, printed, "greeter has sent everything")
}
