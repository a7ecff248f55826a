package runner

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

func TestRunEndsWithTheProgramsOwnStatusAndOutput(t *testing.T) {
	res, log := finish(t, plain(t), program(t, "hello"), Config{Args: []string{"world"}})
	assert.Equal(t, "hello world", output(log))
	assert.Equal(t, eventlog.Verdict{Outcome: event.Exited, Status: 3, Events: 3}, res.Verdict)
}

func TestEachWayToDieIsSaidInTheLastEvent(t *testing.T) {
	short := Config{MaxCPU: time.Second, MaxMemory: 256 << 20, MaxOutput: 1 << 20, MaxEvents: 1 << 16}
	for _, c := range []struct {
		program string
		outcome event.Outcome
		message string
	}{
		{"loop", event.TimeLimit, "1s of CPU time"},
		{"huge", event.MemLimit, "256 MiB of memory"},
		{"hoard", event.MemLimit, "256 MiB of memory"},
		{"spawn", event.MemLimit, "256 MiB of memory"},
		{"flood", event.LogLimit, ""},
		{"silent", event.Fatal, "the program ended with status 7 without a word"},
		{"garbage", event.Fatal, "the program wrote over its own event log"},
		{"gap", event.Fatal, "the program wrote over its own event log"},
	} {
		t.Run(c.program, func(t *testing.T) {
			res, _ := finish(t, plain(t), program(t, c.program), short)
			assert.Equal(t, c.outcome, res.Verdict.Outcome, "%s", res.Stderr)
			assert.Equal(t, c.message, res.Verdict.Message)
		})
	}
}

func TestStackOverflowNamesTheFunction(t *testing.T) {
	res, _ := finish(t, plain(t), program(t, "recurse"), Config{MaxMemory: 2 << 30})
	assert.Equal(t, event.Fatal, res.Verdict.Outcome)
	assert.Equal(t, "stack overflow in deeper (recurse.go:5)", res.Verdict.Message)
}

func TestNothingCountsThatComesAfterTheEnd(t *testing.T) {
	res, log := finish(t, plain(t), program(t, "zombie"), Config{})
	assert.Len(t, log.Events, 1)
	assert.Equal(t, event.Exited, res.Verdict.Outcome)
}

func TestDeathBySignalFromOutsideIsNamed(t *testing.T) {
	run := start(t, plain(t), program(t, "wait"), Config{})
	_, err := run.Read(t.Context(), 0)
	require.NoError(t, err)
	run.killFromOutside(t)
	res, err := run.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, event.Fatal, res.Verdict.Outcome)
	assert.Equal(t, "killed from outside by signal 9 (killed)", res.Verdict.Message)
	assert.Equal(t, 137, res.Verdict.Status)
}

func TestStopEndsARunThatGoesOn(t *testing.T) {
	run := start(t, plain(t), program(t, "loop"), Config{})
	_, err := run.Read(t.Context(), 0)
	require.NoError(t, err)
	run.Stop()
	res, err := run.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, event.Stopped, res.Verdict.Outcome)
	run.Stop()
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	run, err := plain(t).Start(ctx, program(t, "wait"), Config{})
	require.NoError(t, err)
	_, err = run.Read(t.Context(), 0)
	require.NoError(t, err)
	pid := run.cmd.Pid()
	cancel()
	res, err := run.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, event.Stopped, res.Verdict.Outcome)
	requireNoGroup(t, pid)
}

func TestProgramDiesWithTheProcessThatStartedIt(t *testing.T) {
	parent := exec.Command("/proc/self/exe")
	parent.Env = append(os.Environ(), parentOf+"="+program(t, "loop").Path, "TMPDIR="+t.TempDir())
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	var pid int
	_, err = fmt.Fscan(out, &pid)
	require.NoError(t, err)
	require.NotEmpty(t, members(t, pid))
	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	requireNoGroup(t, pid)
}

func TestWallClockEndsARunThatOnlyWaits(t *testing.T) {
	res, _ := finish(t, plain(t), program(t, "wait"), Config{MaxWall: 100 * time.Millisecond})
	assert.Equal(t, event.TimeLimit, res.Verdict.Outcome)
	assert.Equal(t, "100ms of time", res.Verdict.Message)
}

