package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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
// GOMAXPROCS=1: the same source, as whole processes in turns; the time of an
// empty run is taken off. With events on, the clock stops when all of them have
// come out of the other process.
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
	fmt.Fprintln(w, "million operations a second\tmodel, events off\tmodel, events on\tgo, GOMAXPROCS=1\toff/go\ton/go\tevents an operation\tbytes an event\t")
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
		var last runner.Result
		var bytes uint64
		model := func(quiet bool) func(int) error {
			return func(n int) (err error) {
				last, bytes, err = measureModel(ctx, r, bin, runner.Config{
					Policy: "gmp", Seed: 1, Procs: 1, Args: []string{"-n", strconv.Itoa(n)}, Stream: quiet, MaxEvents: 1 << 30, MaxWork: time.Hour,
				})
				return err
			}
		}
		rates, err := rates(o.n, model(true), func(n int) error {
			_, err := runStock(ctx, stock, "-n", strconv.Itoa(n))
			return err
		}, model(false))
		if err != nil {
			return err
		}
		off, real, on := rates[0], rates[1], rates[2]
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.1f\t%.1f\t\n", o.what, off, on, real, off/real, on/real,
			float64(last.Events)/float64(o.n), float64(bytes)/float64(last.Events))
	}
	return nil
}

// rates times each of fs, in turns, and returns the best in million a second:
// what else the machine does can only make a run longer.
func rates(n int, fs ...func(n int) error) ([]float64, error) {
	empty, full := make([]time.Duration, len(fs)), make([]time.Duration, len(fs))
	for range rounds {
		for i, f := range fs {
			for _, m := range []struct {
				n    int
				best *time.Duration
			}{{0, &empty[i]}, {n, &full[i]}} {
				start := time.Now()
				if err := f(m.n); err != nil {
					return nil, err
				}
				if took := time.Since(start); *m.best == 0 || took < *m.best {
					*m.best = took
				}
			}
		}
	}
	out := make([]float64, len(fs))
	for i := range fs {
		out[i] = float64(n) / (full[i] - empty[i]).Seconds() / 1e6
	}
	return out, nil
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

func runStock(ctx context.Context, bin string, args ...string) (*os.ProcessState, error) {
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Env = []string{"GOMAXPROCS=1"}
	err := cmd.Run()
	return cmd.ProcessState, err
}

func runModel(ctx context.Context, r *runner.Runner, bin *runner.Binary, cfg runner.Config) (runner.Result, error) {
	res, _, err := measureModel(ctx, r, bin, cfg)
	return res, err
}

// measureModel runs a program to its end, and reads all that it says: so many
// bytes.
func measureModel(ctx context.Context, r *runner.Runner, bin *runner.Binary, cfg runner.Config) (res runner.Result, bytes uint64, err error) {
	run, err := r.Start(ctx, bin, cfg)
	if err != nil {
		return res, 0, err
	}
	defer run.Stop()
	for seq := uint64(0); ; {
		frame, err := run.Read(ctx, seq)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return res, 0, err
		}
		h, err := event.ParseHeader(frame)
		if err != nil {
			return res, 0, err
		}
		seq = h.First + uint64(h.Count)
		bytes += uint64(len(frame))
	}
	res, err = run.Wait(ctx)
	if err == nil && res.Verdict.Status != 0 {
		err = fmt.Errorf("the model ended with status %d: %s", res.Verdict.Status, res.Stderr)
	}
	return res, bytes, err
}
