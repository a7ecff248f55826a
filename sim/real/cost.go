package real

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"interleave/sim/event"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/sim/say"
)

// Costs is what it costs to look at a program.
type Costs struct {
	Runs int // of each
	Of   []OneCost
}

// OneCost is what a program takes that is looked at in one way: the median of
// its runs, and how many times that of the runs that nobody looked at it is.
type OneCost struct {
	Observe             Observe
	Wall, CPU           time.Duration
	WallRatio, CPURatio float64
	Status              int // of the program
}

// Cost runs the same program Plain, Traced and Probed by turns, so often each,
// and says what that took. CPU time is the kernel's count for the process, its
// own of the host's reading not included. The error is a *runner.BuildError if
// the source is to blame, and an *Unended if the program was ended by a limit.
func Cost(ctx context.Context, r *runner.Runner, src rewrite.Source, cfg Config, runs int) (Costs, error) {
	ways := []Observe{Plain, Traced, Probed}
	binaries := make([]*runner.Binary, len(ways))
	for i, o := range ways {
		var err error
		if binaries[i], err = Build(ctx, r, src, o); err != nil {
			return Costs{}, err
		}
	}
	costs := Costs{Runs: max(runs, 1), Of: make([]OneCost, len(ways))}
	used := make([][]Used, len(ways))
	for n := range costs.Runs {
		for k := range ways {
			i := (n + k) % len(ways) // nobody is always first
			u, status, err := once(ctx, r, binaries[i], ways[i], cfg)
			if err != nil {
				return Costs{}, err
			}
			used[i] = append(used[i], u)
			costs.Of[i].Status = status
		}
	}
	for i, o := range ways {
		c := &costs.Of[i]
		c.Observe = o
		c.Wall = median(used[i], func(u Used) time.Duration { return u.Wall })
		c.CPU = median(used[i], func(u Used) time.Duration { return u.CPU })
		c.WallRatio = float64(c.Wall) / float64(max(costs.Of[0].Wall, 1))
		c.CPURatio = float64(c.CPU) / float64(max(costs.Of[0].CPU, 1))
	}
	return costs, nil
}

// An Unended is the error for a program that had to be ended.
type Unended struct {
	Observe Observe
	Result  runner.Result
}

// Error says how it was ended.
func (e *Unended) Error() string {
	return say.Text(say.Fallback, "cost.unended", "sentence", say.Verdict(say.Fallback, e.Result.Verdict))
}

// once runs a program to its end. Nobody reads what happens.
func once(ctx context.Context, r *runner.Runner, b *runner.Binary, o Observe, cfg Config) (Used, int, error) {
	run, err := Start(ctx, r, b, o, cfg)
	if err != nil {
		return Used{}, 0, err
	}
	res, err := run.Wait(context.WithoutCancel(ctx))
	switch {
	case err != nil:
		return Used{}, 0, err
	case ctx.Err() != nil:
		return Used{}, 0, context.Cause(ctx)
	}
	switch res.Verdict.Outcome {
	case event.Exited, event.Panicked, event.Fatal, event.Deadlock:
		return run.Used(), res.Verdict.Status, nil
	}
	return Used{}, 0, &Unended{o, res}
}

// median is the middle of what runs took.
func median(runs []Used, of func(Used) time.Duration) time.Duration {
	var all []time.Duration
	for _, u := range runs {
		all = append(all, of(u))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// print prints the table.
func (c Costs) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(strings.Split(say.Text(say.Fallback, "cost.cli.columns"), "|"), "\t"))
	for _, one := range c.Of {
		fmt.Fprintf(table, "%s\t%v\t%.2f\t%v\t%.2f\n", say.Text(say.Fallback, "cost.cli."+string(one.Observe)),
			round(one.Wall), one.WallRatio, round(one.CPU), one.CPURatio)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, say.Text(say.Fallback, "cost.cli.runs", "n", c.Runs))
	return err
}
