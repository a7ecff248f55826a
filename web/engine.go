package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"syscall"
	"time"

	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/sim/sandbox"
	"interleave/sim/say"
	"interleave/web/brought"
	"interleave/web/live"
)

// engine runs pages' programs with a runner.
type engine struct {
	runner *runner.Runner
	// tests returns the program of an exercise's tests with these files; nil
	// where no tests can be run.
	tests func(ctx context.Context, lab string, files map[string]string) (runner.Program, error)
	real  realRuntime // nil: nothing is run there
	// needs returns what a lab's programs need there; nil: none needs anything.
	needs func(lab string) labs.Real
	shelf *brought.Shelf
}

// newEngine returns an engine whose programs are built and run in box, and whose
// runner keeps what it compiles in dir; "" is the user's cache.
func newEngine(dir string, box *sandbox.Box) (*engine, error) {
	r, err := runner.New(runner.Options{Dir: dir, Box: box})
	return &engine{runner: r, real: onMachine{r}, shelf: &brought.Shelf{}}, err
}

// prepare compiles what most programs need, before anyone asks for it.
func (e *engine) prepare(ctx context.Context) error { return e.runner.Prepare(ctx) }

// close removes what the runner keeps while it is open. All runs have ended.
func (e *engine) close() error { return errors.Join(e.runner.Close(), e.shelf.Close()) }

// Start starts what the job asks for.
func (e *engine) Start(ctx context.Context, job live.Job, phase func(string)) (live.Process, live.Started, error) {
	switch job.Mode {
	case live.Real:
		return e.startReal(ctx, job, phase)
	case live.Brought:
		return e.startBrought(ctx, job, phase)
	case live.Attach:
		return e.startAttach(ctx, job, phase)
	}
	return e.startModel(ctx, job, phase)
}

// startModel builds the job's program for the model and starts it.
func (e *engine) startModel(ctx context.Context, job live.Job, phase func(string)) (live.Process, live.Started, error) {
	r := e.runner
	phase("build")
	program, err := e.program(ctx, job)
	if err != nil {
		return nil, live.Started{}, err
	}
	binary, err := r.Build(ctx, program.Source)
	if err != nil {
		return nil, live.Started{}, problems(err)
	}
	phase("start")
	began := time.Now()
	cfg := runner.Config{
		Policy: job.Policy, Seed: job.Seed, Procs: job.Procs, Depth: job.Depth, GC: job.GC,
		Args: append(program.Args, argsFor(job.Args, binary.Flags)...), Local: program.Local, Record: true, Accesses: job.Memory, Races: job.Memory,
		Schedule: job.Schedule, Choices: job.Choices, Every: job.Every, Cut: job.Cut,
	}
	how := live.Started{Cached: binary.Cached}
	if job.Cut > 0 {
		if cfg, err = byHand(ctx, r, binary, cfg); err != nil {
			return nil, live.Started{}, err
		}
		how.Schedule = cfg.Schedule
	}
	cfg.Hold = job.Hold
	run, err := r.Start(ctx, binary, cfg)
	if err != nil {
		return nil, live.Started{}, err
	}
	how.Took = map[string]time.Duration{
		"find": binary.Took.Find, "parse": binary.Took.Parse, "check": binary.Took.Check, "rewrite": binary.Took.Rewrite,
		"compile": binary.Took.Compile, "link": binary.Took.Link, "start": time.Since(began),
	}
	return process{run, job.Lang}, how, nil
}

// program returns the job's program: its files, or the tests of its exercise.
func (e *engine) program(ctx context.Context, job live.Job) (runner.Program, error) {
	if job.Test == "" {
		src := rewrite.Main(filesOf(job.Files))
		src.Memory = job.Memory
		return runner.Program{Source: src}, nil
	}
	if e.tests == nil {
		return runner.Program{}, live.Refusal(say.Text(job.Lang, "ws.refused.test", "test", job.Test))
	}
	p, err := e.tests(ctx, job.Lab, job.Files)
	if err != nil {
		return p, problems(err)
	}
	p.Source.Memory = job.Memory
	p.Args = append(p.Args, "-test.run=^"+job.Test+"$")
	return p, nil
}

// filesOf returns a page's files as the rewriter takes them.
func filesOf(texts map[string]string) []rewrite.File {
	files := make([]rewrite.File, 0, len(texts))
	for name, text := range texts {
		files = append(files, rewrite.File{Name: name, Src: []byte(text)})
	}
	return files
}

// byHand goes through a run up to its cut, and returns the settings of one that
// does the same up to there, and then asks who runs next.
func byHand(ctx context.Context, r *runner.Runner, b *runner.Binary, cfg runner.Config) (runner.Config, error) {
	run, err := r.Start(ctx, b, cfg)
	if err != nil {
		return cfg, err
	}
	log, err := runner.Collect(ctx, run)
	if err != nil {
		return cfg, fmt.Errorf("follow a run to event %d: %w", cfg.Cut, err)
	}
	cfg.Policy, cfg.Schedule, cfg.Choices, cfg.Cut = "hand", log.Schedule, nil, 0
	return cfg, nil
}

// argsFor leaves out what sets a flag that the program does not have: the page's
// controls may be those of the program before it was edited.
func argsFor(args []string, flags []rewrite.Flag) []string {
	return slices.DeleteFunc(slices.Clone(args), func(arg string) bool {
		name, _, isFlag := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		return isFlag && strings.HasPrefix(arg, "-") &&
			!slices.ContainsFunc(flags, func(f rewrite.Flag) bool { return f.Name == name })
	})
}

// problems makes of a build's error the page's list of them.
func problems(err error) error {
	var failed *runner.BuildError
	if !errors.As(err, &failed) {
		return err
	}
	list := make(live.Problems, 0, len(failed.Problems))
	for _, p := range failed.Problems {
		list = append(list, live.Problem{File: p.File, Line: p.Line, Col: p.Col, Msg: p.Msg, Refused: p.Refused})
	}
	return list
}

// process is a runner's run as a session sees it.
type process struct {
	run  *runner.Run
	lang string
}

// Control passes a wish on to the run.
func (p process) Control(c live.Command) {
	switch c.Op {
	case live.Want:
		p.run.Grant(c.Arg)
	case live.Pause:
		p.run.Pause()
	case live.Step:
		p.run.Step(int(min(c.Arg, math.MaxInt32)))
	case live.Choose:
		p.run.Choose(event.GID(min(c.Arg, math.MaxUint32)))
	case live.Signal:
		p.run.Signal(syscall.Signal(c.Arg))
	case live.Stop:
		p.run.Stop()
	}
}

// Read returns the frame that starts at event seq.
func (p process) Read(ctx context.Context, seq uint64) ([]byte, error) { return p.run.Read(ctx, seq) }

// Wait waits for the end of the run and puts it into words.
func (p process) Wait(ctx context.Context) (live.Result, error) {
	r, err := p.run.Wait(ctx)
	if err != nil {
		return live.Result{}, err
	}
	return live.Result{
		Outcome: r.Verdict.Outcome.String(), Status: r.Verdict.Status, Sentence: say.Verdict(p.lang, r.Verdict),
		Events: r.Events, Stderr: r.Stderr,
	}, nil
}
