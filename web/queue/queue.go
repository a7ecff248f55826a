// Package queue brings submissions to their verdicts. They wait in the store;
// a Queue takes them from there in a fair order, has them graded by a few
// workers, and tells whoever watches how they stand. Several processes may
// have a Queue on one store.
//
// # Order
//
// Among learners, who was served longest ago is next: many submissions of one
// delay those of others by one turn and no more. What waits is bounded, for
// each learner and for all.
//
// # Exactly once
//
// A worker holds its submission on a lease that it renews while it grades. If
// the process dies, the lease ends and the submission waits again, wherever
// there is a Queue on the store; if the process is only late, its verdict finds
// that the submission is no longer its own and is dropped. A Queue that is
// closed gives back what it holds.
//
// # Again
//
// When nobody waits, verdicts that are new are looked at once more, one at a
// time, by Grader.Again. That may lower a verdict, never raise one, and stops at
// once when somebody hands in.
package queue

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"sync"
	"time"

	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/say"
	"interleave/web/store"
)

// Grader judges submissions; a [grade.Grader] does. Its methods may be called
// from several goroutines; their errors are ours, not the learner's.
type Grader interface {
	// Grade says how well files solve the lab's exercise.
	Grade(ctx context.Context, lab *labs.Lab, files map[string][]byte) (grade.Report, error)
	// Again looks once more at what came to a report, and returns the report
	// as it is now.
	Again(ctx context.Context, lab *labs.Lab, files map[string][]byte, first grade.Report) (grade.Report, error)
}

// Options say what a Queue works with. Store, Grader and Lab are needed.
type Options struct {
	Store  *store.Store
	Grader Grader
	// Lab returns the lab of that name; nil if there is none.
	Lab     func(id string) (*labs.Lab, error)
	Only    string        // the lab whose submissions are graded here; "" is every lab
	Workers int           // submissions that are graded at once; half the cores if 0
	Bounds  store.Bounds  // of what waits; 8 of each learner and 400 in all if 0
	Lease   time.Duration // how long a process that has died keeps a submission; 6 s if 0
	Time    time.Duration // that one grading may take; 2 min if 0
}

func (o Options) withDefaults() Options {
	if o.Workers == 0 {
		o.Workers = max(1, runtime.NumCPU()/2)
	}
	if o.Bounds == (store.Bounds{}) {
		o.Bounds = store.Bounds{Each: 8, All: 400}
	}
	if o.Lease == 0 {
		o.Lease = 6 * time.Second
	}
	if o.Time == 0 {
		o.Time = 2 * time.Minute
	}
	return o
}

// look is how often the store is asked whether another process changed it.
const look = 300 * time.Millisecond

// Queue grades what waits in a store. Close ends it.
type Queue struct {
	options Options
	store   *store.Store
	owner   string // of this queue's leases
	ctx     context.Context
	cancel  context.CancelFunc
	workers sync.WaitGroup
	idle    chan struct{} // holds the right to grade again

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever something may have changed
}

// New returns a queue that goes on with what waits in the store.
func New(o Options) *Queue {
	o = o.withDefaults()
	q := &Queue{options: o, store: o.Store, owner: rand.Text(), idle: make(chan struct{}, 1), changed: make(chan struct{})}
	q.ctx, q.cancel = context.WithCancel(context.Background())
	for range o.Workers {
		q.workers.Go(q.work)
	}
	q.workers.Go(q.lookout)
	return q
}

// Close ends what is being graded and gives it back to the store, where it
// waits for the next Queue. It is called once.
func (q *Queue) Close() {
	q.cancel()
	q.workers.Wait()
}

// Submit hands in files and returns their submission, which is the same one
// for the same files under the same key. It fails with store.ErrEnough or
// store.ErrFull where too much waits already.
func (q *Queue) Submit(ctx context.Context, l store.LearnerID, lab, key string, files map[string]string) (store.SubmissionID, error) {
	id, err := q.store.Submit(ctx, l, lab, key, files, q.options.Bounds)
	if err == nil {
		q.change()
	}
	return id, err
}

// Status is how a submission stands.
type Status struct {
	store.Submission // its zero value if there is none

	Position int // how many are taken until it is, itself included; 0 if it is not waiting for that
	// Revision is another one whenever the rest of the Status is.
	Revision string
}

