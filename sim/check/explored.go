package check

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"interleave/labs"
	"interleave/sim/explore"
	"interleave/sim/grade"
	"interleave/sim/mutate"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// explored checks the exercise by exploring schedules: the solution's, and
// those of its automatic mutants.
func (c *checker) explored(ctx context.Context, lab *labs.Lab, s *sheet) error {
	dir, err := os.MkdirTemp(c.o.Dir, "interleave-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // the box may run it as somebody else
		return err
	}
	sub := "labs/" + lab.ID + "/exercise"
	if err := writeModule(dir, sub, lab.Exercise.Solution, lab.Exercise.Tests); err != nil {
		return err
	}
	done, err := c.slot(ctx)
	if err != nil {
		return err
	}
	tests, err := c.runner.TestsIn(ctx, dir, "", "./"+sub)
	done()
	if err != nil {
		return err
	}
	tests.Local = &runner.Local{} // as they are graded: with no directory of this machine
	if c.wants(Schedules) {
		s.row(Schedules)
		if err := c.schedules(ctx, lab, tests, s); err != nil {
			return err
		}
	}
	if !c.wants(Changes) {
		return nil
	}
	s.row(Changes)
	if s.flawed(Schedules) {
		s.skip(Changes, c.say("check.changes.later"))
		return nil
	}
	return c.changes(ctx, lab, tests, s)
}

// explore explores the tests of an exercise that match a pattern.
func (c *checker) explore(ctx context.Context, bin *runner.Binary, tests runner.Program, run string, o explore.Options) (explore.Report, error) {
	o.Bound, o.Seed, o.Procs, o.Lang, o.Local = -1, 1, 1, c.o.Lang, tests.Local
	o.Args = slices.Clone(tests.Args)
	if run != "" {
		o.Args = append(o.Args, "-test.run=^"+run+"$")
	}
	return explore.Explore(ctx, c.runner, bin, o)
}

// schedules explores each test of the solution by itself: what one of them can
// do is then often seen whole.
func (c *checker) schedules(ctx context.Context, lab *labs.Lab, tests runner.Program, s *sheet) error {
	bin, err := explore.Build(ctx, c.runner, tests.Source)
	var blame *runner.BuildError
	if errors.As(err, &blame) {
		for _, p := range blame.Problems {
			s.flaw(Schedules, c.q.Content.LabFile(lab.ID+"/exercise/"+path.Base(p.File)), p.Line, p.Msg)
		}
		return nil
	}
	if err != nil {
		return err
	}
	names := lab.Exercise.Names
	each := c.o.Budget * time.Duration(cap(c.slots)) / time.Duration(len(names))
	reports := make([]explore.Report, len(names))
	errs := make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() {
			done, err := c.slot(ctx)
			if err != nil {
				errs[i] = err
				return
			}
			defer done()
			reports[i], errs[i] = c.explore(ctx, bin, tests, name, explore.Options{Budget: each})
		})
	}
	all.Wait()
	runs, whole := 0, 0
	seen := make(map[string]bool) // several tests can show the same
	for i, name := range names {
		var cannot *explore.Unexplorable
		if errors.As(errs[i], &cannot) {
			file, line := c.testAt(lab, name)
			s.flaw(Schedules, file, line, cannot.Sentence)
			continue
		}
		if errs[i] != nil {
			return errs[i]
		}
		runs += reports[i].Counts.Schedules
		if reports[i].Proof.Exhausted {
			whole++
		}
		for _, f := range reports[i].Findings {
			file, line := c.findingAt(lab, name, f)
			key := fmt.Sprint(f.Class, file, line)
			if f.Severity == explore.Bug && !seen[key] {
				seen[key] = true
				s.add(Schedules, Finding{Severity: Flaw, File: file, Line: line, Message: name + ": " + f.Sentence, Detail: steps(f)})
			}
		}
	}
	s.says(Schedules, c.say("check.schedules", "n", runs, "whole", whole, "of", len(names)))
	return nil
}

// findingAt is the place in the exercise that a finding is about.
func (c *checker) findingAt(lab *labs.Lab, test string, f explore.Finding) (string, int) {
	for _, site := range f.Sites {
		name := path.Base(site.File)
		named := func(file labs.File) bool { return file.Name == name }
		if slices.ContainsFunc(lab.Exercise.Solution, named) || slices.ContainsFunc(lab.Exercise.Tests, named) {
			return c.q.Content.LabFile(lab.ID + "/exercise/" + name), site.Line
		}
	}
	return c.testAt(lab, test)
}

// steps are a finding's schedule, a line a step.
func steps(f explore.Finding) string {
	var b strings.Builder
	for i, step := range f.Steps {
		fmt.Fprintf(&b, "%d. %s (%s) %s:%d %s\n", i+1, step.Name, step.Path, path.Base(step.Site.File), step.Site.Line, step.Does)
	}
	return b.String()
}

