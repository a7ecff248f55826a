package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"interleave/labs"
	"interleave/sim/grade"
)

// soundRepeat is how often each test has to accept the solution.
const soundRepeat = 30

// graded checks the exercise by grading: starter, empty answer, solution and
// mutants.
func (c *checker) graded(ctx context.Context, lab *labs.Lab, s *sheet) error {
	type job func(context.Context, *labs.Lab, *sheet) error
	var jobs []job
	for criterion, do := range map[string]job{Starter: c.starter, Empty: c.empty, Solution: c.solution} {
		if c.wants(criterion) {
			s.row(criterion)
			jobs = append(jobs, do)
		}
	}
	if c.wants(Mutants) {
		s.says(Mutants, c.say("check.mutants", "n", len(lab.Exercise.Mutants)))
		for i := range lab.Exercise.Mutants {
			jobs = append(jobs, func(ctx context.Context, lab *labs.Lab, s *sheet) error {
				return c.mutant(ctx, lab, &lab.Exercise.Mutants[i], s)
			})
		}
	}
	errs := make([]error, len(jobs))
	var all sync.WaitGroup
	for i, do := range jobs {
		all.Go(func() {
			done, err := c.slot(ctx)
			if err != nil {
				errs[i] = err
				return
			}
			defer done()
			errs[i] = do(ctx, lab, s)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

func (c *checker) grade(ctx context.Context, lab *labs.Lab, files []labs.File) (grade.Report, error) {
	texts := make(map[string][]byte)
	for _, f := range files {
		texts[f.Name] = f.Src
	}
	return c.grader.Grade(ctx, lab, texts)
}

// unexplored is a lab whose grading explores no schedules. They have a criterion
// of their own here, with a larger budget, and for what fails they tell nothing
// that is asked here.
func unexplored(lab *labs.Lab) *labs.Lab {
	of, ex := *lab, *lab.Exercise
	ex.Schedules = 0
	of.Exercise = &ex
	return &of
}

// refusal is what a submission was refused for: tests by name, builds, vet,
// race.
func refusal(report grade.Report) []string {
	var by []string
	for _, criterion := range report.Criteria {
		if criterion.Checked && !criterion.Passed && criterion.Name != grade.Tests {
			by = append(by, criterion.Name)
		}
		if criterion.Name != grade.Tests {
			continue
		}
		for _, test := range criterion.Tests {
			if criterion.Checked && !test.Passed {
				by = append(by, test.Name)
			}
		}
	}
	return by
}

// why is the first thing that a report says against a submission.
func why(report grade.Report) string {
	for _, criterion := range report.Criteria {
		if criterion.Passed || !criterion.Checked {
			continue
		}
		for _, test := range criterion.Tests {
			if !test.Passed {
				return test.Name + ": " + test.Message
			}
		}
		return criterion.Message
	}
	return ""
}

// starterFile is where the learner's work starts.
func (c *checker) starterFile(lab *labs.Lab) (string, int) {
	for _, f := range lab.Exercise.Starter {
		if before, _, ok := strings.Cut(string(f.Src), "YOUR WORK STARTS HERE"); ok {
			return c.q.Content.LabFile(lab.ID + "/exercise/starter/" + f.Name), strings.Count(before, "\n") + 1
		}
	}
	return c.q.Content.LabFile(lab.ID + "/exercise/starter"), 0
}

func (c *checker) starter(ctx context.Context, lab *labs.Lab, s *sheet) error {
	report, err := c.grade(ctx, unexplored(lab), lab.Exercise.Starter)
	if err != nil {
		return err
	}
	file, line := c.starterFile(lab)
	builds, vet, tests := report.Criterion(grade.Builds), report.Criterion(grade.Vet), report.Criterion(grade.Tests)
	if !builds.Passed {
		s.flaw(Starter, file, line, c.say("check.starter.builds", "why", builds.Message))
		return nil
	}
	if vet.Checked && !vet.Passed {
		s.flaw(Starter, file, line, c.say("check.starter.vet", "why", vet.Message))
	}
	if tests.Passed {
		s.flaw(Starter, file, line, c.say("check.starter.passes"))
	}
	return nil
}

// empty grades a submission in which nothing was written. Each test that passes
// all the same gives points for nothing.
func (c *checker) empty(ctx context.Context, lab *labs.Lab, s *sheet) error {
	files, err := emptied(lab.Exercise)
	if err != nil {
		return err
	}
	report, err := c.grade(ctx, unexplored(lab), files)
	if err != nil {
		return err
	}
	if builds := report.Criterion(grade.Builds); !builds.Passed {
		s.skip(Empty, c.say("check.empty.builds", "why", builds.Message))
		return nil
	}
	for _, test := range report.Criterion(grade.Tests).Tests {
		if test.Passed {
			file, line := c.testAt(lab, test.Name)
			s.flaw(Empty, file, line, c.say("check.empty.passes", "test", test.Name))
		}
	}
	return nil
}

// testAt is where a test stands.
func (c *checker) testAt(lab *labs.Lab, name string) (string, int) {
	for _, f := range lab.Exercise.Tests {
		for i, text := range strings.Split(string(f.Src), "\n") {
			if strings.HasPrefix(text, "func "+name+"(") {
				return c.q.Content.LabFile(lab.ID + "/exercise/" + f.Name), i + 1
			}
		}
	}
	return c.q.Content.LabFile(lab.ID + "/exercise"), 0
}

func (c *checker) solution(ctx context.Context, lab *labs.Lab, s *sheet) error {
	often := unexplored(lab)
	ex := often.Exercise
	ex.Repeat = max(soundRepeat, ex.Repeat)
	report, err := c.grade(ctx, often, ex.Solution)
	if err != nil {
		return err
	}
	s.says(Solution, c.say("check.solution", "n", ex.Repeat))
	at := func(test grade.Test) (string, int) {
		if test.File != "" {
			return c.q.Content.LabFile(lab.ID + "/exercise/" + test.File), test.Line
		}
		return c.testAt(lab, test.Name)
	}
	seen := make(map[string]bool) // several tests can fail at one place
	for _, criterion := range report.Criteria {
		switch {
		case criterion.Passed:
		case !criterion.Checked:
			if criterion.Name == grade.Race && report.Passed {
				s.warn(Solution, c.yaml(lab), lab.Line("exercise"), c.say("check.solution.unchecked", "why", criterion.Message))
			}
		case len(criterion.Tests) == 0:
			s.flaw(Solution, c.q.Content.LabFile(lab.ID+"/exercise/"+ex.Solution[0].Name), 0, criterion.Message)
		}
		for _, test := range criterion.Tests {
			if criterion.Checked && !test.Passed {
				file, line := at(test)
				if place := fmt.Sprint(criterion.Name, file, line); !seen[place] {
					seen[place] = true
					s.flaw(Solution, file, line, test.Name+": "+test.Message)
				}
			}
		}
	}
	return nil
}

func (c *checker) mutant(ctx context.Context, lab *labs.Lab, m *labs.Mutant, s *sheet) error {
	report, err := c.grade(ctx, lab, m.Files)
	if err != nil {
		return err
	}
	line := lab.Line("exercise", "mutants", m.Name, "rejected_by")
	by := refusal(report)
	switch {
	case !report.Criterion(grade.Builds).Passed:
		s.flaw(Mutants, c.yaml(lab), line, c.say("check.mutant.builds", "name", m.Name, "why", report.Criterion(grade.Builds).Message))
	case m.RejectedBy == grade.Race && !report.Criterion(grade.Race).Checked && report.Criterion(grade.Tests).Passed:
		s.warn(Mutants, c.yaml(lab), line, c.say("check.mutant.unchecked", "name", m.Name, "why", report.Criterion(grade.Race).Message))
	case report.Passed:
		s.flaw(Mutants, c.yaml(lab), line, c.say("check.mutant.passes", "name", m.Name))
	case !slices.Contains(by, m.RejectedBy):
		s.flaw(Mutants, c.yaml(lab), line, c.say("check.mutant.other", "name", m.Name, "by", m.RejectedBy, "other", strings.Join(by, ", ")))
	}
	return nil
}
