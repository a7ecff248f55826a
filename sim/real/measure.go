package real

import (
	"bytes"
	"context"
	"regexp"
	"strconv"
	"strings"

	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// A Figure is what a program says that it measured: a line of its output of the
// form "LABEL: NUMBER UNIT".
type Figure struct {
	Label  string
	Value  float64
	Number string // as it was printed
	Unit   string // may be empty
}

var figureLine = regexp.MustCompile(`^\s*([^:]*[^:\s])\s*:\s+([-+]?[0-9][0-9_,]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)\s*([^\s0-9].*)?$`)

// Figures returns the figures in what a program printed. A figure that is
// printed again replaces the earlier one, and stands where that stood.
func Figures(output string) []Figure {
	var all []Figure
	at := make(map[string]int)
	for line := range strings.Lines(output) {
		m := figureLine.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil {
			continue
		}
		value, err := strconv.ParseFloat(strings.NewReplacer(",", "", "_", "").Replace(m[2]), 64)
		if err != nil {
			continue // too large for a number
		}
		f := Figure{Label: m[1], Value: value, Number: m[2], Unit: strings.TrimSpace(m[3])}
		if i, ok := at[f.Label]; ok {
			all[i] = f
			continue
		}
		at[f.Label] = len(all)
		all = append(all, f)
	}
	return all
}

// Measure builds and runs a program that nobody looks at, and returns the
// figures that it prints and how it ended. The error is a *runner.BuildError if
// the source is to blame.
func Measure(ctx context.Context, r *runner.Runner, src rewrite.Source, cfg Config) ([]Figure, runner.Result, error) {
	b, err := Build(ctx, r, src, Plain)
	if err != nil {
		return nil, runner.Result{}, err
	}
	var out bytes.Buffer
	cfg.Stdout = &out
	run, err := Start(ctx, r, b, Plain, cfg)
	if err != nil {
		return nil, runner.Result{}, err
	}
	res, err := run.Wait(ctx)
	if err != nil {
		run.Stop()
		_, _ = run.Wait(context.WithoutCancel(ctx)) // nothing of it may be left, or write to out
		return nil, runner.Result{}, err
	}
	return Figures(out.String()), res, nil
}
