// Package compare runs programs twice, in the model and on the real runtime,
// and says where the two agree. It is how the model is held to strangers'
// programs: nobody here has written them.
//
// # Decisions
//
// What the model refuses is not run on the real runtime either: a program that
// the model accepts uses neither files nor network nor other processes, so
// running a stranger's is no danger to the machine.
//
// The real runtime is asked several times, and only what it always says counts
// as its answer. The runs are spread over more than a second, so that a program
// that prints the time does not seem to repeat.
package compare

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// Options say how programs are compared. The zero value is three runs a side
// of at most ten seconds each, one program at a time.
type Options struct {
	Runs     int           // on each side; 0 is 3
	Limit    time.Duration // for one run, by the wall clock; 0 is 10 s
	Parallel int           // programs at a time; 0 is 1
	Procs    int           // GOMAXPROCS on both sides; 0 is the number of cores
}

func (o Options) withDefaults() Options {
	if o.Runs <= 0 {
		o.Runs = 3
	}
	if o.Limit <= 0 {
		o.Limit = 10 * time.Second
	}
	if o.Procs <= 0 {
		o.Procs = runtime.NumCPU()
	}
	o.Parallel = max(o.Parallel, 1)
	return o
}

// Agreement is what a comparison found.
type Agreement string

// The agreements.
const (
	Same      Agreement = "same"      // every run of the model prints and exits as the real one always does
	Sometimes Agreement = "sometimes" // some runs of the model do; the others differ by schedule
	Lines     Agreement = "lines"     // the same lines in another order, and the same exit
	Varies    Agreement = "varies"    // the real one does not repeat; the model exits as it does
	Endless   Agreement = "endless"   // the real one did not end in time, and the model does not contradict what it printed
	Differs   Agreement = "differs"   // none of that
	Refused   Agreement = "refused"   // valid Go that the model does not run
	Broken    Agreement = "broken"    // no valid Go on either side
)

// Agrees reports whether the model ran the program and nothing speaks against
// how it ran it.
func (a Agreement) Agrees() bool {
	return slices.Contains([]Agreement{Same, Sometimes, Lines, Varies, Endless}, a)
}

// Row is what is known about one program.
type Row struct {
	Program   string    `json:"program"` // its directory or file
	Agreement Agreement `json:"agreement"`
	Why       string    `json:"why,omitempty"`   // why it is refused or differs
	Model     []Outcome `json:"model,omitempty"` // each once
	Real      []Outcome `json:"real,omitempty"`
	ModelMS   float64   `json:"model_ms"` // median of a run
	RealMS    float64   `json:"real_ms"`
}

// Outcome is what a program did that others can see.
type Outcome struct {
	Stdout string `json:"stdout"`
	Stderr string `json:"stderr"` // without stack traces
	Status int    `json:"status"`
	Ended  bool   `json:"ended"` // by itself
}

// Program compares one program. An error is never the program's doing.
func Program(ctx context.Context, r *runner.Runner, p Source, o Options) (Row, error) {
	o = o.withDefaults()
	row := Row{Program: p.Name}
	src, err := r.Source(ctx, p.Files...)
	if ctx.Err() != nil {
		return row, context.Cause(ctx)
	}
	if err != nil { // the go command does not find all of it
		row.Agreement, row.Why = Refused, err.Error()
		return row, nil
	}
	bin, err := r.Build(ctx, src)
	blame := (*runner.BuildError)(nil)
	switch {
	case errors.As(err, &blame):
		return refused(ctx, row, p, src, blame)
	case err != nil:
		return row, fmt.Errorf("build %s for the model: %w", p.Name, err)
	}
	stock, err := buildReal(ctx, p, src)
	if errors.As(err, &blame) {
		row.Agreement, row.Why = Differs, "only the model compiles it: "+err.Error()
		return row, nil
	}
	if err != nil {
		return row, fmt.Errorf("build %s: %w", p.Name, err)
	}
	defer stock.remove()
	var model, real []Outcome
	model, row.ModelMS, err = runModel(ctx, r, bin, o)
	if broken := (unlawful{}); errors.As(err, &broken) {
		row.Agreement, row.Why = Differs, broken.Error()
		return row, nil
	}
	if err != nil {
		return row, fmt.Errorf("run %s in the model: %w", p.Name, err)
	}
	if real, row.RealMS, err = stock.run(ctx, o); err != nil {
		return row, fmt.Errorf("run %s: %w", p.Name, err)
	}
	row.Agreement, row.Why = judge(model, real)
	row.Model, row.Real = distinct(model), distinct(real)
	return row, nil
}

