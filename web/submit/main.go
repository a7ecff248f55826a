package submit

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"interleave/sim/say"
)

// The exit statuses of Main.
const (
	exitPassed    = 0
	exitNotPassed = 1
	exitNotGraded = 2
)

// Main is the command interleave submit: it grades the module in a directory
// and prints the verdict. It returns the exit status: 0 passed, 1 not passed, 2
// could not be graded.
func Main(args []string, stdout, stderr io.Writer) int {
	return command(args, stdout, stderr, "submit", func(ctx context.Context, c Config) (int, error) {
		report, err := Once(ctx, c)
		switch {
		case err != nil:
			return exitNotGraded, err
		case report.Passed:
			return exitPassed, nil
		}
		return exitNotPassed, nil
	})
}

// WatchMain is the command interleave watch: it grades the module in a
// directory whenever it is saved, until it is interrupted. It returns the exit
// status: 0, or 2 if it could not go on.
func WatchMain(args []string, stdout, stderr io.Writer) int {
	return command(args, stdout, stderr, "watch", func(ctx context.Context, c Config) (int, error) {
		if err := Watch(ctx, c); err != nil {
			return exitNotGraded, err
		}
		return exitPassed, nil
	})
}

// command reads the command line of one of both, and does it.
func command(args []string, stdout, stderr io.Writer, name string, do func(context.Context, Config) (int, error)) int {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(flags.Output(), say.Text(say.Fallback, "submit.usage")) }
	c := Config{Out: stdout}
	flags.StringVar(&c.Data, "data", "", "")
	flags.StringVar(&c.Learner, "learner", "", "")
	flags.Func("content", "", func(dir string) error { c.Content = append(c.Content, dir); return nil })
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitPassed
	} else if err != nil {
		return exitNotGraded
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return exitNotGraded
	}
	c.Dir = flags.Arg(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	status, err := do(ctx, c)
	if err != nil {
		fmt.Fprintln(stderr, "interleave:", err)
	}
	return status
}
