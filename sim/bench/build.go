package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"interleave/labs"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/sim/sandbox"
)

const edits = 11

// benchBuild measures edit → first event for the demos of all labs, split by
// step, beside a plain go build of the same file in the same run.
func benchBuild(ctx context.Context, w io.Writer) error {
	box, err := sandbox.Open(ctx, sandbox.Options{})
	if err != nil {
		return err
	}
	r, err := runner.New(runner.Options{Box: box}) // as the page's programs
	if err != nil {
		return err
	}
	defer r.Close()
	sources, err := demos()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "edit → first event, ms (median of 11)\tparse\tcheck\trewrite\tcompile\tlink\tstart\ttotal\tnothing edited\tgo build\ttotal/go build\t")
	for _, s := range sources {
		t, err := runner.MeasureEdit(ctx, r, []rewrite.File{{Name: "main.go", Src: s.src}}, edits)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintf(w, "%s\t", s.name)
		for _, d := range []time.Duration{t.Parse, t.Check, t.Rewrite, t.Compile, t.Link, t.Start} {
			fmt.Fprintf(w, "%.1f\t", ms(d))
		}
		fmt.Fprintf(w, "%.0f\t%.0f\t%.0f\t%.2f\t\n", ms(t.Total), ms(t.Cached), ms(t.GoBuild), float64(t.Total)/float64(t.GoBuild))
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

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func median(xs []float64) float64 {
	xs = slices.Clone(xs)
	slices.Sort(xs)
	return xs[len(xs)/2]
}
