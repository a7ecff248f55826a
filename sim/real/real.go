package real

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// Observe is how closely a run is looked at.
type Observe string

// The ways to look at a run, each with what the one before it shows.
const (
	Plain  Observe = "plain"  // not at all: output and exit only
	Traced Observe = "traced" // execution trace and runtime/metrics
	Probed Observe = "probed" // and source-level probes
)

// Config says how a program is run. The zero value is a run of a program that
// gets nothing of this machine, within the default limits.
type Config struct {
	Args  []string      // the program's arguments, without its name
	Local *runner.Local // what the program gets of this machine; nil is nothing

	Procs            int           // GOMAXPROCS; 0 is the machine's
	GOGC, GOMEMLIMIT string        // "" is the default
	Net              bool          // in a box, a loopback in a network of its own
	Schedtrace       time.Duration // between lines of GODEBUG=schedtrace, in whole milliseconds; 0 is off
	Period           time.Duration // between flushes of the trace; 0 adapts, <0 is never

	Stdout, Stderr io.Writer // also get what the program prints, as it is; nil is nowhere

	MaxTime   time.Duration // from the start; 0 is a minute, <0 is none
	MaxMemory uint64        // resident bytes; 0 is 1.5 GiB, or none for a program that is Local
	MaxOutput int           // bytes of each, standard output and error; 0 is 4 MiB, <0 is no limit
	MaxFrames int           // bytes of frames that are kept to be read; 0 is 256 MiB
}

func (c Config) withDefaults() Config {
	c.MaxTime = cmp.Or(c.MaxTime, time.Minute)
	if c.Local == nil {
		c.MaxMemory = cmp.Or(c.MaxMemory, 3<<29) // where a stack overflows there is 1 GiB of stacks
	}
	c.MaxOutput = cmp.Or(c.MaxOutput, 4<<20)
	c.MaxFrames = cmp.Or(c.MaxFrames, 256<<20)
	if c.MaxTime < 0 {
		c.MaxTime = math.MaxInt64
	}
	return c
}

// Build makes a program for the real runtime, to be looked at like that. The
// error is a *runner.BuildError if the source is to blame.
func Build(ctx context.Context, r *runner.Runner, src rewrite.Source, o Observe) (*runner.Binary, error) {
	src.Memory = false
	switch o {
	case Plain:
		src.Stock = true
	case Traced:
		src.Stock, src.Observed = true, true
	case Probed:
		src.Probes, src.Observed = true, true
	default:
		return nil, fmt.Errorf("build for the real runtime: there is no observation %q", o)
	}
	return r.Build(ctx, src)
}
