package web

import (
	"context"
	"errors"
	"io"
	"syscall"

	"interleave/labs"
	"interleave/sim/attach"
	"interleave/sim/real"
	"interleave/sim/realtrace"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/sim/say"
	"interleave/web/brought"
	"interleave/web/live"
)

// realRuntime builds programs for the real runtime and runs them there.
type realRuntime interface {
	// Start builds and starts the program as m says, telling phase what it is
	// at. A program with mistakes gives a *runner.BuildError.
	Start(ctx context.Context, p realProgram, m live.Machine, phase func(string)) (realRun, live.Started, error)

	// Cost runs the program by turns in all the ways in which it can be looked at.
	Cost(ctx context.Context, p realProgram, m live.Machine) (any, error)
}

// realProgram is a program with what it is started with.
type realProgram struct {
	Source rewrite.Source
	Args   []string // of a page, whose controls may be those of the program before it was edited
	Procs  int      // 0 is the machine's
	Needs  labs.Real
}

// realRun is a program that runs on the real runtime.
type realRun interface {
	Read(ctx context.Context, seq uint64) ([]byte, error)
	Wait(ctx context.Context) (runner.Result, error)
	Stop()
	Signal(s syscall.Signal)
}

// startReal builds the job's program for the real runtime, and starts it.
func (e *engine) startReal(ctx context.Context, job live.Job, phase func(string)) (live.Process, live.Started, error) {
	if e.real == nil {
		return nil, live.Started{}, live.Refusal(say.Text(job.Lang, "ws.refused.real"))
	}
	phase("build")
	run, how, err := e.real.Start(ctx, e.realProgram(job), job.Machine, phase)
	if err != nil {
		return nil, how, problems(err)
	}
	return realProcess{run, job.Lang, real.Observe(job.Machine.Observe), mostEvents}, how, nil
}

// Cost measures what it costs to look at the job's program.
func (e *engine) Cost(ctx context.Context, job live.Job) (any, error) {
	if e.real == nil {
		return nil, live.Refusal(say.Text(job.Lang, "ws.refused.real"))
	}
	costs, err := e.real.Cost(ctx, e.realProgram(job), job.Machine)
	var unended *real.Unended
	if errors.As(err, &unended) {
		return nil, live.Refusal(unended.Error())
	}
	return costs, problems(err)
}

func (e *engine) realProgram(job live.Job) realProgram {
	p := realProgram{Source: rewrite.Main(filesOf(job.Files)), Args: job.Args, Procs: job.Procs}
	if e.needs != nil {
		p.Needs = e.needs(job.Lab)
	}
	return p
}

// realProcess is a program on the real runtime as a session sees it. It can be
// ended and sent a signal; nobody can hold it, or say who runs next.
//
// Of a run that has more events than a page can hold the page gets the first,
// and how many more there were.
type realProcess struct {
	run     realRun
	lang    string
	observe real.Observe
	most    uint64
}

// mostEvents of a real run go to a page.
const mostEvents = 8 << 20

// Control passes on what a real program can be asked for.
func (p realProcess) Control(c live.Command) {
	switch c.Op {
	case live.Signal:
		p.run.Signal(syscall.Signal(c.Arg))
	case live.Stop:
		p.run.Stop()
	}
}

