package web

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"interleave/sim/explore"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/web/live"
)

// explorer explores pages' programs with the runner of an engine.
type explorer struct{ engine *engine }

// Explore builds the job's program and looks for schedules that break it.
func (e explorer) Explore(ctx context.Context, job live.Exploration, tell func(live.News)) (any, error) {
	tell(live.News{Phase: "build"})
	r, bin, err := e.build(ctx, job)
	if err != nil {
		return nil, err
	}
	o := options(job, bin)
	o.Tell = func(n explore.News) {
		switch {
		case n.Counts != nil:
			tell(live.News{Counts: n.Counts})
		case n.Finding != nil:
			tell(live.News{Finding: n.Finding, ID: n.Finding.ID})
		}
	}
	report, err := explore.Explore(ctx, r, bin, o)
	if err != nil {
		return nil, refusal(err)
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		f.Replay = replayLine(job, o.Args, f.Schedule)
	}
	return report, nil
}

// Retry builds the job's program and runs it under the schedule of a finding.
func (e explorer) Retry(ctx context.Context, job live.Exploration, known live.Known) (live.Retried, error) {
	r, bin, err := e.build(ctx, job)
	if err != nil {
		return live.Retried{}, err
	}
	got, err := explore.Retry(ctx, r, bin, known.Schedule, options(job, bin))
	if err != nil {
		return live.Retried{}, refusal(err)
	}
	return live.Retried{Verdict: got.Verdict, Step: got.Step, Sentence: got.Sentence}, nil
}

func (e explorer) build(ctx context.Context, job live.Exploration) (*runner.Runner, *runner.Binary, error) {
	r := e.engine.runner
	bin, err := explore.Build(ctx, r, rewrite.Main(filesOf(job.Files)))
	if err != nil {
		return nil, nil, problems(err)
	}
	return r, bin, nil
}

func options(job live.Exploration, bin *runner.Binary) explore.Options {
	return explore.Options{
		Budget: job.Budget, Bound: job.Bound, Seed: job.Seed, Queries: job.Queries,
		Program: job.Lab, Args: argsFor(job.Args, bin.Flags), Lang: job.Lang,
	}
}

// refusal makes of a program that cannot be explored a sentence for the learner.
func refusal(err error) error {
	var u *explore.Unexplorable
	if errors.As(err, &u) {
		return live.Refusal(sentence(u.Sentence))
	}
	return err
}

// sentence is a clause that stands by itself.
func sentence(clause string) string {
	first, size := utf8.DecodeRuneInString(clause)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(clause[size:], ".") + "."
}

// replayLine is a line for bash that plays a schedule of the job's program where
// its files lie; "" without a schedule.
func replayLine(job live.Exploration, args []string, schedule string) string {
	if schedule == "" {
		return ""
	}
	names := make([]string, 0, len(job.Files))
	for name := range job.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	line := "interleave run -race -policy replay -schedule <(printf '%b' " + quoted(strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(schedule)) + ") " +
		strings.Join(names, " ")
	if job.Seed != 1 {
		line = strings.Replace(line, "-policy", "-seed "+strconv.FormatUint(job.Seed, 10)+" -policy", 1)
	}
	if len(args) > 0 {
		line += " --"
	}
	for _, arg := range args {
		line += " " + quoted(arg)
	}
	return line
}

// quoted is a word as a shell takes it.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