func TestClockStandsStillWithoutGrant(t *testing.T) {
	run := start(t, plain(t), program(t, "obey"), Config{Hold: true, MaxWall: 100 * time.Millisecond})
	for range 10 {
		run.tick()
	}
	assert.Zero(t, run.active)
	run.Stop()
}

func TestGrantLetsARunGoSoFarAndNoFurther(t *testing.T) {
	run := start(t, plain(t), program(t, "obey"), Config{Hold: true})
	assert.Equal(t, uint64(0), run.log.count())
	for _, n := range []uint64{1, 10, 70_000, 300_000} {
		run.Grant(n)
		readUntil(t, run, n)
		assert.Equal(t, n, run.log.count())
	}
	run.Grant(noLimit)
	res, err := run.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, uint64(1_000_000), res.Events)
}

func TestPauseHoldsAndStepGoesOnByCount(t *testing.T) {
	run := start(t, plain(t), program(t, "obey"), Config{})
	run.Pause()
	held := run.heldAt()
	require.Less(t, held, uint64(999_999))
	readUntil(t, run, held)
	run.Step(3)
	readUntil(t, run, held+3)
	assert.Equal(t, held+3, run.log.count())
	run.Grant(noLimit)
	res, err := run.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, uint64(1_000_000), res.Events)
}

// heldAt is where a paused run stops.
func (r *Run) heldAt() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.flow.sent
}

func readUntil(t *testing.T, run *Run, n uint64) {
	t.Helper()
	_, err := run.Read(t.Context(), n-1)
	require.NoError(t, err)
}

func TestReadStartsExactlyWhereItIsAsked(t *testing.T) {
	run := start(t, plain(t), program(t, "hello"), Config{})
	_, err := run.Wait(t.Context())
	require.NoError(t, err)
	for seq := range uint64(3) {
		frame, err := run.Read(t.Context(), seq)
		require.NoError(t, err)
		h, err := event.ParseHeader(frame)
		require.NoError(t, err)
		assert.Equal(t, seq, h.First)
	}
	_, err = run.Read(t.Context(), 3)
	assert.ErrorIs(t, err, io.EOF)
}

func TestReaderGivesUpWithItsContext(t *testing.T) {
	run := start(t, plain(t), program(t, "wait"), Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := run.Read(ctx, 100)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = run.Wait(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestScheduleArrivesWithTheEnd(t *testing.T) {
	run := start(t, plain(t), program(t, "schedule"), Config{})
	var got string
	frame, err := run.Read(t.Context(), 1)
	require.NoError(t, err)
	nothing := event.Sink{
		Text:     func(uint32, string) error { return nil },
		Event:    func(uint64, event.Record) error { return nil },
		Schedule: func(s string) error { got = s; return nil },
	}
	require.NoError(t, event.Decode(frame, nothing))
	assert.Equal(t, "1 - 0\n", got)
}

func TestLimitsHoldBeforeTheProgramBegins(t *testing.T) {
	_, log := finish(t, plain(t), program(t, "limits"), Config{MaxCPU: 7 * time.Second, MaxMemory: 512 << 20})
	said := strings.Join(strings.Fields(output(log)), " ")
	for _, want := range []string{
		"Max cpu time 7 7 seconds", "Max data size 536870912 536870912 bytes", "Max file size 0 0 bytes",
		"Max core file size 0 0 bytes", "Max open files 24 24 files",
	} {
		assert.Contains(t, said, want)
	}
	assert.NotContains(t, said, "PATH=")
	assert.NotContains(t, said, "HOME=")
}

func TestStartRefusesSettingsThatCannotBeSent(t *testing.T) {
	_, err := plain(t).Start(t.Context(), program(t, "hello"), Config{Args: []string{"a\x00b"}})
	assert.ErrorContains(t, err, "NUL")
}

func TestStartOfAProgramThatIsGoneIsAnError(t *testing.T) {
	b := program(t, "hello")
	require.NoError(t, os.Remove(b.Path))
	_, err := plain(t).Start(t.Context(), b, Config{})
	assert.ErrorIs(t, err, os.ErrNotExist)
	b = program(t, "hello")
	assert.False(t, b.Cached)
}
