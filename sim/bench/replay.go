package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"interleave/sim/explore"
	"interleave/sim/explore/kernel"
	"interleave/sim/runner"
)

// How often the schedule of each kernel is replayed, and how many edits there are
// of it.
const (
	replaysOfKernel = 10
	editsOfKernel   = 3
)

// benchReplay plays the schedules of what was found again and again, and on
// programs into which a line was inserted that has nothing to do with it.
func benchReplay(ctx context.Context, w io.Writer) error {
	kernels, err := someKernels(true)
	if err != nil {
		return err
	}
	r, err := runner.New(runner.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	var again, plain, edited kept
	for _, k := range kernels {
		s, ok, err := store(ctx, r, k)
		if err == nil && ok {
			err = s.play(ctx, r, replaysOfKernel, &again, &plain, &edited)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", k.Name, err)
		}
	}
	fmt.Fprintln(w, "schedules that break a kernel\tplayed\tas wanted\tpart\taim\t")
	again.print(w, "again: the same events to the byte", "1.000")
	plain.print(w, "on the same program: fails", "1.000")
	edited.print(w, "a line inserted elsewhere: fails", "0.900")
	return nil
}

// kept counts how often something was as wanted, and names where it was not.
type kept struct {
	all, good int
	not       []string
}

func (k *kept) count(good bool, what string) {
	k.all++
	if good {
		k.good++
	} else {
		k.not = append(k.not, what)
	}
}

func (k *kept) print(w io.Writer, what, aim string) {
	fmt.Fprintf(w, "%s\t%d\t%d\t%.3f\t%s\t\n", what, k.all, k.good, float64(k.good)/float64(max(k.all, 1)), aim)
	for _, name := range k.not {
		fmt.Fprintf(w, "\t\t\t\t\t  %s\n", name)
	}
}

// stored is a schedule that breaks a kernel.
type stored struct {
	kernel  kernel.Kernel
	finding explore.Finding
	bin     *runner.Binary
}

// store finds a schedule that breaks a kernel, if it does damage.
func store(ctx context.Context, r *runner.Runner, k kernel.Kernel) (s stored, ok bool, err error) {
	if k.Severity != "bug" {
		return s, false, nil
	}
	bin, err := buildKernel(ctx, r, k.Bug)
	if err != nil {
		return s, false, err
	}
	t, f, err := hunt(ctx, r, bin, k)
	return stored{k, f, bin}, t.found, err
}

// play plays the schedule n times and counts the runs whose events are those of
// the first, then asks whether it fails, here and on edited programs.
func (s stored) play(ctx context.Context, r *runner.Runner, n int, again, plain, edited *kept) error {
	var first []byte
	for i := range n + 1 {
		played, err := explore.Replay(ctx, r, s.bin, s.finding.Schedule, explore.Options{})
		if err != nil {
			return err
		}
		frame, err := played.Log.Frame()
		if err != nil {
			return err
		}
		if i == 0 {
			first = frame
			continue
		}
		again.count(bytes.Equal(first, frame), s.kernel.Name)
	}
	verdict, err := explore.Retry(ctx, r, s.bin, s.finding.Schedule, explore.Options{})
	if err != nil {
		return err
	}
	plain.count(verdict.Verdict == explore.Fails, s.told(verdict))
	for seed := range uint64(editsOfKernel) {
		verdict, err := s.onEdited(ctx, r, seed)
		if err != nil {
			return err
		}
		edited.count(verdict.Verdict == explore.Fails, fmt.Sprintf("%s, edit %d", s.told(verdict), seed))
	}
	return nil
}

func (s stored) told(r explore.Retried) string {
	return fmt.Sprintf("%s (%s): %s", s.kernel.Name, s.finding.Class, r.Sentence)
}

// onEdited plays the schedule on the program with a line inserted.
func (s stored) onEdited(ctx context.Context, r *runner.Runner, seed uint64) (explore.Retried, error) {
	var involved []string
	for _, site := range s.finding.Sites {
		involved = append(involved, site.Func)
	}
	src, err := kernel.Insert(s.kernel.Bug, seed, involved)
	if err != nil {
		return explore.Retried{}, err
	}
	bin, err := buildKernel(ctx, r, src)
	if err != nil {
		return explore.Retried{}, fmt.Errorf("with a line inserted: %w", err)
	}
	return explore.Retry(ctx, r, bin, s.finding.Schedule, explore.Options{})
}
