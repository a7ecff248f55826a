package runner

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// Run is a program that runs or has run. All its methods may be called at the
// same time, and after its end.
type Run struct {
	process
	log    *frames
	door   door
	ring   ring
	spoilt bool // what it says is no event log

	kick   chan struct{} // there are commands to write
	done   chan struct{} // closed when everything is known
	result Result        // once done

	// Of what changes while it runs, under process.mu:
	flow   flow          // how far it may go
	queue  []byte        // commands not written yet
	choice bool          // it waits for a goroutine to be chosen
	over   bool          // its last event has come
	active time.Duration // how long it could have gone on
}

// Result is how a run ended.
type Result struct {
	Verdict eventlog.Verdict
	Events  uint64
	Time    time.Duration // virtual, from the beginning to the end
	Stderr  string        // what the Go runtime itself had to say; of much, the beginning
}

// ending is an outcome with what there is to say about it.
type ending struct {
	outcome event.Outcome
	status  int
	message string
}

// killed is the status that a shell reports for what SIGKILL ended.
const killed = 128 + 9

// Start runs a program as cfg says. The run ends with ctx at the latest;
// nothing of it is left once [Run.Wait] returns. The binary has to be one of
// the last that were built: after many others it may have been dropped, and
// Build makes it again.
func (r *Runner) Start(ctx context.Context, b *Binary, cfg Config) (*Run, error) {
	cfg = cfg.withDefaults()
	run := &Run{
		process: process{cfg: cfg}, log: newFrames(cfg.Stream),
		kick: make(chan struct{}, 1), done: make(chan struct{}),
	}
	if !cfg.Hold {
		run.flow.wish = noLimit
	}
	run.flow.sent = run.flow.next(0)
	if !r.piped {
		run.ring = newRing()
	}
	config, err := cfg.message(run.flow.sent, run.ring.file != nil)
	if err != nil {
		closeAll(run.ring.file)
		return nil, err
	}
	run.queue = config
	r.binaries.used(b.Path)
	if err := run.process.start(r.Box(), b.Path, run.ring.file); err != nil {
		closeAll(run.ring.file)
		return nil, err
	}
	run.kick <- struct{}{}
	go run.watch(ctx)
	return run, nil
}

// watch owns the run: it keeps its clock, ends it when its time is up or ctx
// is, and waits for all that belongs to it.
func (r *Run) watch(ctx context.Context) {
	defer close(r.done)
	var readers sync.WaitGroup
	readers.Go(r.readFrames)
	writer := make(chan struct{})
	go func() { defer close(writer); r.writeCommands() }()

	clock := time.NewTicker(clockTick)
	defer clock.Stop()
	cancelled := ctx.Done()
	for running := true; running; {
		select {
		case <-clock.C:
			r.tick()
		case <-cancelled:
			cancelled = nil
			r.Stop()
		case <-r.cmd.Done():
			running = false
		}
	}
	// What is in the pipe is read to its end; a stranger that holds it open
	// does not keep us.
	r.events.SetReadDeadline(time.Now().Add(drainTime))
	r.control.Close()
	readers.Wait()
	<-writer
	if !r.spoilt {
		r.salvage()
	}
	closeAll(r.events, r.ring.file)
	r.finish()
}

const (
	clockTick = 50 * time.Millisecond
	drainTime = time.Second
	exitTime  = 2 * time.Second // from the last event to the end of the process
)

// tick counts the time in which the run could have gone on.
func (r *Run) tick() {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.over:
		if r.active += clockTick; r.active >= exitTime {
			r.killLocked(ending{event.Fatal, killed, "the program did not exit after its end"})
		}
	case !r.choice && r.log.count() < r.flow.sent:
		if r.active += clockTick; r.active >= r.cfg.MaxWall {
			r.killLocked(ending{event.TimeLimit, killed, fmt.Sprintf("%v of time", r.cfg.MaxWall)})
		}
	}
}

// Grant lets the run go on until seq events exist, and ends a pause.
func (r *Run) Grant(seq uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flow.paused = false
	r.flow.wish = max(r.flow.wish, seq)
	r.pump()
}

// Pause holds the run soon: it may go on for as many events as it was allowed
// to be ahead of what has arrived, some ten thousand.
func (r *Run) Pause() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flow.paused = true
}

// Step lets a run that is held go on for n events more than there are.
func (r *Run) Step(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flow.paused = true
	if target := r.log.count() + uint64(max(n, 0)); target > r.flow.sent {
		r.flow.sent = target
		r.command(opGrant, target)
	}
}

// Choose names the goroutine that runs next, where policy hand asks for one.
func (r *Run) Choose(g event.GID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.choice {
		r.choice = false
		r.command(opChoose, uint64(g))
	}
}

// Signal sends the program a signal, as somebody outside would. It gets it
// when it next asks whether it may go on, or at once if it only waits.
func (r *Run) Signal(s syscall.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.over {
		r.command(opSignal, uint64(s))
	}
}

// Stop ends the run if it has not ended. It does not wait.
func (r *Run) Stop() { r.kill(ending{event.Stopped, killed, ""}) }

// Read returns a frame that starts exactly at event seq, waiting for that
// event. It returns io.EOF once the run has ended and seq is past its last
// event. The caller must not change the frame.
func (r *Run) Read(ctx context.Context, seq uint64) ([]byte, error) { return r.log.read(ctx, seq) }

// Wait waits for the end of the run and of everything that belongs to it. Its
// error is ctx's: the run goes on.
func (r *Run) Wait(ctx context.Context) (Result, error) {
	select {
	case <-r.done:
		return r.result, nil
	case <-ctx.Done():
		return Result{}, context.Cause(ctx)
	}
}

// Used is the processor's time and the most memory, in bytes, that the process
// of a run used that has ended: unlike its Result they are never twice the same.
func (r *Run) Used() (cpu time.Duration, peak uint64) {
	used := r.cmd.Wait()
	return used.CPU, used.Peak
}

// Operations of commands.
const (
	opGrant  = 1
	opChoose = 2
	opSignal = 3
	opTaken  = 4
)

// command queues a command; r.mu is held. A grant that was not written yet
// gives way to the next.
func (r *Run) command(op byte, arg uint64) {
	var c [commandSize]byte
	c[0] = op
	binary.LittleEndian.PutUint64(c[8:], arg)
	r.queue = append(r.queue, c[:]...)
	select {
	case r.kick <- struct{}{}:
	default: // the writer knows already
	}
}

const commandSize = 16

// writeCommands writes the configuration and the commands, until the pipe is
// closed.
func (r *Run) writeCommands() {
	for {
		select {
		case <-r.kick:
		case <-r.cmd.Done():
			return
		}
		r.mu.Lock()
		b := r.queue
		r.queue = nil
		r.mu.Unlock()
		if _, err := r.control.Write(b); err != nil {
			return // the process has ended, or will be ended for not listening
		}
	}
}

// pump passes on what part of the wish is due; r.mu is held.
func (r *Run) pump() {
	if target := r.flow.next(r.log.count()); target > r.flow.sent {
		r.flow.sent = target
		r.command(opGrant, target)
	}
}

// Collect reads a run that nobody holds to its end and returns its log.
func Collect(ctx context.Context, r *Run) (*eventlog.Log, error) {
	l := eventlog.New()
	for {
		frame, err := r.Read(ctx, uint64(len(l.Events)))
		switch {
		case errors.Is(err, io.EOF):
			_, err := r.Wait(ctx)
			return l, err
		case err != nil:
			return l, err
		}
		if err := l.AddFrame(frame); err != nil {
			return l, fmt.Errorf("collect the run: %w", err)
		}
	}
}
