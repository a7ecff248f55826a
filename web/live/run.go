package live

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"interleave/sim/say"
	"interleave/web/store"
)

// run is one run of the hub: first it is built, then either it failed or it
// has a process, and in the end a result.
type run struct {
	number  uint32
	learner store.LearnerID
	job     Job
	cancel  context.CancelFunc
	forget  context.CancelFunc // cancels, and gives up what the process keeps
	done    chan struct{}      // closed when its goroutine has gone

	// Guarded by the hub's mu.
	session *session    // who follows it; nil while nobody does
	expiry  *time.Timer // what forgets it when nobody comes back

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change below
	phase   string        // what the build is at
	failure any           // problemsMsg or errorMsg: it will never start
	proc    Process       // set once it has started
	started startedMsg
	early   []Command // wishes that came before it started
}

// state is what a follower can see of a run.
type state struct {
	phase   string
	failure any
	proc    Process
	started startedMsg
	changed <-chan struct{}
}

func newRun(number uint32, learner store.LearnerID, job Job, cancel context.CancelFunc) *run {
	return &run{
		number: number, learner: learner, job: job, cancel: cancel,
		done: make(chan struct{}), changed: make(chan struct{}),
	}
}

// drive builds the run, starts it and waits for its end.
func (r *run) drive(ctx context.Context, engine Engine, builds chan struct{}) {
	defer close(r.done)
	defer r.cancel()
	select {
	case builds <- struct{}{}:
	case <-ctx.Done():
		r.fail(ctx, ctx.Err())
		return
	}
	proc, how, err := engine.Start(ctx, r.job, func(phase string) {
		r.change(func() { r.phase = phase })
	})
	<-builds
	if err != nil {
		r.fail(ctx, err)
		return
	}
	r.change(func() {
		r.proc, r.started = proc, started(r.number, how)
		for _, c := range r.early {
			proc.Control(c)
		}
		r.early = nil
	})
	// The process ends when ctx does; its end is waited for in any case.
	if _, err := proc.Wait(context.WithoutCancel(ctx)); err != nil {
		slog.Error("wait for a run", "lab", r.job.Lab, "err", err)
	}
}

// release closes the process, if it is to be closed, once the run is forgotten.
func (r *run) release(kept context.Context) {
	c, ok := r.state().proc.(Closer)
	if !ok {
		return
	}
	<-kept.Done()
	if err := c.Close(); err != nil {
		slog.Error("give up what a run has kept", "err", err)
	}
}

// fail notes why the run never started.
func (r *run) fail(ctx context.Context, err error) {
	var problems Problems
	var refusal Refusal
	var failure any
	switch {
	case errors.As(err, &problems):
		failure = problemsMsg{Type: "problems", Run: r.number, Problems: problems}
	case errors.As(err, &refusal):
		failure = errorMsg{Type: "error", Run: r.number, Msg: string(refusal)}
	case ctx.Err() != nil:
		failure = errorMsg{Type: "error", Run: r.number, Msg: say.Text(r.job.Lang, "ws.stopped")}
	default:
		slog.Error("start a run", "lab", r.job.Lab, "err", err)
		failure = errorMsg{Type: "error", Run: r.number, Msg: say.Text(r.job.Lang, "ws.broken")}
	}
	r.change(func() { r.failure = failure })
}

// change runs f with the run locked and wakes whoever waits for a change.
func (r *run) change(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *run) state() state {
	r.mu.Lock()
	defer r.mu.Unlock()
	return state{phase: r.phase, failure: r.failure, proc: r.proc, started: r.started, changed: r.changed}
}

// control passes a wish on to the process, or keeps it until there is one.
func (r *run) control(c Command) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case c.Op == Stop && r.proc == nil:
		r.cancel()
	case r.proc != nil:
		r.proc.Control(c)
	case len(r.early) < 16:
		r.early = append(r.early, c)
	}
}

// over tells whether the run's goroutine has gone.
func (r *run) over() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}
