package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"
	"time"

	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// A crowd is the program with many goroutines, for both runtimes.
type crowd struct {
	ctx   context.Context
	r     *runner.Runner
	model *runner.Binary
	stock string
}

// A sample is what one process took.
type sample struct {
	time time.Duration
	peak uint64 // resident memory, bytes
}

// inModel and inGo run the program with k goroutines and n values.
func (c *crowd) inModel(k, n int) (sample, error) {
	start := time.Now()
	res, err := runModel(c.ctx, c.r, c.model, runner.Config{
		Policy: "gmp", Procs: 1, Stream: true, Args: crowdArgs(k, n),
		MaxWork: time.Hour, MaxCPU: time.Hour, MaxWall: time.Hour, MaxMemory: 16 << 30,
	})
	return sample{time.Since(start), res.peak}, err
}

func (c *crowd) inGo(k, n int) (sample, error) {
	start := time.Now()
	state, err := runStock(c.ctx, c.stock, crowdArgs(k, n)...)
	if err != nil {
		return sample{}, err
	}
	return sample{time.Since(start), uint64(state.SysUsage().(*syscall.Rusage).Maxrss) << 10}, nil
}

func crowdArgs(k, n int) []string {
	return []string{"-k", strconv.Itoa(k), "-n", strconv.Itoa(n)}
}

// benchScale measures many goroutines: their memory, and whether an operation
// costs more among many.
func benchScale(ctx context.Context, w io.Writer) error {
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
	src, err := programs.ReadFile("programs/crowd/main.go")
	if err != nil {
		return err
	}
	c := &crowd{ctx: ctx, r: r}
	if c.model, err = r.Build(ctx, rewrite.Main([]rewrite.File{{Name: "main.go", Src: src}})); err != nil {
		return err
	}
	if c.stock, err = goBuild(ctx, dir, "crowd", src); err != nil {
		return err
	}
	if err := c.memory(w); err != nil {
		return err
	}
	if err := c.million(w); err != nil {
		return err
	}
	return c.flat(w)
}

// smallStack is the smallest stack of a goroutine: runtime.stackMin.
const smallStack = 2048

// memory prints what a blocked goroutine occupies: the difference between
// 200,000 and 100,000 of them, which leaves out all that is there without them.
func (c *crowd) memory(w io.Writer) error {
	each := func(run func(k, n int) (sample, error)) (float64, error) {
		few, err := run(100_000, 0)
		if err != nil {
			return 0, err
		}
		many, err := run(200_000, 0)
		return (float64(many.peak) - float64(few.peak)) / 100_000, err
	}
	model, err := each(c.inModel)
	if err != nil {
		return err
	}
	stock, err := each(c.inGo)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "resident bytes a goroutine blocked in a receive, of 100,000\tmodel\tgo\tmodel - go\tmodel - its stack\taim\t")
	fmt.Fprintf(w, "\t%.0f\t%.0f\t%.0f\t%.0f\t3072\t\n", model, stock, model-stock, model-smallStack)
	return nil
}

// million prints what a million goroutines take, blocked at once and then
// released.
func (c *crowd) million(w io.Writer) error {
	fmt.Fprintln(w, "1,000,000 goroutines blocked, then released\tseconds\tGB resident\taim, GB\t")
	for _, side := range []struct {
		name string
		run  func(k, n int) (sample, error)
	}{{"model", c.inModel}, {"go, GOMAXPROCS=1", c.inGo}} {
		s, err := side.run(1_000_000, 0)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t16\t\n", side.name, s.time.Seconds(), float64(s.peak)/1e9)
	}
	return nil
}

// flat prints the time of a hand-off to one of k goroutines that wait for it
// in turn.
func (c *crowd) flat(w io.Writer) error {
	fmt.Fprintln(w, "ns a hand-off among so many goroutines\tmodel\tgo, GOMAXPROCS=1\t")
	for k := 10; k <= 100_000; k *= 10 {
		n := max(500_000, 20*k)
		times := make([]float64, 2)
		for i, run := range []func(k, n int) (sample, error){c.inModel, c.inGo} {
			full, err := quickest(func() (sample, error) { return run(k, n) })
			if err != nil {
				return err
			}
			empty, err := quickest(func() (sample, error) { return run(k, 0) })
			if err != nil {
				return err
			}
			times[i] = float64(full-empty) / float64(n)
		}
		fmt.Fprintf(w, "%d\t%.0f\t%.0f\t\n", k, times[0], times[1])
	}
	return nil
}

// quickest is the shortest of some runs: what else the machine does can only
// make one longer.
func quickest(run func() (sample, error)) (time.Duration, error) {
	var best time.Duration
	for i := range rounds {
		s, err := run()
		if err != nil {
			return 0, err
		}
		if i == 0 || s.time < best {
			best = s.time
		}
	}
	return best, nil
}
