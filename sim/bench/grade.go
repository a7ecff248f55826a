package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/runner"
	"interleave/sim/sandbox"
)

// A submission is a set of files handed in to a lab.
type submission struct {
	name  string
	lab   *labs.Lab
	files []labs.File
}

func (s submission) texts() map[string][]byte {
	texts := make(map[string][]byte)
	for _, f := range s.files {
		texts[f.Name] = f.Src
	}
	return texts
}

// submissions are what can be handed in to all labs: the solutions, and all
// mutants.
func submissions() (solutions, mutants []submission, err error) {
	set, err := labs.Load(labs.FS)
	if err != nil {
		return nil, nil, err
	}
	for _, lab := range set.All() {
		if lab.Exercise == nil {
			continue
		}
		solutions = append(solutions, submission{lab.ID, lab, lab.Exercise.Solution})
		for _, m := range lab.Exercise.Mutants {
			mutants = append(mutants, submission{lab.ID + "/" + m.Name, lab, m.Files})
		}
	}
	return solutions, mutants, nil
}

// grader is one as the server has it.
func grader(ctx context.Context) (g *grade.Grader, close func(), err error) {
	box, err := sandbox.Open(ctx, sandbox.Options{})
	if err != nil {
		return nil, nil, err
	}
	r, err := runner.New(runner.Options{Box: box})
	if err != nil {
		return nil, nil, err
	}
	g = grade.New(grade.Options{Box: box, Runner: r})
	close = func() { g.Close(); r.Close() }
	if err := g.Prepare(ctx); err != nil {
		close()
		return nil, nil, err
	}
	return g, close, nil
}

// handIns is how often each solution is handed in.
const handIns = 5

// benchGrade measures how long a verdict takes, beside a plain go test -race on
// the same files. Neither finds them in a cache: a comment changes every time.
func benchGrade(ctx context.Context, w io.Writer) error {
	g, done, err := grader(ctx)
	if err != nil {
		return err
	}
	defer done()
	solutions, mutants, err := submissions()
	if err != nil {
		return err
	}
	var took, plain, quick []float64
	fmt.Fprintln(w, "submit → verdict, s\tmedian\tp95\tgo test -race\tverdict/go test\tas go test -race, without its second of waiting\tschedules\tcriteria\t")
	row := func(what string, list []submission, times int) error {
		var own, peer, peerQuick []float64
		said := grade.Report{}
		for _, s := range list {
			for range times {
				touched := s.touched()
				start := time.Now()
				report, err := g.Grade(ctx, s.lab, touched.texts())
				if err != nil {
					return err
				}
				own, said = append(own, time.Since(start).Seconds()), report
				for _, sleep := range []bool{true, false} {
					d, err := goTestRace(ctx, touched, sleep)
					if err != nil {
						return err
					}
					if sleep {
						peer = append(peer, d.Seconds())
					} else {
						peerQuick = append(peerQuick, d.Seconds())
					}
				}
			}
		}
		schedules := ""
		if said.Passed {
			schedules = said.Criterion(grade.Schedules).Message
		}
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%s\t%d\t\n", what, median(own), quantile(own, 0.95), median(peer), median(own)/median(peer), median(own)/median(peerQuick), schedules, len(said.Criteria))
		took, plain, quick = append(took, own...), append(plain, peer...), append(quick, peerQuick...)
		return nil
	}
	for _, s := range solutions {
		if err := row(s.name+", solution", []submission{s}, handIns); err != nil {
			return err
		}
	}
	if err := row(fmt.Sprintf("the %d mutants of all labs", len(mutants)), mutants, 1); err != nil {
		return err
	}
	fmt.Fprintf(w, "all\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\t\t\n", median(took), quantile(took, 0.95), median(plain), median(took)/median(plain), median(took)/median(quick))
	fmt.Fprintln(w, "aim\t1.50\t3.00\t\t2.00\t\t\t\t")
	return nil
}

var touches int

// touched is a submission with a comment that no cache has seen.
func (s submission) touched() submission {
	touches++
	s.files = slices.Clone(s.files)
	s.files[0].Src = fmt.Appendf(slices.Clone(s.files[0].Src), "\n// %d %d\n", time.Now().UnixNano(), touches)
	return s
}

