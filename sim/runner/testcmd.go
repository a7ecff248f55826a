package runner

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"interleave/sim/event"
	"interleave/sim/say"
)

// testCommand is a call of interleave test.
type testCommand struct {
	cfg      Config
	cache    string // for New
	log      string // file for the event log; "" for none
	patterns []string
	args     []string // for every test program
	count    uint64   // seeds to run each with
	verbose  bool
	json     bool
}

// Test is interleave test: go test in the model. It prints what go test
// prints, and returns 0 if all tests passed, 1 if not, 2 if the command line
// makes no sense.
func Test(args []string, stdout, stderr io.Writer) int { return runTest("", args, stdout, stderr) }

// runTest is Test with its cache in a directory.
func runTest(cache string, args []string, stdout, stderr io.Writer) int {
	cmd, err := parseTest(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, say.Text(say.Fallback, "test.cli.usage"))
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, say.Text(say.Fallback, "test.cli.failed", "error", err))
		return 2
	}
	cmd.cache = cache
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	ok, err := cmd.run(ctx, stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, say.Text(say.Fallback, "test.cli.failed", "error", err))
	}
	if !ok || err != nil {
		return 1
	}
	return 0
}

func parseTest(args []string) (*testCommand, error) {
	flags := flag.NewFlagSet("test", flag.ContinueOnError)
	how := addHow(flags)
	c := &testCommand{}
	run := flags.String("run", "", "")
	skip := flags.String("skip", "", "")
	short := flags.Bool("short", false, "")
	timeout := flags.Duration("timeout", 0, "")
	flags.BoolVar(&c.verbose, "v", false, "")
	flags.BoolVar(&c.json, "json", false, "")
	flags.Uint64Var(&c.count, "count", 1, "")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	cfg, err := how.config()
	switch {
	case err != nil:
		return nil, err
	case c.count == 0:
		return nil, complaintf("test.cli.count")
	case (*how.log != "" || *how.schedule != "") && (c.count > 1 || flags.NArg() > 1):
		return nil, complaintf("test.cli.one")
	}
	c.cfg, c.log, c.patterns = cfg, *how.log, flags.Args()
	c.args = testArgs(*timeout)
	if *run != "" {
		c.args = append(c.args, "-test.run="+*run)
	}
	if *skip != "" {
		c.args = append(c.args, "-test.skip="+*skip)
	}
	if *short {
		c.args = append(c.args, "-test.short")
	}
	switch {
	case c.json:
		c.args = append(c.args, "-test.v=test2json")
	case c.verbose:
		c.args = append(c.args, "-test.v")
	}
	return c, nil
}

// testArgs are the arguments that go test gives every test program.
func testArgs(timeout time.Duration) []string {
	return []string{"-test.paniconexit0", "-test.timeout=" + timeout.String()}
}

// run tests every package and reports whether all tests passed.
func (c *testCommand) run(ctx context.Context, stdout, stderr io.Writer) (ok bool, err error) {
	r, err := New(Options{Dir: c.cache})
	if err != nil {
		return false, err
	}
	defer r.Close()
	dir, err := os.Getwd()
	if err != nil {
		return false, fmt.Errorf("find the current directory: %w", err)
	}
	found, err := r.load(ctx, dir, true, c.patterns...)
	if err != nil {
		return false, err
	}
	if len(found) > 1 && (c.log != "" || c.cfg.Schedule != "") {
		return false, complaintf("test.cli.one")
	}
	ok = true
	for _, t := range found {
		passed, err := c.testPackage(ctx, r, t, stdout, stderr)
		if err != nil {
			return false, err
		}
		ok = ok && passed
	}
	return ok, ctx.Err()
}

// testPackage runs the tests of one package with every seed that is wanted.
func (c *testCommand) testPackage(ctx context.Context, r *Runner, t target, stdout, stderr io.Writer) (bool, error) {
	if len(t.Source.Packages) == 0 {
		fmt.Fprintf(stdout, "?   \t%s\t[no test files]\n", t.Path)
		return true, nil
	}
	t.Source.Local, t.Source.Memory = true, c.cfg.Races
	bin, err := r.Build(ctx, t.Source)
	if blame := (*BuildError)(nil); errors.As(err, &blame) {
		fmt.Fprintf(stderr, "# %s\n%s\n", t.Path, blame)
		fmt.Fprintf(stdout, "FAIL\t%s [build failed]\n", t.Path)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	to, finish := stdout, func() error { return nil }
	if c.json {
		if to, finish, err = r.toJSON(ctx, t.Path, stdout); err != nil {
			return false, err
		}
	}
	cfg, local := c.cfg, *c.cfg.Local
	local.Dir = t.Dir
	cfg.Args, cfg.Local = c.args, &local
	passed, err := c.seeds(ctx, r, bin, cfg, t.Path, to)
	return passed, errors.Join(err, finish())
}

// seeds runs a test program with one seed after the other, until one fails.
func (c *testCommand) seeds(ctx context.Context, r *Runner, bin *Binary, cfg Config, path string, to io.Writer) (bool, error) {
	var total time.Duration // virtual
	for last := cfg.Seed + c.count - 1; ; cfg.Seed++ {
		var quiet bytes.Buffer
		out := io.Writer(&quiet)
		if c.verbose || c.json {
			out = to
		}
		res, err := r.follow(ctx, bin, cfg, c.log, out, out, nil)
		if err != nil {
			return false, err
		}
		total += res.Time
		if res.Verdict.Status != 0 || len(res.Verdict.Races) > 0 {
			to.Write(quiet.Bytes())
			c.sayFailure(to, res)
			fmt.Fprintf(to, "FAIL\t%s\t%.3fs\n", path, total.Seconds())
			if c.count > 1 {
				fmt.Fprintln(to, say.Text(say.Fallback, "test.cli.again", "seed", cfg.Seed))
			}
			return false, nil
		}
		if cfg.Seed == last {
			fmt.Fprintf(to, "ok  \t%s\t%.3fs\n", path, total.Seconds())
			return true, nil
		}
	}
}

// sayFailure says how a run ended where the tests themselves could not say it.
func (c *testCommand) sayFailure(to io.Writer, res Result) {
	for _, race := range say.Races(say.Fallback, res.Verdict) {
		fmt.Fprintln(to, say.Text(say.Fallback, "test.cli.ended", "sentence", race))
	}
	res.Verdict.Races = nil
	if res.Verdict.Outcome != event.Exited && res.Verdict.Outcome != event.Panicked {
		fmt.Fprintln(to, say.Text(say.Fallback, "test.cli.ended", "sentence", say.Verdict(say.Fallback, res.Verdict)))
	}
	if res.Verdict.Outcome != event.Exited {
		fmt.Fprintf(to, "exit status %d\n", res.Verdict.Status)
	}
}

// toJSON returns a writer for the output of a test program that comes out of
// stdout as the events of go test -json.
func (r *Runner) toJSON(ctx context.Context, path string, stdout io.Writer) (io.Writer, func() error, error) {
	s, _, err := r.prepared(ctx)
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.CommandContext(ctx, s.tc.command, "tool", "test2json", "-p", path)
	cmd.Stdout, cmd.Env = stdout, goEnv()
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("convert to JSON: %w", err)
	}
	return in, func() error {
		if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
			return fmt.Errorf("convert to JSON: %w", err)
		}
		return nil
	}, nil
}
