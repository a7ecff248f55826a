package compare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/sim/sandbox"
)

// Most output and memory of a run, on both sides.
const (
	maxOutput = 64 << 20
	maxMemory = 2 << 30
)

// runModel runs a program under the model of Go's scheduler, with one seed
// after the other. What one of them does first has to keep the laws of event
// logs.
func runModel(ctx context.Context, r *runner.Runner, bin *runner.Binary, o Options) (list []Outcome, ms float64, err error) {
	var took []time.Duration
	for seed := range o.Runs {
		cfg := runner.Config{
			Policy: "gmp", Seed: uint64(seed) + 1, Procs: o.Procs, Stream: true,
			MaxOutput: maxOutput, MaxWall: o.Limit, MaxCPU: o.Limit, MaxWork: math.MaxInt64, MaxMemory: maxMemory,
		}
		start := time.Now()
		log, res, err := runOnce(ctx, r, bin, cfg)
		if err != nil {
			return nil, 0, err
		}
		took = append(took, time.Since(start))
		list = append(list, modelOutcome(log, res))
		if seed > 0 {
			if !list[seed].Ended {
				break // it would not end the next time either
			}
			continue
		}
		cfg.Stream, cfg.MaxEvents = false, 1<<18
		if log, _, err = runOnce(ctx, r, bin, cfg); err != nil {
			return nil, 0, err
		}
		if err := eventlog.Validate(log); err != nil {
			return nil, 0, unlawful{fmt.Errorf("seed %d: %w", cfg.Seed, err)}
		}
	}
	return list, median(took), nil
}

func runOnce(ctx context.Context, r *runner.Runner, bin *runner.Binary, cfg runner.Config) (*eventlog.Log, runner.Result, error) {
	run, err := r.Start(ctx, bin, cfg)
	if err != nil {
		return nil, runner.Result{}, err
	}
	defer run.Stop()
	log, err := runner.Collect(ctx, run)
	if err != nil {
		return nil, runner.Result{}, err
	}
	res, err := run.Wait(ctx)
	return log, res, err
}

// unlawful says that a run of the model broke a law of event logs.
type unlawful struct{ error }

func modelOutcome(log *eventlog.Log, res runner.Result) Outcome {
	o := Outcome{Status: res.Verdict.Status}
	var text [3]strings.Builder
	for _, e := range log.Events {
		if e.Kind == event.Output {
			text[e.N].WriteString(log.Text(e.Val))
		}
	}
	o.Stdout, o.Stderr = text[1].String(), complaint(text[2].String()+res.Stderr)
	switch res.Verdict.Outcome {
	case event.Exited, event.Deadlock, event.Panicked, event.Fatal:
		o.Ended = true
	case event.MemLimit: // the real runtime says so itself
		o.Ended, o.Stderr = true, "fatal error: runtime: out of memory"
	}
	return o
}

// complaint is what a program wrote to standard error, without the stacks that
// the runtime adds to a panic.
func complaint(stderr string) string {
	for _, mark := range []string{"\n[signal ", "\n\ngoroutine ", "\n\nruntime stack:", "\ngoroutine "} {
		stderr, _, _ = strings.Cut(stderr, mark)
	}
	return strings.TrimSpace(stderr)
}

// binary is a program of the unmodified toolchain.
type binary struct{ dir string }

// buildReal has the go command build a program: one that is by itself from a
// copy, which needs none of what its module may lack, any other where it is.
// The error is a *runner.BuildError if the program is to blame.
func buildReal(ctx context.Context, p Source, src rewrite.Source) (*binary, error) {
	dir, err := os.MkdirTemp("", "interleave-compare-")
	if err != nil {
		return nil, err
	}
	b := &binary{dir}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", b.path())
	cmd.Dir, cmd.Env = filepath.Dir(p.Files[0]), append(os.Environ(), "GOFLAGS=", "GOPROXY=off")
	if len(src.Packages) == 1 {
		cmd.Dir, cmd.Env = dir, append(cmd.Env, "GOWORK=off")
		files := src.Packages[0].Files
		if lang, ok := strings.CutPrefix(src.Packages[0].Lang, "go"); ok {
			files = append(slices.Clone(files), rewrite.File{Name: "go.mod", Src: []byte("module program\n\ngo " + lang + "\n")})
		}
		for _, f := range files {
			if err := os.WriteFile(filepath.Join(dir, f.Name), f.Src, 0o600); err != nil {
				return nil, errors.Join(err, b.remove())
			}
		}
	}
	for _, name := range p.Files {
		cmd.Args = append(cmd.Args, filepath.Base(name))
	}
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && ctx.Err() == nil {
		problem := rewrite.Problem{File: filepath.Base(p.Files[0]), Line: 1, Col: 1, Msg: strings.TrimSpace(string(out))}
		return nil, errors.Join(&runner.BuildError{Problems: []rewrite.Problem{problem}}, b.remove())
	}
	if err != nil {
		return nil, errors.Join(err, b.remove())
	}
	return b, nil
}

func (b *binary) path() string { return filepath.Join(b.dir, "program.exe") }

func (b *binary) remove() error { return os.RemoveAll(b.dir) }

// run runs the program several times, the last run more than a second after
// the first.
func (b *binary) run(ctx context.Context, o Options) (list []Outcome, ms float64, err error) {
	var took []time.Duration
	first := time.Now()
	for i := range o.Runs {
		if i > 0 && i == o.Runs-1 {
			if err := pause(ctx, 1100*time.Millisecond-time.Since(first)); err != nil {
				return nil, 0, err
			}
		}
		start := time.Now()
		out, err := b.once(ctx, o)
		if err != nil {
			return nil, 0, err
		}
		took = append(took, time.Since(start))
		list = append(list, out)
		if !out.Ended && i > 0 {
			break // it would not end the next time either
		}
	}
	return list, median(took), nil
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(max(d, 0))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// once runs the program with nothing to read and next to no environment, as
// the model does.
func (b *binary) once(ctx context.Context, o Options) (Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, o.Limit)
	defer cancel()
	stdout, stderr := head{max: maxOutput}, head{max: maxOutput}
	res, err := sandbox.Own().Run(ctx, sandbox.Spec{
		Path: b.path(), Dir: b.dir, Env: []string{"TZ=UTC", fmt.Sprint("GOMAXPROCS=", o.Procs)},
		Stdout: &stdout, Stderr: &stderr, Limits: sandbox.Limits{Data: maxMemory},
	})
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Stdout: stdout.String(), Stderr: complaint(stderr.String()), Status: res.State.ExitCode(), Ended: ctx.Err() == nil}
	if out.Status < 0 {
		out.Status = 128 + int(res.State.Sys().(syscall.WaitStatus).Signal())
	}
	return out, nil
}

// head keeps the beginning of what is written to it.
type head struct {
	bytes.Buffer
	max int
}

// Write keeps what still fits, and takes the rest as well.
func (h *head) Write(p []byte) (int, error) {
	h.Buffer.Write(p[:min(len(p), h.max-h.Len())])
	return len(p), nil
}

func median(took []time.Duration) float64 {
	slices.Sort(took)
	return float64(took[len(took)/2].Microseconds()) / 1000
}
