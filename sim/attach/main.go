package attach

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"interleave/sim/realtrace"
	"interleave/sim/say"
)

// cannot is the exit status of a program that could not be traced; the others
// are those of interleave trace.
const cannot = 2

// usually is how long a program is traced where nobody says.
const usually = 5 * time.Second

// Main is interleave attach: it traces a program of this machine for a while,
// and sums up what it saw as interleave trace does. An interrupt ends the
// tracing, and what was seen until then is summed up.
func Main(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("attach", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	d := flags.Duration("time", usually, "")
	log := flags.String("log", "", "")
	delays := flags.Int("delays", 10, "")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, text("attach.cli.usage"))
		return 0
	case err == nil && flags.NArg() != 1:
		err = errors.New(text("attach.cli.nothing"))
	case err == nil && (*d <= 0 || *d > Longest):
		err = errors.New(text("attach.cli.time", "most", Longest))
	}
	if err != nil {
		return complain(stderr, err.Error())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	return watch(ctx, flags.Arg(0), *d, realtrace.Print{Log: *log, Delays: *delays}, stdout, stderr)
}

// watch traces the program at an address until d is over or ctx ends, and prints
// what was seen.
func watch(ctx context.Context, address string, d time.Duration, p realtrace.Print, stdout, stderr io.Writer) int {
	var problem *Problem
	a, err := Parse(address)
	var r io.ReadCloser
	if err == nil {
		r, err = Trace(ctx, a, d)
	}
	switch {
	case errors.As(err, &problem):
		return complain(stderr, problem.Sentence(say.Fallback))
	case err != nil:
		return complain(stderr, err.Error())
	}
	defer r.Close()
	return p.Main(interrupted{ctx, r}, stdout, stderr)
}

// interrupted ends what is read where ctx does: what came until then counts.
type interrupted struct {
	ctx context.Context
	r   io.Reader
}

func (i interrupted) Read(b []byte) (int, error) {
	n, err := i.r.Read(b)
	if err != nil && i.ctx.Err() != nil {
		err = io.EOF
	}
	return n, err
}

func complain(w io.Writer, sentence string) int {
	fmt.Fprintln(w, text("attach.cli.failed", "error", sentence))
	return cannot
}

func text(key string, args ...any) string { return say.Text(say.Fallback, key, args...) }