// Read returns the frame that starts at event seq.
func (p realProcess) Read(ctx context.Context, seq uint64) ([]byte, error) {
	if seq >= p.most {
		if _, err := p.run.Wait(ctx); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	frame, err := p.run.Read(ctx, seq)
	var dropped *real.Dropped
	if errors.As(err, &dropped) {
		return nil, &live.Dropped{First: dropped.First, Events: dropped.Events}
	}
	return frame, err
}

// Wait waits for the end of the run and puts it into words.
func (p realProcess) Wait(ctx context.Context) (live.Result, error) {
	r, err := p.run.Wait(ctx)
	if err != nil {
		return live.Result{}, err
	}
	sentence := say.Verdict(p.lang, r.Verdict)
	add := func(next string) { sentence = say.Text(p.lang, "verdict.join", "list", sentence, "next", next) }
	if r.Events > p.most {
		add(say.Text(p.lang, "real.more", "n", r.Events-p.most))
	}
	switch p.observe {
	case real.Plain:
		add(say.Text(p.lang, "real.unobserved"))
	case real.Traced:
		add(realtrace.Absent(p.lang))
	}
	return live.Result{
		Outcome: r.Verdict.Outcome.String(), Status: r.Verdict.Status, Sentence: sentence,
		Events: r.Events, Stderr: r.Stderr,
	}, nil
}

// startBrought begins to show what a learner brought.
func (e *engine) startBrought(ctx context.Context, job live.Job, phase func(string)) (live.Process, live.Started, error) {
	phase("read")
	src, err := e.shelf.Open(job.Brought)
	if errors.Is(err, brought.ErrGone) {
		err = live.Refusal(say.Text(job.Lang, "ws.refused.brought"))
	}
	if err != nil {
		return nil, live.Started{}, err
	}
	return play(ctx, func(context.Context) (io.ReadCloser, error) { return src, nil }, job.Lang)
}

// startAttach begins to trace a program that runs on this machine.
func (e *engine) startAttach(ctx context.Context, job live.Job, phase func(string)) (live.Process, live.Started, error) {
	phase("attach")
	return play(ctx, func(ctx context.Context) (io.ReadCloser, error) {
		return attach.Trace(ctx, job.Address, job.Time)
	}, job.Lang)
}

func play(ctx context.Context, open brought.Opener, lang string) (live.Process, live.Started, error) {
	t, err := brought.Play(ctx, open, lang)
	if err != nil {
		return nil, live.Started{}, err
	}
	return tape{t}, live.Started{}, nil
}

// tape is what was brought as a session sees it.
type tape struct{ *brought.Tape }

// Control ends the reading, if that is what is wished.
func (t tape) Control(c live.Command) {
	if c.Op == live.Stop {
		t.Stop()
	}
}

// Wait waits until everything was read.
func (t tape) Wait(ctx context.Context) (live.Result, error) {
	r, err := t.Tape.Wait(ctx)
	if err != nil {
		return live.Result{}, err
	}
	return live.Result{Outcome: r.Outcome.String(), Sentence: r.Sentence, Events: r.Events}, nil
}

// onMachine is the real runtime of this machine.
type onMachine struct{ runner *runner.Runner }

// maxKept bounds the frames of a run that are kept for a page that is behind, or
// comes back: two million events.
const maxKept = 64 << 20

// costRuns is how often a program is run in each way to say what that costs.
const costRuns = 5

// Start builds and starts the program.
func (m onMachine) Start(ctx context.Context, p realProgram, how live.Machine, phase func(string)) (realRun, live.Started, error) {
	o := real.Observe(how.Observe)
	binary, err := real.Build(ctx, m.runner, p.Source, o)
	if err != nil {
		return nil, live.Started{}, err
	}
	phase("start")
	run, err := real.Start(ctx, m.runner, binary, o, m.config(p, how, binary.Flags))
	if err != nil {
		return nil, live.Started{}, err
	}
	return run, live.Started{Cached: binary.Cached}, nil
}

// Cost runs the program by turns.
func (m onMachine) Cost(ctx context.Context, p realProgram, how live.Machine) (any, error) {
	plain, err := real.Build(ctx, m.runner, p.Source, real.Plain)
	if err != nil {
		return nil, err
	}
	costs, err := real.Cost(ctx, m.runner, p.Source, m.config(p, how, plain.Flags), costRuns)
	if err != nil {
		return nil, err
	}
	told := costsMsg{Runs: costs.Runs}
	for _, c := range costs.Of {
		told.Rows = append(told.Rows, costMsg{string(c.Observe), c.Wall.Nanoseconds(), c.CPU.Nanoseconds(), c.WallRatio, c.CPURatio})
	}
	return told, nil
}

func (m onMachine) config(p realProgram, how live.Machine, flags []rewrite.Flag) real.Config {
	cfg := real.Config{
		Args: argsFor(p.Args, flags), Procs: p.Procs, GOGC: how.GOGC, GOMEMLIMIT: how.GOMEMLIMIT, Schedtrace: how.Schedtrace,
		MaxFrames: maxKept, Net: p.Needs.Net,
	}
	if p.Needs.Timing {
		cfg.Period = -1
	}
	return cfg
}

// costsMsg is what it costs to look at a program, as a page gets it.
type costsMsg struct {
	Runs int       `json:"runs"`
	Rows []costMsg `json:"rows"`
}

type costMsg struct {
	Observe   string  `json:"observe"`
	Wall      int64   `json:"wall"` // ns
	CPU       int64   `json:"cpu"`  // ns
	WallRatio float64 `json:"wallRatio"`
	CPURatio  float64 `json:"cpuRatio"`
}