// Status returns how a learner's submission stands; id 0 is the latest one.
func (q *Queue) Status(ctx context.Context, l store.LearnerID, lab string, id store.SubmissionID) (Status, error) {
	sub, err := q.store.Submission(ctx, l, lab, id)
	if err != nil || sub == nil {
		return Status{Revision: "0"}, err
	}
	st := Status{Submission: *sub}
	if sub.State == store.Queued {
		if st.Position, err = q.store.Place(ctx, sub.ID); err != nil {
			return Status{}, err
		}
	}
	st.Revision = fmt.Sprintf("%d.%d.%d", sub.ID, sub.Rev, st.Position)
	return st, nil
}

// Wait returns how a learner's submission stands as soon as its Revision is
// another one than the given, or when ctx or the queue ends. Id 0 is the
// latest submission, whichever that is by then.
func (q *Queue) Wait(ctx context.Context, l store.LearnerID, lab string, id store.SubmissionID, revision string) (Status, error) {
	for {
		changed := q.watch()
		// Not with ctx: whoever asks late is answered, too.
		st, err := q.Status(context.WithoutCancel(ctx), l, lab, id)
		if err != nil || st.Revision != revision {
			return st, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return st, nil
		case <-q.ctx.Done():
			return st, nil
		}
	}
}

// watch returns a channel that is closed at the next change.
func (q *Queue) watch() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.changed
}

func (q *Queue) change() {
	q.mu.Lock()
	defer q.mu.Unlock()
	close(q.changed)
	q.changed = make(chan struct{})
}

// lookout notices what other processes change, and leases that end.
func (q *Queue) lookout() {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	var seen int64
	woken := time.Now()
	for {
		select {
		case <-q.ctx.Done():
			return
		case <-ticker.C:
		}
		now, err := q.store.Changes(q.ctx)
		if err != nil {
			q.complain("look for changes", err)
			continue
		}
		if now != seen || time.Since(woken) > q.options.Lease {
			seen, woken = now, time.Now()
			q.change()
		}
	}
}

func (q *Queue) complain(what string, err error) {
	if q.ctx.Err() == nil {
		slog.Error(what, "err", err)
	}
}

// work is one worker: it grades what waits, and what was graded again while
// nothing waits.
func (q *Queue) work() {
	for q.ctx.Err() == nil {
		changed := q.watch()
		sub, err := q.store.Take(q.ctx, q.owner, q.options.Only, q.options.Lease)
		switch {
		case err != nil:
			q.complain("take a submission", err)
		case sub != nil:
			q.change()
			q.grade(sub)
			q.change()
			continue
		case q.again():
			continue
		}
		select {
		case <-changed:
		case <-q.ctx.Done():
		}
	}
}

// grade brings a submission that this queue holds to its verdict.
func (q *Queue) grade(sub *store.Submission) {
	var report grade.Report
	err := q.hold(sub, func(ctx context.Context) error {
		lab, err := q.lab(sub)
		if err == nil {
			report, err = q.options.Grader.Grade(ctx, lab, Texts(sub.Files))
		}
		return err
	})
	ctx := context.WithoutCancel(q.ctx) // what was found out is kept, also at the very end
	switch {
	case err == nil:
		var v store.Verdict
		if v, err = verdict(report); err == nil {
			err = q.store.Graded(ctx, sub.ID, q.owner, v, true)
		}
	case errors.Is(err, store.ErrLost):
	case q.ctx.Err() != nil:
		err = q.store.Release(ctx, sub.ID, q.owner)
	default:
		slog.Error("grade", "lab", sub.Lab, "submission", sub.ID, "err", err)
		err = q.store.GiveUp(ctx, sub.ID, q.owner)
	}
	if err != nil && !errors.Is(err, store.ErrLost) {
		slog.Error("keep a verdict", "submission", sub.ID, "err", err)
	}
}

