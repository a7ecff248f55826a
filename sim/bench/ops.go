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

// An op is a program that does one thing n times, or on times with events on:
// both so that the process runs for a good part of a second.
type op struct {
	name  string
	what  string
	n, on int
}

var ops = []op{
	{"handoff", "unbuffered hand-off", 2_000_000, 500_000},
	{"buffered", "buffered send + receive", 5_000_000, 1_000_000},
	{"mutex", "uncontended lock + unlock", 30_000_000, 1_000_000},
	{"rwmutex", "uncontended RLock + RUnlock", 30_000_000, 1_000_000},
	{"select2", "select of 2", 1_000_000, 300_000},
	{"select3", "select of 3", 1_000_000, 300_000},
	{"select8", "select of 8", 500_000, 200_000},
	{"spawn", "spawn + join", 1_000_000, 200_000},
	{"many", "100,000 spawned, then joined", 500_000, 300_000},
	{"timer", "timer set + stopped", 1_000_000, 500_000},
}

const rounds = 5

// benchOps compares operations in the model with the real runtime at
// GOMAXPROCS=1: the same source, as whole processes in turns; what an empty run
// takes is taken off. With events on, the clock stops when all of them have
// come out of the other process. The processor's time is the program's alone:
// on a busy machine that is the figure to look at.
// With only, it is that op alone.
func benchOps(ctx context.Context, w io.Writer, only string) error {
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
	fmt.Fprintln(w, "million operations a second\tmodel, events off\tmodel, events on\tgo, GOMAXPROCS=1\toff/go\ton/go\tin CPU time: off/go\ton/go\tevents an operation\tbytes an event\t")
	for _, o := range ops {
		if only != "" && only != o.name {
			continue
		}
		if err := o.bench(ctx, w, r, dir); err != nil {
			return err
		}
	}
	return nil
}

func (o op) bench(ctx context.Context, w io.Writer, r *runner.Runner, dir string) error {
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
	var said said
	model := func(quiet bool) func(int) (time.Duration, error) {
		return func(n int) (_ time.Duration, err error) {
			said, err = runModel(ctx, r, bin, runner.Config{
				Policy: "gmp", Seed: 1, Procs: 1, Args: []string{"-n", strconv.Itoa(n)}, Stream: quiet, MaxEvents: 1 << 30, MaxWork: time.Hour,
			})
			return said.cpu, err
		}
	}
	rates, err := measure(
		task{o.n, model(true)},
		task{o.n, func(n int) (time.Duration, error) {
			state, err := runStock(ctx, stock, "-n", strconv.Itoa(n))
			return state.UserTime() + state.SystemTime(), err
		}},
		task{o.on, model(false)})
	if err != nil {
		return err
	}
	off, real, on := rates[0], rates[1], rates[2]
	fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.1f\t%.1f\t\n", o.what, off.wall, on.wall, real.wall,
		off.wall/real.wall, on.wall/real.wall, off.cpu/real.cpu, on.cpu/real.cpu,
		float64(said.Events)/float64(o.on), float64(said.bytes)/float64(said.Events))
	return nil
}

// A task does something n times and returns the processor's time for it.
type task struct {
	n   int
	run func(n int) (cpu time.Duration, err error)
}

// A rate is in million a second, of time and of the processor's time.
type rate struct{ wall, cpu float64 }

// measure does the tasks, in turns, and returns the best of each: what else
// the machine does can only make one longer.
func measure(tasks ...task) ([]rate, error) {
	type best struct{ wall, cpu time.Duration }
	bests := make([][2]best, len(tasks)) // empty, full
	for round := range rounds {
		for i, t := range tasks {
			for j, n := range []int{0, t.n} {
				start := time.Now()
				cpu, err := t.run(n)
				if err != nil {
					return nil, err
				}
				wall := time.Since(start)
				b := &bests[i][j]
				if round == 0 {
					*b = best{wall, cpu}
				}
				b.wall, b.cpu = min(b.wall, wall), min(b.cpu, cpu)
			}
		}
	}
	out := make([]rate, len(tasks))
	for i, t := range tasks {
		empty, full := bests[i][0], bests[i][1]
		out[i] = rate{float64(t.n) / (full.wall - empty.wall).Seconds() / 1e6, float64(t.n) / (full.cpu - empty.cpu).Seconds() / 1e6}
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

// said is a run in the model, and how many bytes it was told in.
type said struct {
	runner.Result
	bytes uint64
	cpu   time.Duration
	peak  uint64 // resident memory, bytes
}

// runModel runs a program to its end, and reads all that it says.
func runModel(ctx context.Context, r *runner.Runner, bin *runner.Binary, cfg runner.Config) (s said, err error) {
	run, err := r.Start(ctx, bin, cfg)
	if err != nil {
		return s, err
	}
	defer run.Stop()
	for seq := uint64(0); ; {
		frame, err := run.Read(ctx, seq)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, err
		}
		h, err := event.ParseHeader(frame)
		if err != nil {
			return s, err
		}
		seq = h.First + uint64(h.Count)
		s.bytes += uint64(len(frame))
	}
	s.Result, err = run.Wait(ctx)
	s.cpu, s.peak = run.Used()
	if err == nil && s.Verdict.Status != 0 {
		err = fmt.Errorf("the model ended with status %d: %s", s.Verdict.Status, s.Stderr)
	}
	return s, err
}
