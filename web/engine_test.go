package web

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/sandbox"
	"interleave/web/live"
)

const stuck = `package main

func main() {
	ch := make(chan int)
	ch <- 1
}
`

// TestEngineRunsAPlainProgram is the joint between sessions and runner.
func testEngine(t *testing.T) *engine {
	t.Helper()
	box, err := sandbox.Open(t.Context(), sandbox.Options{})
	require.NoError(t, err)
	e, err := newEngine(t.TempDir(), box)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.close()) })
	return e
}

func TestEngineRunsAPlainProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the runtime")
	}
	e := testEngine(t)
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

const twoSenders = `package main

import "fmt"

func main() {
	ch := make(chan int)
	for i := range 2 {
		go func() { ch <- i + 1 }()
	}
	fmt.Print(<-ch)
	fmt.Print(<-ch)
}
`

// TestEngineGoesOnByHandFromAnyEvent is choosing, undoing and forking.
func TestEngineGoesOnByHandFromAnyEvent(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the runtime")
	}
	e := testEngine(t)
	job := live.Job{Lang: "en", Files: map[string]string{"main.go": twoSenders}, Policy: "gmp", Procs: 2}
	start := func(job live.Job) (live.Process, live.Started) {
		p, how, err := e.Start(t.Context(), job, func(string) {})
		require.NoError(t, err)
		return p, how
	}
	// play answers each question with one of picks, and returns what was printed.
	play := func(p live.Process, picks ...event.GID) (*eventlog.Log, string) {
		log := eventlog.New()
		out := ""
		for {
			frame, err := p.Read(t.Context(), uint64(len(log.Events)))
			if errors.Is(err, io.EOF) {
				require.NoError(t, eventlog.Validate(log))
				require.Empty(t, picks)
				return log, out
			}
			require.NoError(t, err)
			seen := len(log.Events)
			require.NoError(t, log.AddFrame(frame))
			for _, ev := range log.Events[seen:] {
				if ev.Kind == event.Output {
					out += log.Texts[ev.Val.Text()]
				}
			}
			if log.Events[len(log.Events)-1].Kind == event.Choice && len(picks) > 0 {
				p.Control(live.Command{Op: live.Choose, Arg: uint64(picks[0])})
				picks = picks[1:]
			}
		}
	}
	p, how := start(job)
	assert.Empty(t, how.Schedule)
	whole, _ := play(p)
	at := slices.IndexFunc(whole.Events, func(e event.Record) bool { return e.Kind == event.GoCreate && e.Peer == 3 })
	require.Positive(t, at)

	job.Cut = uint64(at + 1)
	p, how = start(job)
	require.NotEmpty(t, how.Schedule)
	_, out := play(p, 1, 3, 1)
	assert.Equal(t, "21", out)

	p, _ = start(live.Job{Lang: "en", Files: job.Files, Policy: "hand", Procs: 2, Schedule: how.Schedule, Choices: []event.GID{1}})
	_, out = play(p, 2, 1)
	assert.Equal(t, "12", out, "the first choice stays, the second is made anew")
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
	e := testEngine(t)
	p, _, err := e.Start(t.Context(), live.Job{
		Lang: "en", Files: map[string]string{"main.go": racing}, Policy: "lifo", Procs: 1, Memory: true,
	}, func(string) {})
	require.NoError(t, err)
	res, err := p.Wait(t.Context())
	require.NoError(t, err)
	assert.Contains(t, res.Sentence, "race")
}

const listener = `package main

import (
	"fmt"
	"net"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		c, _ := l.Accept()
		fmt.Fprint(c, "hello")
		c.Close()
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	var b [5]byte
	n, _ := c.Read(b[:])
	fmt.Println(string(b[:n]))
}
`

func TestALabsProgramHasTheNetworkThatItAsksFor(t *testing.T) {
	e := testEngine(t)
	e.needs = func(lab string) labs.Real { return labs.Real{Net: lab == "greets", Timing: true} }
	outcomes := map[string]string{"greets": "Exited", "keeps-to-itself": "Panicked"}
	if !e.runner.Box().On(sandbox.Net) {
		outcomes["keeps-to-itself"] = "Exited" // nothing keeps anybody from this machine's own network
	}
	for lab, outcome := range outcomes {
		p, _, err := e.Start(t.Context(), live.Job{
			Lang: "en", Lab: lab, Files: map[string]string{"main.go": listener}, Mode: live.Real, Machine: live.Machine{Observe: "plain"},
		}, func(string) {})
		require.NoError(t, err)
		res, err := p.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, outcome, res.Outcome, "%s: %s %s", lab, res.Sentence, res.Stderr)
	}
}
