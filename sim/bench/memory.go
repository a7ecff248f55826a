package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"time"

	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// accesses is how many times the program increments its variable: two
// accesses each.
const accesses = 3_000_000

// benchMemory measures what an access to a shared variable costs, as whole
// processes in turns: plain Go, the model without and with accesses rewritten,
// looking for races, telling of every access, and both.
func benchMemory(ctx context.Context, w io.Writer) error {
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
	src, err := programs.ReadFile("programs/access/main.go")
	if err != nil {
		return err
	}
	source := rewrite.Main([]rewrite.File{{Name: "main.go", Src: src}})
	plain, err := r.Build(ctx, source)
	if err != nil {
		return err
	}
	source.Memory = true
	seen, err := r.Build(ctx, source)
	if err != nil {
		return err
	}
	stock, err := goBuild(ctx, dir, "access", src)
	if err != nil {
		return err
	}
	model := func(bin *runner.Binary, c runner.Config) func(int) (time.Duration, error) {
		return func(n int) (time.Duration, error) {
			c.Policy, c.Procs, c.MaxEvents, c.Args = "gmp", 1, 1<<24, []string{"-n", strconv.Itoa(n)}
			said, err := runModel(ctx, r, bin, c)
			return said.cpu, err
		}
	}
	ways := []struct {
		name string
		run  func(n int) (cpu time.Duration, err error)
	}{
		{"go, GOMAXPROCS=1", func(n int) (time.Duration, error) {
			state, err := runStock(ctx, stock, "-n", strconv.Itoa(n))
			return state.UserTime() + state.SystemTime(), err
		}},
		{"model, not rewritten", model(plain, runner.Config{Stream: true})},
		{"rewritten", model(seen, runner.Config{Stream: true})},
		{"looking for races", model(seen, runner.Config{Stream: true, Races: true})},
		{"events", model(seen, runner.Config{Accesses: true})},
		{"both", model(seen, runner.Config{Accesses: true, Races: true})},
	}
	fmt.Fprintln(w, "ns an access (counter++ is two), CPU time\tthe best of 5\t")
	for _, way := range ways {
		empty, full := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
		for range rounds {
			for n, least := range map[int]*time.Duration{0: &empty, accesses: &full} {
				cpu, err := way.run(n)
				if err != nil {
					return err
				}
				*least = min(*least, cpu)
			}
		}
		best := float64(full-empty) / (2 * accesses)
		fmt.Fprintf(w, "%s\t%.1f\t\n", way.name, max(best, 0))
	}
	return nil
}
