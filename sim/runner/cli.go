package runner

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/say"
)

// cannotRun is the exit status of a program that could not be run, as of env
// and timeout.
const cannotRun = 125

// interrupted is the status that a shell reports for what SIGINT ended.
const interrupted = 128 + int(syscall.SIGINT)

// maxShellOutput is how much a program may print into a terminal or pipe.
const maxShellOutput = 256 << 20

// command is a call of interleave run.
type command struct {
	cfg   Config
	cache string // for New
	log   string // file for the event log; "" for none
	named
}

// Main is interleave run: it runs the program that args name, prints what it
// prints, and returns its exit status; 125, and a sentence on stderr, if it
// cannot be run.
func Main(args []string, stdout, stderr io.Writer) int {
	return runCommand("", args, stdout, stderr)
}

// runCommand is Main with its cache in a directory.
func runCommand(cache string, args []string, stdout, stderr io.Writer) int {
	cmd, err := parseCommand(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, say.Text(say.Fallback, "run.cli.usage"))
		return 0
	}
	status := cannotRun
	if err == nil {
		cmd.cache = cache
		status, err = cmd.run(context.Background(), stdout, stderr)
	}
	var blame *BuildError
	switch {
	case errors.As(err, &blame):
		fmt.Fprintln(stderr, cmd.blame(blame))
	case err != nil:
		fmt.Fprintln(stderr, say.Text(say.Fallback, "run.cli.failed", "error", err))
	}
	return status
}

// how are the flags that say how programs are run.
type how struct {
	policy, schedule, log *string
	seed                  *uint64
	procs, depth          *int
	gc                    *bool
	memory, race          *bool
}

func addHow(flags *flag.FlagSet) how {
	flags.SetOutput(io.Discard)
	return how{
		policy: flags.String("policy", "", ""), schedule: flags.String("schedule", "", ""), log: flags.String("log", "", ""),
		seed: flags.Uint64("seed", 1, ""), procs: flags.Int("procs", 4, ""), depth: flags.Int("depth", 3, ""),
		gc:     flags.Bool("gc", false, ""),
		memory: flags.Bool("memory", false, ""), race: flags.Bool("race", false, ""),
	}
}

// config checks the flags; the programs are the user's own.
func (h how) config() (Config, error) {
	switch {
	case !slices.Contains([]string{"", "gmp", "fifo", "lifo", "random", "pct", "replay"}, *h.policy):
		return Config{}, complaintf("run.cli.policy", "name", *h.policy)
	case *h.schedule != "" && *h.policy != "" && *h.policy != "replay":
		return Config{}, complaintf("run.cli.replay", "name", *h.policy)
	case *h.schedule == "" && *h.policy == "replay":
		return Config{}, complaintf("run.cli.noschedule")
	case *h.procs < 1 || *h.procs > 64:
		return Config{}, complaintf("run.cli.procs", "n", *h.procs)
	case *h.depth < 1 || *h.depth > 1000:
		return Config{}, complaintf("run.cli.depth", "n", *h.depth)
	}
	c := Config{
		Policy: *h.policy, Seed: *h.seed, Procs: *h.procs, Depth: *h.depth, GC: *h.gc, MaxOutput: maxShellOutput, MaxEvents: 1 << 23, Record: *h.log != "",
		// A run without a log goes on as fast as its output is taken, and leaves
		// nothing in memory. Races are named by what is in the log.
		Stream: *h.log == "" && !*h.memory && !*h.race, Hold: true,
		Accesses: *h.memory, Races: *h.memory || *h.race,
		Local: &Local{Env: os.Environ()},
	}
	if *h.schedule != "" {
		text, err := ReadSchedule(*h.schedule)
		if err != nil {
			return Config{}, err
		}
		c.Policy, c.Schedule = "replay", text
	}
	return c, nil
}

// parseCommand reads the command line and the program's files.
func parseCommand(args []string) (*command, error) {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	how := addHow(flags)
	mode := flags.String("mode", "model", "")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	paths, own := split(flags.Args())
	if *mode != "model" {
		return nil, complaintf("run.cli.mode", "name", *mode)
	}
	cfg, err := how.config()
	if err != nil {
		return nil, err
	}
	cfg.Args, cfg.Local.Stdin = own, os.Stdin
	if cfg.Local.Dir, err = os.Getwd(); err != nil {
		return nil, fmt.Errorf("find the current directory: %w", err)
	}
	c := &command{log: *how.log, cfg: cfg}
	return c, c.read(paths)
}

// ReadSchedule reads a schedule, as flag -schedule does: a file of its own, or the one in a log that
// -log wrote.
func ReadSchedule(name string) (string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	if !bytes.HasPrefix(text, []byte("{")) {
		return string(text), nil
	}
	l, err := eventlog.ReadJSONL(bytes.NewReader(text))
	if err != nil {
		return "", fmt.Errorf("read the schedule in %s: %w", name, err)
	}
	if l.Schedule == "" {
		return "", complaintf("run.cli.unrecorded", "path", name)
	}
	return l.Schedule, nil
}

// complaintf is an error that is a sentence of the catalogue.
func complaintf(key string, args ...any) error {
	return errors.New(say.Text(say.Fallback, key, args...))
}