// refused tells what is no Go from what is only too much for the model.
func refused(ctx context.Context, row Row, p Source, src rewrite.Source, blame *runner.BuildError) (Row, error) {
	row.Agreement, row.Why = Refused, blame.Problems[0].String()
	if blame.Problems[0].Refused {
		return row, nil
	}
	stock, err := buildReal(ctx, p, src)
	switch {
	case err == nil:
		row.Agreement, row.Why = Differs, "only the model does not compile it: "+row.Why
		stock.remove()
		return row, nil
	case errors.As(err, &blame):
		row.Agreement = Broken
		return row, nil
	}
	return row, err
}

// judge says how what the model did fits what the real runtime did.
func judge(model, real []Outcome) (Agreement, string) {
	switch kinds := distinct(real); {
	case slices.ContainsFunc(real, func(o Outcome) bool { return !o.Ended }):
		return judgeEndless(model, real)
	case len(kinds) > 1:
		return judgeVarying(model, real)
	case !slices.ContainsFunc(model, func(o Outcome) bool { return o != real[0] }):
		return Same, ""
	case slices.Contains(model, real[0]):
		return Sometimes, ""
	case !slices.ContainsFunc(model, func(o Outcome) bool { return o.sorted() != real[0].sorted() }):
		return Lines, ""
	}
	return Differs, difference(model[0], real[0])
}

// judgeVarying compares how programs end whose output is never the same.
func judgeVarying(model, real []Outcome) (Agreement, string) {
	for _, m := range model {
		if !slices.ContainsFunc(real, func(o Outcome) bool { return o.Status == m.Status && o.Ended == m.Ended }) {
			return Differs, difference(m, real[0])
		}
	}
	return Varies, ""
}

// judgeEndless compares the model with what was printed until time was up. The
// model's time is virtual, so it may have come further, or to the end.
func judgeEndless(model, real []Outcome) (Agreement, string) {
	for _, o := range real {
		if o.Ended || !samePrefix(o.Stdout, real[0].Stdout) {
			return Varies, ""
		}
	}
	if model[0].Ended && model[0].Status != 0 || !samePrefix(model[0].Stdout, real[0].Stdout) && !within(model[0].Stdout, real[0].Stdout) {
		return Differs, difference(model[0], real[0])
	}
	return Endless, ""
}

func samePrefix(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }

// within reports whether one text has all lines of the other, in any order.
func within(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	count := map[string]int{}
	for line := range strings.Lines(b) {
		count[line]++
	}
	for line := range strings.Lines(a) {
		if count[line]--; count[line] < 0 {
			return false
		}
	}
	return true
}

// sorted is the outcome with its lines in order.
func (o Outcome) sorted() Outcome {
	for _, s := range []*string{&o.Stdout, &o.Stderr} {
		lines := strings.Split(*s, "\n")
		slices.Sort(lines)
		*s = strings.Join(lines, "\n")
	}
	return o
}

// difference says the first thing in which two outcomes differ.
func difference(model, real Outcome) string {
	switch {
	case model.Ended != real.Ended:
		return fmt.Sprintf("ended: model %t, real %t", model.Ended, real.Ended)
	case model.Status != real.Status:
		return fmt.Sprintf("status: model %d, real %d (%s / %s)", model.Status, real.Status, lastLine(model.Stderr), lastLine(real.Stderr))
	case model.Stdout != real.Stdout:
		return firstDifference("stdout", model.Stdout, real.Stdout)
	}
	return firstDifference("stderr", model.Stderr, real.Stderr)
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

func firstDifference(what, model, real string) string {
	a, b := strings.Split(model, "\n"), strings.Split(real, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%s, line %d: model %q, real %q", what, i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%s: model %d lines, real %d", what, len(a), len(b))
}

func distinct(outcomes []Outcome) []Outcome {
	var list []Outcome
	for _, o := range outcomes {
		if !slices.Contains(list, o) {
			list = append(list, o)
		}
	}
	return list
}
