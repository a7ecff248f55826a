package brought

import (
	"bufio"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/realtrace"
	"interleave/sim/say"
)

const (
	most    = 8 << 20   // events that a page is given
	maxText = 256 << 20 // bytes of a log that is text
	peek    = 64 << 10
)

// Result is how reading ended.
type Result struct {
	Outcome  event.Outcome
	Sentence string // what is wrong, if something is, and what is not there
	Events   uint64 // that are shown
}

// Tape is what was brought, on its way to a page. Its methods may be called at
// the same time, and after its end.
type Tape struct {
	spool  *spool
	lang   string
	most   uint64
	cancel context.CancelFunc
	done   chan struct{} // closed once everything was read

	// Of the goroutine that reads, and after done of everybody.
	framer  *realtrace.Framer
	last    event.Record
	shown   uint64
	dropped uint64
	since   uint64 // ns: the time of the first that was dropped
	real    bool   // its first event says that it is the real runtime's
	result  Result

	mu      sync.Mutex
	stopped bool
}

// An Opener returns a trace or a log. What it returns is closed, also while it is
// read where the reading is to end; so is the wait for it by the end of ctx.
type Opener func(ctx context.Context) (io.ReadCloser, error)

// Play begins to read what open returns. It stops when ctx ends or the tape is
// stopped; what was read until then stays. Close the tape when nobody reads it
// any more.
func Play(ctx context.Context, open Opener, lang string) (*Tape, error) {
	s, err := newSpool()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	return start(ctx, cancel, s, open, lang, most), nil
}

// start begins to read as many as limit events.
func start(ctx context.Context, cancel context.CancelFunc, s *spool, open Opener, lang string, limit uint64) *Tape {
	t := &Tape{spool: s, lang: lang, most: limit, cancel: cancel, done: make(chan struct{})}
	t.framer = realtrace.NewFramer(s.add)
	go func() {
		defer close(t.done)
		defer cancel()
		t.finish(ctx, t.read(ctx, open))
	}()
	return t
}

// Read returns a frame whose first event is number seq, waiting for it; io.EOF
// after the last.
func (t *Tape) Read(ctx context.Context, seq uint64) ([]byte, error) { return t.spool.read(ctx, seq) }

// Wait waits until everything was read.
func (t *Tape) Wait(ctx context.Context) (Result, error) {
	select {
	case <-t.done:
		return t.result, nil
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
}

// Stop ends the reading. It does not wait.
func (t *Tape) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
	t.cancel()
}

// Close stops the tape, waits for its end and gives up what it has kept.
func (t *Tape) Close() error {
	t.cancel()
	<-t.done
	return t.spool.close()
}

// read reads everything, and says what is wrong with it.
func (t *Tape) read(ctx context.Context, open Opener) string {
	src, err := open(ctx)
	if err != nil {
		return t.wrong(ctx, err)
	}
	closed := context.AfterFunc(ctx, func() { _ = src.Close() }) // what waits for more waits no longer
	defer func() {
		closed()
		_ = src.Close() // it was read
	}()
	in := bufio.NewReaderSize(src, peek)
	if head, err := in.Peek(1); err == nil && head[0] == '{' {
		return t.log(ctx, in)
	}
	_, err = realtrace.Read(in, t.sink(ctx), realtrace.Options{Flush: t.framer.Flush, Lang: t.lang})
	return t.wrong(ctx, err)
}

// wrong puts what went wrong into words; that somebody wanted it to end is not.
func (t *Tape) wrong(ctx context.Context, err error) string {
	var problem interface{ Sentence(lang string) string }
	switch {
	case err == nil || ctx.Err() != nil:
		return ""
	case errors.As(err, &problem):
		return problem.Sentence(t.lang)
	}
	return say.Text(t.lang, "viewer.broken", "error", err)
}

// sink takes what is read, and of events as many as can be shown.
func (t *Tape) sink(ctx context.Context) event.Sink {
	to := t.framer.Sink()
	// What no event that is shown names is not defined.
	text, site, object, take := to.Text, to.Site, to.Object, to.Event
	full := func() bool { return t.shown >= t.most }
	to.Text = func(id uint32, s string) error {
		if full() {
			return nil
		}
		return text(id, s)
	}
	to.Site = func(id uint32, s event.Site) error {
		if full() {
			return nil
		}
		return site(id, s)
	}
	to.Object = func(id event.ObjID, o event.Object) error {
		if full() {
			return nil
		}
		return object(id, o)
	}
	to.Event = func(seq uint64, r event.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if t.shown == 0 {
			t.real = r.Kind == event.Traced
		}
		switch {
		case full() && r.Kind != event.RunEnd:
			if t.dropped == 0 {
				t.since = r.T
			}
			t.dropped++
			t.last.T = r.T
			return nil
		case full():
			r.Val = 0 // its text came when nothing was defined any more
		}
		t.shown++
		t.last = r
		return take(seq, r)
	}
	return to
}

// finish ends a log that has no end yet, and says how it stands.
func (t *Tape) finish(ctx context.Context, sentence string) {
	var err error
	t.mu.Lock()
	stopped := t.stopped
	t.mu.Unlock()
	outcome := event.Untold
	switch {
	case t.last.Kind == event.RunEnd:
		outcome = event.Outcome(t.last.Obj)
	case t.shown > 0 && t.real && ctx.Err() != nil:
		outcome = event.Stopped
		err = t.framer.Sink().Event(t.shown, event.Record{T: t.last.T, Kind: event.RunEnd, Obj: event.ObjID(outcome), P: event.NoP})
		t.shown++
	}
	err = errors.Join(err, t.framer.Flush())
	if stopped && sentence == "" {
		sentence = say.Text(t.lang, "viewer.stopped")
	}
	if t.dropped > 0 {
		missing := say.Text(t.lang, "viewer.dropped", "n", t.dropped, "since", time.Duration(t.since).Round(time.Microsecond))
		sentence = join(t.lang, sentence, missing)
	}
	if sentence == "" {
		sentence = say.Verdict(t.lang, eventlog.Verdict{Outcome: outcome, Status: int(t.last.N)})
	}
	if t.real {
		sentence = join(t.lang, sentence, realtrace.Absent(t.lang))
	}
	t.result = Result{Outcome: outcome, Sentence: sentence, Events: t.shown}
	t.spool.end(err)
}

func join(lang, a, b string) string {
	if a == "" {
		return b
	}
	return say.Text(lang, "verdict.join", "list", a, "next", b)
}
