package store

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"interleave/sim/say"
)

// errUsage says that the command line made no sense; why is printed already.
var errUsage = errors.New("usage")

// Main is the subcommand data: export, import and reset. It returns the exit
// status: 0, 1 where it could not be done, 2 for a wrong command line.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	switch err := dataMain(ctx, args, stdin, stdout, stderr); {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	default:
		fmt.Fprintf(stderr, "interleave data: %v\n", err)
		return 1
	}
}

func dataMain(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(stderr, text("data.usage"))
		return errUsage
	}
	verb, args := args[0], args[1:]
	if verb == "-h" || verb == "-help" || verb == "--help" {
		fmt.Fprint(stdout, text("data.usage"))
		return nil
	}
	flags := flag.NewFlagSet("interleave data "+verb, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, text("data.usage")) }
	dir := flags.String("data", "", "")
	learner := flags.String("learner", DefaultLearner, "")
	yes := flags.Bool("yes", false, "")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	if flags.NArg() > 1 || (verb != "export" && verb != "import" && verb != "reset") {
		fmt.Fprint(stderr, text("data.usage"))
		return errUsage
	}
	if *dir == "" {
		var err error
		if *dir, err = DefaultDir(); err != nil {
			return err
		}
	}
	s, err := Open(ctx, *dir)
	if err != nil {
		return err
	}
	switch verb {
	case "export":
		err = exportTo(ctx, s, flags.Arg(0), stdout)
	case "import":
		err = importFrom(ctx, s, flags.Arg(0), stdin)
	default:
		err = reset(ctx, s, *learner, *yes, stdout)
	}
	return errors.Join(err, s.Close())
}

func exportTo(ctx context.Context, s *Store, name string, stdout io.Writer) error {
	if name == "" {
		return s.Export(ctx, stdout)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(s.Export(ctx, f), f.Close())
}

func importFrom(ctx context.Context, s *Store, name string, stdin io.Reader) error {
	if name == "" {
		return s.Import(ctx, stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(s.Import(ctx, f), f.Close())
}

func reset(ctx context.Context, s *Store, learner string, yes bool, stdout io.Writer) error {
	if !yes {
		return errors.New(text("data.sure", "learner", learner))
	}
	found, err := s.Reset(ctx, learner)
	switch {
	case err != nil:
		return err
	case !found:
		return errors.New(text("data.nobody", "learner", learner))
	}
	fmt.Fprintln(stdout, text("data.forgotten", "learner", learner))
	return nil
}

// text returns a sentence for the terminal.
func text(key string, args ...any) string { return say.Text(say.Fallback, key, args...) }
