package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"interleave/sim/explore"
	"interleave/sim/explore/kernel"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

const ourTool = "interleave explore"

// toolTime is what each tool gets for a kernel.
const toolTime = 2 * time.Second

// someKernels are the kernels, or one in four of them.
func someKernels(all bool) ([]kernel.Kernel, error) {
	list, err := kernel.Load(os.DirFS("sim/explore/testdata/kernels"))
	if err != nil || all {
		return list, err
	}
	var some []kernel.Kernel
	for i := 0; i < len(list); i += 4 {
		some = append(some, list[i])
	}
	return some, nil
}

// tried is what came of a tool on a program.
type tried struct {
	found  bool
	after  time.Duration // since its process was started
	runs   int           // begun; 0 if it does not say
	silent bool          // it hung, and nobody said so
}

// benchTools gives every tool the same time for each kernel, from the start of
// the built program on.
func benchTools(ctx context.Context, w io.Writer, all bool) error {
	kernels, err := someKernels(all)
	if err != nil {
		return err
	}
	r, err := runner.New(runner.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	dir, err := os.MkdirTemp("", "interleave-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	ours, err := exploreAll(ctx, r, kernels)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d kernels, at most %v each\tfound\tmedian ms to the first finding\t95 %%\tall\tmedian runs to it\tsilent hangs\tbuild, ms a kernel\t\n", len(kernels), toolTime)
	printTool(w, ourTool, ours.bugs, ours.build)
	fmt.Fprintf(w, "aims\t%d\t20\t250\t%d\t\t0\t\t\n", len(kernels), toolTime.Milliseconds())
	var alone []string // kernels that we miss
	for _, t := range stockTools {
		built, err := t.build(ctx, dir, kernels)
		if err != nil {
			fmt.Fprintf(w, "%s\tnot measured: %v\t\t\t\t\t\t\t\n", t.name, firstLine(err.Error()))
			continue
		}
		var all []tried
		for i, k := range kernels {
			got, err := t.try(ctx, dir, k)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", t.name, k.Name, err)
			}
			all = append(all, got)
			if got.found && !ours.bugs[i].found {
				alone = append(alone, k.Name+" by "+t.name)
			}
		}
		printTool(w, t.name, all, built)
	}
	fmt.Fprintln(w, "\nof these kernels\t\taim\t")
	for _, row := range []struct {
		what  string
		n     int
		aim   int
		which []string
	}{
		{"mended twins proved", ours.proved, (len(kernels) + 1) / 2, nil},
		{"false alarms on mended twins", len(ours.alarms), 0, ours.alarms},
		{"not found by interleave explore", len(ours.missed), 0, ours.missed},
		{"found by another tool alone", len(alone), 0, alone},
		{"found, but not as what the kernel says", len(ours.unnamed), 0, ours.unnamed},
	} {
		fmt.Fprintf(w, "%s\t%d\t%d\t\n", row.what, row.n, row.aim)
		list(w, row.which)
	}
	return nil
}

// list writes names a line each, where they do not change the table.
func list(w io.Writer, names []string) {
	for _, name := range names {
		fmt.Fprintf(w, "\t\t\t  %s\n", name)
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func printTool(w io.Writer, name string, list []tried, build time.Duration) {
	var after, runs []float64
	silent := 0
	for _, t := range list {
		if t.silent {
			silent++
		}
		if t.found {
			after, runs = append(after, ms(t.after)), append(runs, float64(t.runs))
		}
	}
	fmt.Fprintf(w, "%s\t%d\t", name, len(after))
	if len(after) == 0 {
		fmt.Fprint(w, "\t\t\t\t")
	} else {
		slices.Sort(after)
		fmt.Fprintf(w, "%.1f\t%.0f\t%.0f\t", median(after), after[(len(after)*95+99)/100-1], after[len(after)-1])
		if name == ourTool { // it does not say
			fmt.Fprint(w, "\t")
		} else {
			fmt.Fprintf(w, "%.0f\t", median(runs))
		}
	}
	fmt.Fprintf(w, "%d\t%.0f\t\n", silent, ms(build)/float64(len(list)))
}

// explored is what exploring all kernels has shown.
type explored struct {
	bugs    []tried
	missed  []string // kernels
	unnamed []string // kernels of which something else was found than they say
	alarms  []string // mended twins of which something was found
	proved  int      // mended twins of which all schedules were seen
	build   time.Duration
}

func exploreAll(ctx context.Context, r *runner.Runner, kernels []kernel.Kernel) (e explored, err error) {
	if err := r.Prepare(ctx); err != nil {
		return e, err
	}
	for _, k := range kernels {
		start := time.Now()
		bug, err := buildKernel(ctx, r, k.Bug)
		if err != nil {
			return e, fmt.Errorf("%s: %w", k.Name, err)
		}
		e.build += time.Since(start)
		fixed, err := buildKernel(ctx, r, k.Fixed)
		if err != nil {
			return e, fmt.Errorf("%s, mended: %w", k.Name, err)
		}
		t, f, err := hunt(ctx, r, bug, k)
		if err != nil {
			return e, fmt.Errorf("%s: %w", k.Name, err)
		}
		e.bugs = append(e.bugs, t)
		switch {
		case !t.found:
			e.missed = append(e.missed, k.Name)
		case !names(f, k):
			e.unnamed = append(e.unnamed, fmt.Sprintf("%s (%s, not %s)", k.Name, f.Class, k.Finds))
		}
		rep, err := explore.Explore(ctx, r, fixed, explore.Options{Budget: toolTime, Bound: -1, Procs: 1})
		if err != nil {
			return e, fmt.Errorf("%s, mended: %w", k.Name, err)
		}
		for _, f := range rep.Findings {
			if f.Severity != explore.Note {
				e.alarms = append(e.alarms, fmt.Sprintf("%s (%s)", k.Name, cmp.Or(f.Cause, f.Class)))
				break
			}
		}
		if rep.Proof.Exhausted {
			e.proved++
		}
	}
	return e, nil
}

func buildKernel(ctx context.Context, r *runner.Runner, src []byte) (*runner.Binary, error) {
	return explore.Build(ctx, r, rewrite.Main([]rewrite.File{{Name: "main.go", Src: src}}))
}

// counts reports whether a finding is one as bad as the kernel's.
func counts(f explore.Finding, k kernel.Kernel) bool {
	return f.Severity == explore.Bug || f.Severity == explore.Hazard && k.Severity == "hazard"
}

// names reports whether a finding is the one that the kernel is about.
func names(f explore.Finding, k kernel.Kernel) bool {
	return counts(f, k) && (f.Class == k.Finds || f.Cause == k.Finds)
}

// hunt explores a program by one process until it has found what the kernel is
// about, and returns when the first finding came and what was found last.
func hunt(ctx context.Context, r *runner.Runner, bin *runner.Binary, k kernel.Kernel) (t tried, last explore.Finding, err error) {
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	var mu sync.Mutex
	start := time.Now()
	tell := func(n explore.News) {
		mu.Lock()
		defer mu.Unlock()
		if n.Finding == nil || !counts(*n.Finding, k) || t.found && names(last, k) {
			return
		}
		if !t.found {
			t.found, t.after = true, time.Since(start)
		}
		if last = *n.Finding; names(last, k) {
			enough()
		}
	}
	_, err = explore.Explore(ctx, r, bin, explore.Options{Budget: toolTime, Bound: -1, Procs: 1, Tell: tell})
	mu.Lock()
	defer mu.Unlock()
	return t, last, err
}
