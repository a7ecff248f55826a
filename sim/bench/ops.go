package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"interleave/sim/event"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

//go:embed programs
var programs embed.FS

// An op is a program that does one thing n times; n is chosen so that the
// process runs for a good part of a second.
type op struct {
	name string
	what string
	n    int
}

var ops = []op{
	{"handoff", "unbuffered hand-off", 500_000},
	{"buffered", "buffered send + receive", 2_000_000},
	{"mutex", "uncontended lock + unlock", 3_000_000},
	{"rwmutex", "uncontended RLock + RUnlock", 3_000_000},
	{"select2", "select of 2", 500_000},
	{"select3", "select of 3", 500_000},
	{"select8", "select of 8", 300_000},
	{"spawn", "spawn + join", 300_000},
	{"many", "100,000 spawned, then joined", 300_000},
	{"timer", "timer set + stopped", 500_000},
}

const rounds = 5

// benchOps compares operations in the model with the real runtime at
// GOMAXPROCS=1: the same source, as whole processes; the time of an empty run
// is taken off.
func benchOps(ctx context.Context, w io.Writer) error {
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
	fmt.Fprintln(w, "million operations a second\tmodel, events off\tmodel, events on\tgo, GOMAXPROCS=1\toff/go\ton/go\t")
	for _, o := range ops {
		src, err := programs.ReadFile("programs/" + o.name + "/main.go")
		if err != nil {
			return err
		}
		bin, err := r.Build(ctx, rewrite.Main([]rewrite.File{{Name: "main.go", Src: src}}))
		if err != nil {
			return err
		}
		stock, err := goBuild(ctx, dir, o.name, src)
		if err != nil {
			return err
		}
		model := func(quiet bool) func(int) error {
			return func(n int) error { return runModel(ctx, r, bin, n, quiet) }
		}
		rates, err := rates(o.n, model(true), model(false), func(n int) error { return runStock(ctx, stock, n) })
		if err != nil {
			return err
		}
		off, on, real := rates[0], rates[1], rates[2]
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", o.what, off, on, real, off/real, on/real)
	}
	return nil
}

// rates times each of fs, in turns, and returns medians in million a second.
func rates(n int, fs ...func(n int) error) ([]float64, error) {
	times := make([][]float64, len(fs))
	for range rounds {
		for i, f := range fs {
			empty, err := timed(f, 0)
			if err != nil {
				return nil, err
			}
			full, err := timed(f, n)
			if err != nil {
				return nil, err
			}
			times[i] = append(times[i], (full - empty).Seconds())
		}
	}
	out := make([]float64, len(fs))
	for i, ts := range times {
		slices.Sort(ts)
		out[i] = float64(n) / ts[len(ts)/2] / 1e6
	}
	return out, nil
}

func timed(f func(int) error, n int) (time.Duration, error) {
	start := time.Now()
	err := f(n)
	return time.Since(start), err
}

func goBuild(ctx context.Context, dir, name string, src []byte) (string, error) {
	file, bin := filepath.Join(dir, name+".go"), filepath.Join(dir, name)
	if err := os.WriteFile(file, src, 0o600); err != nil {
		return "", err
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", bin, file).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", name, err, out)
	}
	return bin, nil
}

func runStock(ctx context.Context, bin string, n int) error {
	cmd := exec.CommandContext(ctx, bin, "-n", strconv.Itoa(n))
	cmd.Env = []string{"GOMAXPROCS=1"}
	return cmd.Run()
}

func runModel(ctx context.Context, r *runner.Runner, bin *runner.Binary, n int, quiet bool) error {
	run, err := r.Start(ctx, bin, runner.Config{Policy: "gmp", Seed: 1, Procs: 1, Args: []string{"-n", strconv.Itoa(n)}, Stream: quiet, MaxEvents: 1 << 30})
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