// How much is explored of an automatic mutant before it is graded.
const (
	mutantBudget = 1500 * time.Millisecond
	mutantRuns   = 400
)

// wanted part of automatic mutants that have to be refused.
const refusedPercent = 90

// fate is what became of an automatic mutant.
type fate uint8

const (
	notBuilt fate = iota // does not count
	refusedBySchedule
	refusedByGrade
	survived
)

// changes makes automatic mutants of the solution and has them refused.
func (c *checker) changes(ctx context.Context, lab *labs.Lab, tests runner.Program, s *sheet) error {
	var files []mutate.File
	for _, f := range lab.Exercise.Solution {
		files = append(files, mutate.File(f))
	}
	mutants, err := mutate.Mutants(files)
	if err != nil {
		return err
	}
	equivalent := maps.Clone(lab.Exercise.Equivalent)
	for _, m := range mutants {
		delete(equivalent, m.Name)
	}
	mutants = spread(mutants, c.o.Changes)
	fates := make([]fate, len(mutants))
	errs := make([]error, len(mutants))
	var all sync.WaitGroup
	for i := range mutants {
		all.Go(func() {
			done, err := c.slot(ctx)
			if err != nil {
				errs[i] = err
				return
			}
			defer done()
			fates[i], errs[i] = c.try(ctx, lab, tests, mutants[i])
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(equivalent)) {
		s.flaw(Changes, c.yaml(lab), lab.Line("exercise", "equivalent", name), c.say("check.equivalent.unknown", "name", name))
	}
	c.judge(lab, mutants, fates, s)
	return nil
}

// spread returns so many of all, at equal distances; all of them for 0.
func spread[T any](all []T, most int) []T {
	if most <= 0 || len(all) <= most {
		return all
	}
	some := make([]T, most)
	for i := range some {
		some[i] = all[i*len(all)/most]
	}
	return some
}

// try finds out whether a mutant is refused: by a schedule, or by grading.
func (c *checker) try(ctx context.Context, lab *labs.Lab, tests runner.Program, m mutate.Mutant) (fate, error) {
	bin, err := explore.Build(ctx, c.runner, replaced(tests.Source, m))
	var blame *runner.BuildError
	if errors.As(err, &blame) {
		return notBuilt, nil
	}
	if err != nil {
		return 0, err
	}
	search, stop := context.WithCancel(ctx)
	defer stop()
	bug := false
	_, err = c.explore(search, bin, tests, "", explore.Options{Budget: mutantBudget, Runs: mutantRuns, Tell: func(n explore.News) {
		if n.Finding != nil && n.Finding.Severity == explore.Bug {
			bug = true
			stop()
		}
	}})
	if bug {
		return refusedBySchedule, nil
	}
	var cannot *explore.Unexplorable
	if err != nil && !errors.As(err, &cannot) {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	var own []labs.File
	for _, f := range lab.Exercise.Solution {
		if f.Name == m.File {
			f.Src = m.Src
		}
		own = append(own, f)
	}
	report, err := c.grade(ctx, unexplored(lab), own)
	switch {
	case err != nil:
		return 0, err
	case !report.Criterion(grade.Builds).Passed:
		return notBuilt, nil
	case report.Passed:
		return survived, nil
	}
	return refusedByGrade, nil
}

// replaced is the tests' program with the mutant's file.
func replaced(src rewrite.Source, m mutate.Mutant) rewrite.Source {
	src.Packages = slices.Clone(src.Packages)
	for i, pkg := range src.Packages {
		if pkg.Foreign || !strings.HasSuffix(pkg.Path, "/exercise") {
			continue
		}
		pkg.Files = slices.Clone(pkg.Files)
		for j, f := range pkg.Files {
			if f.Name == m.File {
				pkg.Files[j].Src = m.Src
			}
		}
		src.Packages[i] = pkg
	}
	return src
}

// judge puts down what became of the mutants.
func (c *checker) judge(lab *labs.Lab, mutants []mutate.Mutant, fates []fate, s *sheet) {
	made, refused, equal := 0, 0, 0
	var left []mutate.Mutant
	for i, m := range mutants {
		_, excused := lab.Exercise.Equivalent[m.Name]
		switch fates[i] {
		case notBuilt:
			continue
		case survived:
			if excused {
				equal++
				continue
			}
			left = append(left, m)
		default:
			refused++
			if excused {
				s.flaw(Changes, c.yaml(lab), lab.Line("exercise", "equivalent", m.Name), c.say("check.equivalent.refused", "name", m.Name))
			}
		}
		made++
	}
	s.says(Changes, c.say("check.changes", "n", refused, "of", made, "equal", equal))
	severity := Warning
	if refused*100 < refusedPercent*made {
		severity = Flaw
	}
	for _, m := range left {
		file := c.q.Content.LabFile(lab.ID + "/exercise/" + m.File)
		s.add(Changes, Finding{Severity: severity, File: file, Line: m.Line, Message: c.say("check.change.survives", "name", m.Name), Detail: m.Diff})
	}
}
