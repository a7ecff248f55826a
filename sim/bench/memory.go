package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"time"

	"interleave/sim/event"
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
	model := func(bin *runner.Binary, c runner.Config) func(int) error {
		return func(n int) error { return runAccesses(ctx, r, bin, n, c) }
	}
	ways := []struct {
		name string
		run  func(int) error
	}{
		{"go, GOMAXPROCS=1", func(n int) error { _, err := runStock(ctx, stock, "-n", strconv.Itoa(n)); return err }},
		{"model, not rewritten", model(plain, runner.Config{Stream: true})},
		{"rewritten", model(seen, runner.Config{Stream: true})},
		{"looking for races", model(seen, runner.Config{Stream: true, Races: true})},
		{"events", model(seen, runner.Config{Accesses: true})},
		{"both", model(seen, runner.Config{Accesses: true, Races: true})},
	}
	fmt.Fprintln(w, "ns an access (counter++ is two)\tthe best of 5\t")
	for _, way := range ways {
		best := math.Inf(1)
		for range rounds {
			empty, err := timed(way.run, 0)
			if err != nil {
				return err
			}
			full, err := timed(way.run, accesses)
			if err != nil {
				return err
			}
			best = min(best, float64(full-empty)/(2*accesses))
		}
		fmt.Fprintf(w, "%s\t%.1f\t\n", way.name, max(best, 0))
	}
	return nil
}

func runAccesses(ctx context.Context, r *runner.Runner, bin *runner.Binary, n int, c runner.Config) error {
	c.Policy, c.Procs, c.MaxEvents, c.Args = "gmp", 1, 1<<24, []string{"-n", strconv.Itoa(n)}
	run, err := r.Start(ctx, bin, c)
	if err != nil {
		return err
	}
	defer run.Stop()
	run.Grant(math.MaxUint64)
	for seq := uint64(0); ; {
		frame, err := run.Read(ctx, seq)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		h, err := event.ParseHeader(frame)
		if err != nil {
			return err
		}
		seq = h.First + uint64(h.Count)
	}
	res, err := run.Wait(ctx)
	if err == nil && res.Verdict.Status != 0 {
		err = fmt.Errorf("the model ended with status %d: %s", res.Verdict.Status, res.Stderr)
	}
	return err
}

func timed(f func(int) error, n int) (time.Duration, error) {
	start := time.Now()
	err := f(n)
	return time.Since(start), err
}
