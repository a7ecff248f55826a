package main

import (
	"context"
	"fmt"
	"io"

	"interleave/sim/explore"
	"interleave/sim/explore/kernel"
	"interleave/sim/runner"
)

// benchMinimal explores the kernels for as long as tools get, and compares how
// many pre-emptions the schedule of what they are about has with how many it
// needs.
func benchMinimal(ctx context.Context, w io.Writer, all bool) error {
	kernels, err := someKernels(all)
	if err != nil {
		return err
	}
	r, err := runner.New(runner.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	var same, more, fewer, proved int
	var differ, missed []string
	for _, k := range kernels {
		bin, err := buildKernel(ctx, r, k.Bug)
		if err != nil {
			return fmt.Errorf("%s: %w", k.Name, err)
		}
		rep, err := explore.Explore(ctx, r, bin, explore.Options{Budget: toolTime, Bound: -1})
		if err != nil {
			return fmt.Errorf("%s: %w", k.Name, err)
		}
		f, ok := about(rep.Findings, k)
		if !ok {
			missed = append(missed, k.Name)
			continue
		}
		if f.Minimal {
			proved++
		}
		switch {
		case f.Preemptions == k.Preemptions:
			same++
			continue
		case f.Preemptions > k.Preemptions:
			more++
		default:
			fewer++
		}
		differ = append(differ, fmt.Sprintf("%s: %s with %d, not %d, proved: %t", k.Name, f.Class, f.Preemptions, k.Preemptions, f.Minimal))
	}
	fmt.Fprintln(w, "pre-emptions of the schedule\tkernels\taim\t")
	fmt.Fprintf(w, "as many as it needs\t%d\t%d\t\n", same, len(kernels))
	fmt.Fprintf(w, "proved to be the fewest\t%d\t%d\t\n", proved, len(kernels))
	fmt.Fprintf(w, "more\t%d\t0\t\n", more)
	fmt.Fprintf(w, "fewer: the kernel says too many\t%d\t0\t\n", fewer)
	list(w, differ)
	fmt.Fprintf(w, "nothing found\t%d\t0\t\n", len(missed))
	list(w, missed)
	return nil
}

// about is the finding that a kernel is about; if there is none by its name, the
// one that counts with the fewest pre-emptions.
func about(found []explore.Finding, k kernel.Kernel) (explore.Finding, bool) {
	best := -1
	for i, f := range found {
		if !counts(f, k) {
			continue
		}
		if best < 0 || names(f, k) && !names(found[best], k) || names(f, k) == names(found[best], k) && f.Preemptions < found[best].Preemptions {
			best = i
		}
	}
	if best < 0 {
		return explore.Finding{}, false
	}
	return found[best], true
}