// goTestRace runs a submission's tests as one would in a terminal. The race
// detector lets a program wait for a second at its end unless told otherwise.
func goTestRace(ctx context.Context, s submission, sleep bool) (time.Duration, error) {
	dir, err := os.MkdirTemp("", "interleave-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	mod, sum, err := grade.Module()
	if err != nil {
		return 0, err
	}
	files := append(slices.Concat(s.files, s.lab.Exercise.Tests), labs.File{Name: "go.mod", Src: mod}, labs.File{Name: "go.sum", Src: sum})
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Src, 0o600); err != nil {
			return 0, err
		}
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-race", fmt.Sprintf("-count=%d", s.lab.Exercise.Repeat), ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=1")
	if !sleep {
		cmd.Env = append(cmd.Env, "GORACE=atexit_sleep_ms=0")
	}
	// A mutant's tests fail; one that waits for ever ends with its time.
	cmd.Args = append(cmd.Args, "-timeout=10s")
	start := time.Now()
	_ = cmd.Run()
	return time.Since(start), ctx.Err()
}

func quantile(xs []float64, q float64) float64 {
	xs = slices.Sorted(slices.Values(xs))
	return xs[min(len(xs)-1, int(q*float64(len(xs))))]
}

// benchVerdicts hands in the same files a hundred times and counts the different
// verdicts.
func benchVerdicts(ctx context.Context, w io.Writer) error {
	g, done, err := grader(ctx)
	if err != nil {
		return err
	}
	defer done()
	solutions, mutants, err := submissions()
	if err != nil {
		return err
	}
	const times = 100
	fmt.Fprintf(w, "the same files %d times\tpassed or not, as the first\tto each test and schedule\tscore of the first\t\n", times)
	for _, s := range []submission{solutions[len(solutions)-1], mutants[0]} {
		var first grade.Report
		passed, same := 0, 0
		for i := range times {
			report, err := g.Grade(ctx, s.lab, s.texts())
			if err != nil {
				return err
			}
			if i == 0 {
				first = report
			}
			if report.Passed == first.Passed {
				passed++
			}
			if sameVerdict(first, report) {
				same++
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d of %d\t\n", s.name, passed, same, first.Score, first.Points)
	}
	return nil
}

// sameVerdict reports whether two reports judge alike: each criterion, each
// test, and what was found.
func sameVerdict(a, b grade.Report) bool {
	verdict := func(r grade.Report) (v []string) {
		for _, c := range r.Criteria {
			v = append(v, fmt.Sprint(c.Name, c.Passed, c.Checked, c.Points))
			for _, t := range c.Tests {
				v = append(v, fmt.Sprint(t.Name, t.Passed))
			}
			for _, f := range c.Findings {
				v = append(v, f.Test+f.Class+f.Schedule)
			}
		}
		return v
	}
	return a.Passed == b.Passed && a.Score == b.Score && slices.Equal(verdict(a), verdict(b))
}

// benchIsolation measures what the sandbox adds to a run of a small program, by
// turns with all layers and with none.
func benchIsolation(ctx context.Context, w io.Writer) error {
	dir, err := os.MkdirTemp("", "interleave-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	src, exe := filepath.Join(dir, "main.go"), filepath.Join(dir, "main")
	if err := os.WriteFile(src, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", exe, src)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GO111MODULE=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build a program: %w: %s", err, out)
	}
	all, err := sandbox.Open(ctx, sandbox.Options{})
	if err != nil {
		return err
	}
	none, err := sandbox.Open(ctx, sandbox.Options{Off: sandbox.Kinds[:]})
	if err != nil {
		return err
	}
	if err := all.Lend(dir); err != nil {
		return err
	}
	var with, without, bare []float64
	for range 200 {
		for _, turn := range []struct {
			box  *sandbox.Box
			took *[]float64
		}{{all, &with}, {none, &without}} {
			start := time.Now()
			result, err := turn.box.Run(ctx, sandbox.Spec{Path: exe, Limits: sandbox.Limits{Memory: 1 << 30, Procs: 64, Files: 64}})
			if err != nil || !result.OK() {
				return fmt.Errorf("run a program: %w: %v", err, result.State)
			}
			*turn.took = append(*turn.took, ms(time.Since(start)))
		}
		start := time.Now()
		if err := exec.CommandContext(ctx, exe).Run(); err != nil {
			return err
		}
		bare = append(bare, ms(time.Since(start)))
	}
	on := 0
	for _, layer := range all.Layers() {
		if layer.On {
			on++
		}
	}
	fmt.Fprintln(w, "an empty program, ms\tmedian\tp95\tadded\taim\t")
	fmt.Fprintf(w, "os/exec\t%.1f\t%.1f\t\t\t\n", median(bare), quantile(bare, 0.95))
	fmt.Fprintf(w, "no layer\t%.1f\t%.1f\t%.1f\t\t\n", median(without), quantile(without, 0.95), median(without)-median(bare))
	fmt.Fprintf(w, "%d layers\t%.1f\t%.1f\t%.1f\t30\t\n", on, median(with), quantile(with, 0.95), median(with)-median(bare))
	return nil
}
