package real

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/runner"
	"interleave/sim/say"
)

// Exit statuses of a program that could not be run, as of env and timeout, and
// that a shell reports for what SIGINT ended.
const (
	cannotRun   = 125
	interrupted = 128 + int(syscall.SIGINT)
)

// ends are the signals by which a person or a shell ends a program.
var ends = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// Asked reports whether the arguments of interleave run ask for the real runtime.
func Asked(args []string) bool {
	for i, arg := range args {
		name, value, joined := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch {
		case arg == "--":
			return false
		case !strings.HasPrefix(arg, "-") || name != "mode":
		case joined:
			return value == "real"
		default:
			return i+1 < len(args) && args[i+1] == "real"
		}
	}
	return false
}

// command is a call of interleave run -mode real, or of interleave cost.
type command struct {
	cfg     Config
	observe Observe
	log     string
	runs    int
	args    []string // what names the program, and the program's own
	usage   string
	program runner.Program
}

// Main is interleave run -mode real: it runs the program that args name, prints
// what it prints, and returns its exit status; 125, and a sentence on stderr, if
// it cannot be run.
func Main(args []string, stdout, stderr io.Writer) int {
	c := &command{usage: "run.cli.usage"}
	return c.main(args, stderr, stdout, func(ctx context.Context, r *runner.Runner) (int, error) {
		return c.run(ctx, r, stdout, stderr)
	})
}

// CostMain is interleave cost: it prints what it costs to look at the program
// that args name.
func CostMain(args []string, stdout, stderr io.Writer) int {
	c := &command{usage: "cost.cli.usage"}
	return c.main(args, stderr, stdout, func(ctx context.Context, r *runner.Runner) (int, error) {
		costs, err := Cost(ctx, r, c.program.Source, c.cfg, c.runs)
		if err != nil {
			return cannotRun, err
		}
		return 0, costs.print(stdout)
	})
}

// main reads the command line, finds the program, and does with it what is to be
// done.
func (c *command) main(args []string, stderr, stdout io.Writer, do func(context.Context, *runner.Runner) (int, error)) int {
	err := c.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, say.Text(say.Fallback, c.usage))
		return 0
	}
	status := cannotRun
	if err == nil {
		status, err = c.with(do)
	}
	var blame *runner.BuildError
	switch {
	case errors.As(err, &blame):
		fmt.Fprintln(stderr, c.program.Blame(blame))
	case err != nil:
		fmt.Fprintln(stderr, say.Text(say.Fallback, "run.cli.failed", "error", err))
	}
	return status
}

// parse reads the flags.
func (c *command) parse(args []string) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	cfg := Config{MaxTime: -1, MaxOutput: -1}
	flags.IntVar(&cfg.Procs, "procs", 0, "")
	flags.StringVar(&cfg.GOGC, "gogc", "", "")
	flags.StringVar(&cfg.GOMEMLIMIT, "gomemlimit", "", "")
	var observe string
	if c.usage == "cost.cli.usage" {
		flags.IntVar(&c.runs, "runs", 5, "")
	} else {
		flags.String("mode", "real", "")
		flags.StringVar(&observe, "observe", "", "")
		flags.StringVar(&c.log, "log", "", "")
		flags.DurationVar(&cfg.Schedtrace, "schedtrace", 0, "")
		flags.DurationVar(&cfg.Period, "period", 0, "")
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	c.observe = Observe(observe)
	switch {
	case observe == "" && c.log == "":
		c.observe = Plain
	case observe == "":
		c.observe = Traced
	case !slices.Contains([]Observe{Plain, Traced, Probed}, c.observe):
		return errors.New(say.Text(say.Fallback, "run.cli.observe", "name", observe))
	}
	if cfg.Procs < 0 || cfg.Procs > 1024 {
		return errors.New(say.Text(say.Fallback, "run.cli.procs.real", "n", cfg.Procs))
	}
	c.cfg, c.args = cfg, flags.Args()
	return nil
}

// with finds the program and does something with it.
func (c *command) with(do func(context.Context, *runner.Runner) (int, error)) (int, error) {
	r, err := runner.New(runner.Options{})
	if err != nil {
		return cannotRun, err
	}
	defer r.Close()
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	if c.program, err = r.Named(ctx, c.args); err != nil {
		return cannotRun, err
	}
	c.cfg.Args, c.cfg.Local = c.program.Args, c.program.Local
	c.cfg.Local.Stdin = os.Stdin
	return do(ctx, r)
}

// run runs the program. While it runs, the first signal that would end us is the
// program's; the second ends it.
func (c *command) run(ctx context.Context, r *runner.Runner, stdout, stderr io.Writer) (int, error) {
	b, err := Build(ctx, r, c.program.Source, c.observe)
	if err != nil {
		return cannotRun, err
	}
	var log *os.File
	if c.log != "" {
		if log, err = os.Create(c.log); err != nil {
			return cannotRun, err
		}
		defer log.Close()
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, ends...)
	defer signal.Stop(signals)
	c.cfg.Stdout, c.cfg.Stderr = stdout, stderr
	run, err := Start(context.WithoutCancel(ctx), r, b, c.observe, c.cfg)
	if err != nil {
		return cannotRun, err
	}
	relayed := make(chan struct{})
	go func() { defer close(relayed); runner.Relay(signals, run, run.done) }()
	res, err := run.Wait(context.WithoutCancel(ctx))
	<-relayed
	if err != nil {
		return cannotRun, err
	}
	if log != nil {
		if err := errors.Join(run.Log().WriteJSONL(log), log.Close()); err != nil {
			return cannotRun, fmt.Errorf("write the log: %w", err)
		}
	}
	switch v := res.Verdict; v.Outcome {
	case event.Stopped:
		return interrupted, nil
	case event.Exited, event.Panicked, event.Deadlock:
	default:
		if v.Outcome != event.Fatal || v.Status != 2 { // else the runtime has said it
			fmt.Fprintln(stderr, say.Text(say.Fallback, "run.cli.ended", "sentence", say.Verdict(say.Fallback, v)))
		}
	}
	return res.Verdict.Status, nil
}

// Log is all that is kept of a run that has ended: of what was dropped, the
// summary.
func (r *Run) Log() *eventlog.Log {
	<-r.done
	l := eventlog.New()
	add := l.Sink()
	for _, fs := range [][]eventlog.Frame{r.spool.summary, r.spool.list} { // nobody appends any more
		for _, f := range fs {
			_ = event.Decode(f.Data, add) // it is our own
		}
	}
	return l
}

// round leaves three digits or so.
func round(d time.Duration) time.Duration {
	unit := time.Nanosecond
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}
