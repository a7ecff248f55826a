// Package submit hands in exercises that are written in the learner's own
// editor, in a module that interleave start wrote: once, or whenever a file is
// saved. What is handed in stands in the same store as what a page hands in.
package submit

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"

	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/grade/module"
	"interleave/sim/say"
	"interleave/web/queue"
	"interleave/web/store"
	"interleave/web/watch"
)

// Config says what is handed in, and for whom.
type Config struct {
	Dir     string // the module
	Content []string
	Data    string       // directory of the store; "" is the default one
	Learner string       // whose profile; "" is the default one
	Grader  queue.Grader // nil is the one of package grade
	Out     io.Writer
}

// desk is a module with all that it takes to hand it in.
type desk struct {
	Config
	lab     *labs.Lab
	store   *store.Store
	queue   *queue.Queue
	learner store.Learner
	own     io.Closer         // the grader, if it was made here
	last    map[string][]byte // what was handed in last
}

// open finds out which lab a module is of, and opens the store and its queue.
// Who calls it closes it.
func open(ctx context.Context, c Config) (*desk, error) {
	marker, err := module.Open(c.Dir)
	if err != nil {
		return nil, err
	}
	if len(c.Content) == 0 {
		c.Content = marker.Content
	}
	d := &desk{Config: c}
	if d.lab, err = module.Lab(c.Content, marker.Lab); err != nil {
		return nil, err
	}
	if marker.Version != grade.Version(d.lab) {
		d.print(say.Text(say.Fallback, "submit.version", "lab", marker.Lab))
	}
	dir := c.Data
	if dir == "" {
		if dir, err = store.DefaultDir(); err != nil {
			return nil, err
		}
	}
	if d.store, err = store.Open(ctx, dir); err != nil {
		return nil, err
	}
	if d.learner, err = d.store.Learner(ctx, cmp.Or(c.Learner, store.DefaultLearner)); err != nil {
		return nil, errors.Join(err, d.store.Close())
	}
	if d.Grader == nil {
		g := grade.New(grade.Options{})
		d.Grader, d.own = g, g
	}
	// Where a server is running on the same store, either of the two grades. What
	// else waits there is the server's: it may be of labs that are not known here.
	d.queue = queue.New(queue.Options{Store: d.store, Grader: d.Grader, Only: d.lab.ID, Lab: func(id string) (*labs.Lab, error) {
		return module.Lab(c.Content, id)
	}})
	return d, nil
}

func (d *desk) close() error {
	d.queue.Close()
	err := d.store.Close()
	if d.own != nil {
		err = errors.Join(err, d.own.Close())
	}
	return err
}

func (d *desk) print(lines ...string) {
	for _, line := range lines {
		fmt.Fprintln(d.Out, line)
	}
}

// Once hands in the module's files as they are, and prints the verdict.
func Once(ctx context.Context, c Config) (report grade.Report, err error) {
	d, err := open(ctx, c)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	files, err := module.Files(d.lab.Exercise, d.Dir)
	if err != nil {
		return report, err
	}
	return d.judge(ctx, files)
}

// Watch hands the module's files in whenever one of them was saved and is not
// as it was handed in last, and prints each verdict, until ctx ends.
func Watch(ctx context.Context, c Config) (err error) {
	d, err := open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := d.recall(ctx); err != nil {
		return err
	}
	watcher, err := watch.New(d.Dir)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	saved := make(chan struct{}, 1) // one more look, however often something was saved
	ended := make(chan error, 1)    // so that the watcher never waits for us
	go func() {
		ended <- watcher.Run(ctx, func([]string) {
			select {
			case saved <- struct{}{}:
			default:
			}
		})
	}()
	defer func() {
		cancel()
		if ended != nil {
			err = errors.Join(err, <-ended)
		}
	}()
	d.print(say.Text(say.Fallback, "watch.begin", "lab", d.lab.Title, "dir", d.Dir))
	for {
		if err := d.look(ctx); err != nil && ctx.Err() == nil {
			d.print(say.Text(say.Fallback, "watch.failed", "reason", err)) // the next save tries again
			d.last = nil
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-ended:
			ended = nil
			return err
		case <-saved:
		}
	}
}

// recall finds what was handed in last, by whichever way. What is still as the
// lab gave it need not be handed in.
func (d *desk) recall(ctx context.Context) error {
	d.last = make(map[string][]byte)
	subs, err := d.store.Submissions(ctx, d.learner.ID, d.lab.ID, 0)
	if err != nil {
		return err
	}
	if len(subs) > 0 && subs[0].Verdict != nil {
		for name, text := range subs[0].Files {
			d.last[name] = []byte(text)
		}
		return nil
	}
	for _, f := range d.lab.Exercise.Starter {
		d.last[f.Name] = f.Src
	}
	return nil
}

// look hands in what is in the module, if it is not what was handed in last.
func (d *desk) look(ctx context.Context) error {
	files, err := module.Files(d.lab.Exercise, d.Dir)
	if err != nil {
		return err
	}
	same := func(a, b []byte) bool { return string(a) == string(b) }
	if maps.EqualFunc(files, d.last, same) || len(files) < len(d.lab.Exercise.Starter) {
		return nil // an editor that saves may have taken a file away for a moment
	}
	d.last = files
	_, err = d.judge(ctx, files)
	return err
}

// judge hands in files and prints the verdict, as soon as it is there.
func (d *desk) judge(ctx context.Context, files map[string][]byte) (grade.Report, error) {
	d.print(say.Text(say.Fallback, "submit.grading", "lab", d.lab.Title))
	texts := make(map[string]string, len(files))
	for name, src := range files {
		texts[name] = string(src)
	}
	var report grade.Report
	id, err := d.queue.Submit(ctx, d.learner.ID, d.lab.ID, rand.Text(), texts)
	switch {
	case errors.Is(err, store.ErrTooBig): // the verdict says so better
		if report, err = d.Grader.Grade(ctx, d.lab, files); err != nil {
			return report, err
		}
	case errors.Is(err, store.ErrEnough), errors.Is(err, store.ErrFull):
		return report, errors.New(say.Text(say.Fallback, "submit.full"))
	case err != nil:
		return report, err
	default:
		if report, err = d.await(ctx, id); err != nil {
			return report, err
		}
	}
	how, err := grade.Play(report, d.Dir)
	if err == nil {
		_, err = io.WriteString(d.Out, grade.Text(d.lab, report)+how)
	}
	return report, err
}

// await waits for the verdict on a submission, and says how many are before it.
func (d *desk) await(ctx context.Context, id store.SubmissionID) (report grade.Report, err error) {
	revision, position := "", 1
	for {
		status, err := d.queue.Wait(ctx, d.learner.ID, d.lab.ID, id, revision)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return report, err
		}
		if status.Verdict != nil {
			if err := json.Unmarshal(status.Verdict, &report); err != nil {
				return report, fmt.Errorf("verdict of %s: %w", d.lab.ID, err)
			}
			return report, nil
		}
		if !status.State.Waits() {
			return report, errors.New(say.Text(say.Fallback, "submit.failed", "lab", d.lab.Title))
		}
		if status.Position > 1 && status.Position != position {
			d.print(say.Text(say.Fallback, "submit.position", "n", status.Position-1))
		}
		revision, position = status.Revision, status.Position
	}
}
