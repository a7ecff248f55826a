package web

import (
	"context"
	"errors"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event/eventlog"
	"interleave/web/live"
)

const stuck = `package main

func main() {
	ch := make(chan int)
	ch <- 1
}
`

// TestEngineRunsAPlainProgram is the joint between sessions and runner.
func TestEngineRunsAPlainProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the runtime")
	}
	e := newEngine(t.TempDir())
	defer func() { assert.NoError(t, e.close()) }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ignore := func(string) {}

	_, _, err := e.Start(ctx, live.Job{Lang: "en", Files: map[string]string{"main.go": "package main\n\nfunc main() { x }\n"}}, ignore)
	var problems live.Problems
	require.ErrorAs(t, err, &problems)
	assert.Equal(t, 3, problems[0].Line)

	p, how, err := e.Start(ctx, live.Job{
		Lang: "en", Files: map[string]string{"main.go": stuck}, Policy: "gmp", Seed: 1, Procs: 2, Hold: true,
	}, ignore)
	require.NoError(t, err)
	assert.Contains(t, how.Took, "compile")
	p.Control(live.Command{Op: live.Want, Arg: math.MaxUint64})
	log := eventlog.New()
	for {
		frame, err := p.Read(ctx, uint64(len(log.Events)))
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.NoError(t, log.AddFrame(frame))
	}
	require.NoError(t, eventlog.Validate(log))
	res, err := p.Wait(ctx)
	require.NoError(t, err)
	assert.Equal(t, "Deadlock", res.Outcome)
	assert.Equal(t, 2, res.Status)
	assert.Contains(t, res.Sentence, "line 5")
	assert.EqualValues(t, len(log.Events), res.Events)
	assert.NotEmpty(t, log.Schedule, "every run can be followed again")
}

const racing = `package main

var n int

func main() {
	done := make(chan bool)
	go func() {
		n++
		done <- true
	}()
	n++
	<-done
}
`

func TestEngineWatchesMemoryWhereAJobAsksForIt(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the runtime")
	}
	e := newEngine(t.TempDir())
	defer func() { assert.NoError(t, e.close()) }()
	p, _, err := e.Start(t.Context(), live.Job{
		Lang: "en", Files: map[string]string{"main.go": racing}, Policy: "lifo", Procs: 1, Memory: true,
	}, func(string) {})
	require.NoError(t, err)
	res, err := p.Wait(t.Context())
	require.NoError(t, err)
	assert.Contains(t, res.Sentence, "race")
}