// ends are the signals by which a person or a shell ends a program.
var ends = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// run builds and runs the program. While it runs, the first signal that would
// end us is the program's, which may be listening; the second ends it.
func (c *command) run(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	r, err := New(Options{Dir: c.cache})
	if err != nil {
		return cannotRun, err
	}
	defer r.Close()
	bin, err := c.build(ctx, r)
	if err != nil {
		return cannotRun, err
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, ends...)
	defer signal.Stop(signals)
	res, err := r.follow(ctx, bin, c.cfg, c.log, stdout, stderr, signals)
	if err != nil {
		return cannotRun, err
	}
	if res.Verdict.Outcome == event.Stopped {
		return interrupted, nil
	}
	sayEnd(stderr, res)
	return res.Verdict.Status, nil
}

// build builds the program, unless a signal comes first.
func (c *command) build(ctx context.Context, r *Runner) (*Binary, error) {
	ctx, stop := signal.NotifyContext(ctx, ends...)
	defer stop()
	src, err := c.source(ctx, r)
	if err != nil {
		return nil, err
	}
	src.Local, src.Memory = true, c.cfg.Races
	return r.Build(ctx, src)
}

// follow runs a program to its end, prints what it prints and writes its log
// to a file, if that has a name. It gets the first of the signals; the next one
// ends it.
func (r *Runner) follow(ctx context.Context, bin *Binary, cfg Config, logFile string, stdout, stderr io.Writer, signals <-chan os.Signal) (res Result, err error) {
	var log *os.File
	if logFile != "" {
		if log, err = os.Create(logFile); err != nil {
			return res, err
		}
		defer log.Close()
	}
	run, err := r.Start(ctx, bin, cfg)
	if err != nil {
		return res, err
	}
	go Relay(signals, run, run.done)
	p := printer{stdout: stdout, stderr: stderr, log: eventlog.New(), all: log != nil}
	err = p.print(run)
	run.Stop()
	res, waitErr := run.Wait(context.Background())
	if err = errors.Join(err, waitErr); err != nil || log == nil {
		return res, err
	}
	if err := errors.Join(p.log.WriteJSONL(log), log.Close()); err != nil {
		return res, fmt.Errorf("write the log: %w", err)
	}
	return res, nil
}

// Relay passes the first signal on to a run, and stops it at the second. It
// returns when done is closed.
func Relay(signals <-chan os.Signal, to interface {
	Signal(syscall.Signal)
	Stop()
}, done <-chan struct{}) {
	for passed := false; ; passed = true {
		select {
		case s := <-signals:
			if n, ok := s.(syscall.Signal); ok && !passed {
				to.Signal(n)
			} else {
				to.Stop()
			}
		case <-done:
			return
		}
	}
}

// sayEnd says how a run ended that could not say so itself, and the data races
// that were found.
func sayEnd(stderr io.Writer, res Result) {
	for _, race := range say.Races(say.Fallback, res.Verdict) {
		fmt.Fprintln(stderr, say.Text(say.Fallback, "run.cli.ended", "sentence", race))
	}
	res.Verdict.Races = nil
	switch res.Verdict.Outcome {
	case event.Exited, event.Deadlock, event.Panicked:
	default:
		fmt.Fprintln(stderr, say.Text(say.Fallback, "run.cli.ended", "sentence", say.Verdict(say.Fallback, res.Verdict)))
	}
}

// printer prints what a program prints, as it comes.
type printer struct {
	stdout, stderr io.Writer
	log            *eventlog.Log // the texts not printed yet, or all of the run
	all            bool
}

// ahead is how many events a program may be ahead of what was printed.
const ahead = 1 << 16

// print follows a run to its end.
func (p *printer) print(run *Run) error {
	for seq := uint64(0); ; {
		run.Grant(seq + ahead)
		frame, err := run.Read(context.Background(), seq) // a run always ends
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		h, err := event.ParseHeader(frame)
		if err != nil {
			return err
		}
		if p.all {
			err = p.log.AddFrame(frame)
		} else {
			p.log.Events = p.log.Events[:0]
			err = p.addStreamed(frame)
		}
		if err != nil {
			return err
		}
		if err := p.printLast(h.Count); err != nil {
			return err
		}
		seq = h.First + uint64(h.Count)
	}
}

// addStreamed takes in a frame of a log that is not kept.
func (p *printer) addStreamed(frame []byte) error {
	return event.Decode(frame, event.Sink{
		Text:   func(id uint32, text string) error { p.log.Texts[id] = text; return nil },
		Site:   func(uint32, event.Site) error { return nil },
		Object: func(event.ObjID, event.Object) error { return nil },
		Event:  func(_ uint64, r event.Record) error { p.log.Events = append(p.log.Events, r); return nil },
	})
}

// printLast prints the output among the last n events.
func (p *printer) printLast(n int) error {
	for _, e := range p.log.Events[len(p.log.Events)-n:] {
		if e.Kind != event.Output {
			continue
		}
		to := p.stdout
		if e.N == 2 {
			to = p.stderr
		}
		if _, err := io.WriteString(to, p.log.Texts[e.Val.Text()]); err != nil {
			return fmt.Errorf("print what the program prints: %w", err)
		}
		if !p.all {
			delete(p.log.Texts, e.Val.Text())
		}
	}
	return nil
}
