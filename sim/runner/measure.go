package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"interleave/sim/rewrite"
)

// EditTimes is where the time goes from an edit of a program to its first
// event, beside a plain go build of the same original files.
type EditTimes struct {
	Find, Parse, Check, Rewrite, Compile, Link time.Duration // of Build
	Keep                                       time.Duration // the rest of Build
	Start                                      time.Duration // of the process, until its first event is there
	Total                                      time.Duration // all of the above
	Cached                                     time.Duration // the same where nothing was edited
	GoBuild                                    time.Duration // go build in a module of the same files
}

// MeasureEdit edits a program so many times and returns the median of each
// figure by itself; so Total is not quite the sum. Every edit changes what the
// compiler has to say, or the go command would not link again.
func MeasureEdit(ctx context.Context, r *Runner, files []rewrite.File, rounds int) (EditTimes, error) {
	if err := r.Prepare(ctx); err != nil {
		return EditTimes{}, err
	}
	dir, err := os.MkdirTemp(r.work, "edit-")
	if err != nil {
		return EditTimes{}, fmt.Errorf("make room to build: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := WriteWhole(filepath.Join(dir, "go.mod"), []byte("module edited\n\ngo 1.26\n")); err != nil {
		return EditTimes{}, err
	}
	var all []EditTimes
	for round := range rounds + 1 {
		t, err := measureOnce(ctx, r, dir, edited(files, round))
		if err != nil {
			return EditTimes{}, err
		}
		if round > 0 { // the first warms both
			all = append(all, t)
		}
	}
	return medians(all), nil
}

// edited changes the first file a little, differently each time that any
// process asks.
func edited(files []rewrite.File, round int) []rewrite.File {
	files = slices.Clone(files)
	edit := fmt.Sprintf("\nvar edit = %d\n\nfunc init() { edit += %d }\n", time.Now().UnixNano(), round)
	files[0].Src = slices.Concat(files[0].Src, []byte(edit))
	return files
}

func measureOnce(ctx context.Context, r *Runner, dir string, files []rewrite.File) (EditTimes, error) {
	var t EditTimes
	start := time.Now()
	bin, err := r.Build(ctx, rewrite.Main(files))
	if err != nil {
		return t, err
	}
	built := time.Since(start)
	took := bin.Took
	t.Find, t.Parse, t.Check, t.Rewrite, t.Compile, t.Link = took.Find, took.Parse, took.Check, took.Rewrite, took.Compile, took.Link
	t.Keep = built - took.Total()
	first, err := r.firstEvent(ctx, bin)
	if err != nil {
		return t, err
	}
	t.Total = first.Sub(start)
	t.Start = t.Total - built

	start = time.Now()
	if bin, err = r.Build(ctx, rewrite.Main(files)); err != nil {
		return t, err
	}
	if first, err = r.firstEvent(ctx, bin); err != nil {
		return t, err
	}
	t.Cached = first.Sub(start)

	for _, f := range files {
		if err := WriteWhole(filepath.Join(dir, f.Name), f.Src); err != nil {
			return t, err
		}
	}
	start = time.Now()
	if _, err := r.stock.tc.run(ctx, dir, "build", "-o", filepath.Join(dir, "program"), "."); err != nil {
		return t, err
	}
	t.GoBuild = time.Since(start)
	return t, nil
}

// MeasureRewrite rewrites a program so many times, a little edited each time,
// and returns the median of each figure by itself.
func MeasureRewrite(ctx context.Context, r *Runner, src rewrite.Source, rounds int) (rewrite.Took, error) {
	_, rw, err := r.prepared(ctx)
	if err != nil {
		return rewrite.Took{}, err
	}
	src.Packages = slices.Clone(src.Packages)
	last := &src.Packages[len(src.Packages)-1]
	files := last.Files
	var all []rewrite.Took
	for round := range rounds + 1 {
		last.Files = edited(files, round)
		prog, problems, err := rw.Program(src)
		switch {
		case err != nil:
			return rewrite.Took{}, err
		case len(problems) > 0:
			return rewrite.Took{}, &BuildError{problems}
		case round > 0: // the first reads the types of what is imported
			all = append(all, prog.Took)
		}
	}
	return medians(all), nil
}

// firstEvent runs a program up to its first event and says when that came.
func (r *Runner) firstEvent(ctx context.Context, bin *Binary) (time.Time, error) {
	run, err := r.Start(ctx, bin, Config{Hold: true})
	if err != nil {
		return time.Time{}, err
	}
	run.Grant(1)
	_, err = run.Read(ctx, 0)
	at := time.Now()
	run.Stop()
	_, waitErr := run.Wait(context.WithoutCancel(ctx))
	return at, errors.Join(err, waitErr)
}

// medians is the median of each field.
func medians[T EditTimes | rewrite.Took](all []T) (out T) {
	to := reflect.ValueOf(&out).Elem()
	for i := range to.NumField() {
		var ds []time.Duration
		for _, t := range all {
			ds = append(ds, time.Duration(reflect.ValueOf(t).Field(i).Int()))
		}
		slices.Sort(ds)
		to.Field(i).SetInt(int64(ds[len(ds)/2]))
	}
	return out
}