// again grades something again if nothing else is to be done, and tells
// whether it did.
func (q *Queue) again() bool {
	select {
	case q.idle <- struct{}{}:
		defer func() { <-q.idle }()
	default: // another worker does: one at a time is enough for what nobody waits for
		return false
	}
	sub, err := q.store.TakeAgain(q.ctx, q.owner, q.options.Only, q.options.Lease)
	if err != nil {
		q.complain("take a submission again", err)
	}
	if sub == nil {
		return false
	}
	var first, now grade.Report
	err = q.hold(sub, func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		var watching sync.WaitGroup
		watching.Go(func() { q.makeWay(ctx, cancel) })
		defer watching.Wait()
		defer cancel() // before the wait for it
		lab, err := q.lab(sub)
		if err == nil {
			err = json.Unmarshal(sub.Verdict, &first)
		}
		if err == nil {
			now, err = q.options.Grader.Again(ctx, lab, Texts(sub.Files), first)
		}
		if ctx.Err() != nil {
			return ctx.Err() // whatever came of it was cut short
		}
		return err
	})
	ctx := context.WithoutCancel(q.ctx)
	switch {
	case err == nil:
		err = q.keepAgain(ctx, sub, first, now)
	case errors.Is(err, store.ErrLost):
	case errors.Is(err, context.Canceled):
		err = q.store.Release(ctx, sub.ID, q.owner)
	default:
		slog.Error("grade again", "lab", sub.Lab, "submission", sub.ID, "err", err)
		err = q.store.GiveUp(ctx, sub.ID, q.owner)
	}
	if err != nil && !errors.Is(err, store.ErrLost) {
		slog.Error("keep a verdict", "submission", sub.ID, "err", err)
	}
	q.change()
	return true
}

// keepAgain keeps what came of grading again: a lower verdict, or more about
// one that is as high as it was.
func (q *Queue) keepAgain(ctx context.Context, sub *store.Submission, first, now grade.Report) error {
	if now.Score > first.Score || now.Passed && !first.Passed {
		slog.Error("grading again would have raised a verdict", "lab", sub.Lab, "submission", sub.ID)
		return q.store.GradedAgain(ctx, sub.ID, q.owner, store.Verdict{}, false)
	}
	v, err := verdict(now)
	if err != nil {
		return err
	}
	if bytes.Equal(v.Text, sub.Verdict) {
		v = store.Verdict{} // nothing that its learner would see
	}
	lowered := now.Score < first.Score || first.Passed && !now.Passed
	return q.store.GradedAgain(ctx, sub.ID, q.owner, v, lowered)
}

// makeWay calls cancel when somebody waits for a first verdict; it returns
// when ctx ends.
func (q *Queue) makeWay(ctx context.Context, cancel context.CancelFunc) {
	for {
		changed := q.watch()
		n, err := q.store.Waiting(ctx)
		if err != nil || n > 0 {
			cancel()
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// hold does f while the lease is renewed. It returns store.ErrLost if that was
// in vain: then the submission is somebody else's, and f was ended.
func (q *Queue) hold(sub *store.Submission, f func(ctx context.Context) error) error {
	limited, cancelLimited := context.WithTimeout(say.With(q.ctx, sub.Lang), q.options.Time)
	defer cancelLimited()
	ctx, cancel := context.WithCancelCause(limited)
	var renewing sync.WaitGroup
	renewing.Go(func() {
		ticker := time.NewTicker(q.options.Lease / 3)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			err := q.store.Renew(ctx, sub.ID, q.owner, q.options.Lease)
			if errors.Is(err, store.ErrLost) {
				cancel(err)
			}
		}
	})
	err := f(ctx)
	cause := context.Cause(ctx)
	cancel(nil)
	renewing.Wait()
	if errors.Is(cause, store.ErrLost) {
		return cause
	}
	return err
}

// lab returns a submission's lab.
func (q *Queue) lab(sub *store.Submission) (*labs.Lab, error) {
	lab, err := q.options.Lab(sub.Lab)
	if err == nil && (lab == nil || lab.Exercise == nil) {
		err = errors.New("there is no such exercise any more: " + strconv.Quote(sub.Lab))
	}
	return lab, err
}

// Texts returns files as a Grader takes them.
func Texts(files map[string]string) map[string][]byte {
	out := make(map[string][]byte, len(files))
	for name, text := range files {
		out[name] = []byte(text)
	}
	return out
}

func verdict(r grade.Report) (store.Verdict, error) {
	b, err := json.Marshal(r)
	return store.Verdict{Text: b, Passed: r.Passed, Score: r.Score}, err
}
