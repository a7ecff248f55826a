package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/real"
	"interleave/sim/runner"
	"interleave/sim/say"
	"interleave/web/brought"
	"interleave/web/live"
)

// fakeRun is a program that only notes what is asked of it.
type fakeRun struct {
	stopped bool
	signals []syscall.Signal
	gone    uint64 // events that are not kept
}

func (f *fakeRun) Read(_ context.Context, seq uint64) ([]byte, error) {
	if seq < f.gone {
		return nil, &real.Dropped{First: f.gone - 1, Events: f.gone}
	}
	return []byte("frame"), nil
}

func (f *fakeRun) Wait(context.Context) (runner.Result, error) {
	return runner.Result{Verdict: eventlog.Verdict{Outcome: event.Exited}, Events: 100}, nil
}

func (f *fakeRun) Stop()                   { f.stopped = true }
func (f *fakeRun) Signal(s syscall.Signal) { f.signals = append(f.signals, s) }

func TestARealRunIsStoppedAndSignalledAndNothingElse(t *testing.T) {
	run := &fakeRun{}
	p := realProcess{run, "en", real.Traced, mostEvents}
	for _, op := range []live.Op{live.Want, live.Pause, live.Step, live.Choose} {
		p.Control(live.Command{Op: op, Arg: 2})
	}
	assert.Equal(t, &fakeRun{}, run)
	p.Control(live.Command{Op: live.Signal, Arg: 2})
	p.Control(live.Command{Op: live.Stop})
	assert.Equal(t, &fakeRun{stopped: true, signals: []syscall.Signal{syscall.SIGINT}}, run)
}

func TestARealRunSaysWhatIsNotKnownOfIt(t *testing.T) {
	for observe, want := range map[real.Observe]string{
		real.Plain: "Nobody looked", real.Traced: "does not say which channel", real.Probed: "The program ended normally.",
	} {
		res, err := realProcess{&fakeRun{}, "en", observe, mostEvents}.Wait(t.Context())
		require.NoError(t, err)
		assert.Contains(t, res.Sentence, want, observe)
	}
}

func TestOfALongRealRunTheRestIsCounted(t *testing.T) {
	p := realProcess{&fakeRun{}, "en", real.Probed, 60}
	_, err := p.Read(t.Context(), 59)
	require.NoError(t, err)
	_, err = p.Read(t.Context(), 60)
	require.ErrorIs(t, err, io.EOF)
	res, err := p.Wait(t.Context())
	require.NoError(t, err)
	assert.Contains(t, res.Sentence, "40 more events are not shown")
}

func TestWhatARealRunHasDroppedIsToldAsTheSessionTellsIt(t *testing.T) {
	p := realProcess{&fakeRun{gone: 10}, "en", real.Probed, mostEvents}
	_, err := p.Read(t.Context(), 3)
	var dropped *live.Dropped
	require.ErrorAs(t, err, &dropped)
	assert.Equal(t, &live.Dropped{First: 9, Events: 10}, dropped)
}

// logOf reads a process to its end.
func logOf(t *testing.T, p live.Process) *eventlog.Log {
	t.Helper()
	log := eventlog.New()
	for {
		frame, err := p.Read(t.Context(), uint64(len(log.Events)))
		if errors.Is(err, io.EOF) {
			require.NoError(t, eventlog.Validate(log))
			return log
		}
		require.NoError(t, err)
		require.NoError(t, log.AddFrame(frame))
	}
}

const oneSender = `package main

import "fmt"

func main() {
	ch := make(chan int)
	go func() { ch <- 1 }()
	fmt.Println(<-ch)
}
`

func TestEngineRunsAProgramOnTheRealRuntime(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the runtime")
	}
	e := testEngine(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	job := live.Job{
		Lang: "en", Files: map[string]string{"main.go": oneSender}, Args: []string{"-nosuch=1"}, Mode: live.Real, Procs: 2,
		Machine: live.Machine{Observe: "probed"},
	}
	p, _, err := e.Start(ctx, job, func(string) {})
	require.NoError(t, err)
	sends := 0
	for _, r := range logOf(t, p).Events {
		if r.Kind == event.ChanSend || r.Kind == event.ChanRecv && r.Peer != 0 {
			sends++
		}
	}
	assert.Equal(t, 1, sends, "the one value is passed on once")
	res, err := p.Wait(ctx)
	require.NoError(t, err)
	assert.Equal(t, "Exited", res.Outcome)

	job.Files = map[string]string{"main.go": "package main\n\nfunc main() { x }\n"}
	_, _, err = e.Start(ctx, job, func(string) {})
	var problems live.Problems
	require.ErrorAs(t, err, &problems)
	assert.Equal(t, 3, problems[0].Line)
	_, err = e.Cost(ctx, job)
	require.ErrorAs(t, err, &problems)
}

func TestTheEngineShowsWhatWasBroughtAndRefusesWhatIsGone(t *testing.T) {
	e := &engine{shelf: &brought.Shelf{}}
	defer func() { assert.NoError(t, e.shelf.Close()) }()
	_, _, err := e.Start(t.Context(), live.Job{Lang: "en", Mode: live.Brought, Brought: "nothing"}, func(string) {})
	require.Equal(t, live.Refusal(say.Text("en", "ws.refused.brought")), err)
	id, err := e.shelf.Put(strings.NewReader("no trace at all"))
	require.NoError(t, err)
	p, _, err := e.Start(t.Context(), live.Job{Lang: "en", Mode: live.Brought, Brought: id}, func(string) {})
	require.NoError(t, err)
	res, err := p.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, say.Text("en", "trace.fault.alien"), res.Sentence)
	require.NoError(t, p.(live.Closer).Close())
	_, _, err = e.Start(t.Context(), live.Job{Lang: "en", Mode: live.Real}, func(string) {})
	assert.Equal(t, live.Refusal(say.Text("en", "ws.refused.real")), err)
}

func TestOnlyThePageItselfMayBringSomethingLarge(t *testing.T) {
	shelf := &brought.Shelf{}
	s := newSite(t, &fakeGrader{}, func(o *Options) { o.Shelf = shelf })
	defer func() { assert.NoError(t, shelf.Close()) }()
	large := strings.Repeat("x", 2*maxBody)
	const target = "/en/viewer/brought"
	octets := func(r *http.Request) { r.Header.Set("Content-Type", "application/octet-stream") }

	w := s.ask("POST", target, large, s.script, octets)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	assert.Regexp(t, `^\{"id":"[A-Z2-7]{26}"\}$`, w.Body.String())

	assert.Equal(t, http.StatusForbidden, s.ask("POST", target, large, octets).Code, "no token")
	assert.Equal(t, http.StatusForbidden, s.ask("POST", target, large, s.script, octets, func(r *http.Request) {
		r.Header.Set("Origin", "http://example.com")
	}).Code)
	assert.Equal(t, http.StatusForbidden, s.ask("POST", target, large, s.script, octets, func(r *http.Request) {
		r.Header.Del("Cookie")
	}).Code)
	w = s.ask("POST", "/en/viewer/../viewer/brought/", large, s.script, octets)
	assert.NotEqual(t, http.StatusOK, w.Code)
	assert.Contains(t, s.page("/en/viewer"), `data-workbench="viewer"`)
}
