package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"interleave/labs"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

const edits = 11

// benchBuild measures edit → first event for the demos of all labs, split by
// step, beside a plain go build of the same file in the same run.
func benchBuild(ctx context.Context, w io.Writer) error {
	dir, err := os.MkdirTemp("", "interleave-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r, err := runner.New(runner.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	if err := r.Prepare(ctx); err != nil {
		return err
	}
	sources, err := demos()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "edit → first event, ms (median of 11)\tparse\tcheck\trewrite\tcompile\tlink\tstart\ttotal\tnothing edited\tgo build\ttotal/go build\t")
	for _, s := range sources {
		if err := benchEdit(ctx, w, r, dir, s.name, s.src); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

type source struct {
	name string
	src  []byte
}

// demos are the labs' demos and a program heavy with generics.
func demos() ([]source, error) {
	set, err := labs.Load(labs.FS)
	if err != nil {
		return nil, err
	}
	var list []source
	for _, lab := range set.All() {
		list = append(list, source{lab.ID, lab.Demo[0].Src})
	}
	heavy, err := fs.ReadFile(programs, "programs/generic/main.go")
	if err != nil {
		return nil, err
	}
	return append(list, source{"generic-heavy", heavy}), nil
}

func benchEdit(ctx context.Context, w io.Writer, r *runner.Runner, dir, name string, src []byte) error {
	var steps [6][]float64
	var total, cached, stock []float64
	for i := range edits {
		edited := fmt.Appendf(slices.Clone(src), "\nconst edit%d_%d = %d\n", i, time.Now().UnixNano(), i)
		bin, took, err := firstEvent(ctx, r, edited)
		if err != nil {
			return err
		}
		t := bin.Took
		for j, d := range []time.Duration{t.Parse, t.Check, t.Rewrite, t.Compile, t.Link, took - t.Parse - t.Check - t.Rewrite - t.Compile - t.Link} {
			steps[j] = append(steps[j], ms(d))
		}
		total = append(total, ms(took))
		if _, took, err = firstEvent(ctx, r, edited); err != nil {
			return err
		}
		cached = append(cached, ms(took))
		file := filepath.Join(dir, "main.go")
		if err := os.WriteFile(file, edited, 0o600); err != nil {
			return err
		}
		start := time.Now()
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, "stock"), file).CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w\n%s", err, out)
		}
		stock = append(stock, ms(time.Since(start)))
	}
	fmt.Fprintf(w, "%s\t", name)
	for _, s := range steps {
		fmt.Fprintf(w, "%.1f\t", median(s))
	}
	fmt.Fprintf(w, "%.0f\t%.0f\t%.0f\t%.2f\t\n", median(total), median(cached), median(stock), median(total)/median(stock))
	return nil
}

// firstEvent builds and starts a program and waits for its first event.
func firstEvent(ctx context.Context, r *runner.Runner, src []byte) (*runner.Binary, time.Duration, error) {
	start := time.Now()
	bin, err := r.Build(ctx, []rewrite.File{{Name: "main.go", Src: src}})
	if err != nil {
		return nil, 0, err
	}
	run, err := r.Start(ctx, bin, runner.Config{Seed: 1})
	if err != nil {
		return nil, 0, err
	}
	run.Grant(math.MaxUint64)
	_, err = run.Read(ctx, 0)
	took := time.Since(start)
	run.Stop()
	if _, werr := run.Wait(ctx); err == nil && !errors.Is(werr, context.Canceled) {
		err = werr
	}
	return bin, took, err
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func median(xs []float64) float64 {
	xs = slices.Clone(xs)
	slices.Sort(xs)
	return xs[len(xs)/2]
}
