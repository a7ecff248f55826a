package grade

import (
	"fmt"
	"strings"
	"time"
)

// problem is something wrong in a file: a sentence of ours (key and args) or
// one of the toolchain's (text).
type problem struct {
	file string
	line int // 0: the file as a whole
	key  string
	args []any
	text string
}

const shownProblems = 5

// sentences puts problems into words, one a line, the first few of them.
func (s *submission) sentences(problems []problem) string {
	var lines []string
	for i, p := range problems {
		if i == shownProblems {
			lines = append(lines, s.say("grade.more", "n", len(problems)-i))
			break
		}
		text := p.text
		if p.key != "" {
			text = s.say(p.key, p.args...)
		}
		switch {
		case p.file != "" && p.line > 0:
			text = fmt.Sprintf("%s:%d: %s", p.file, p.line, text)
		case p.file != "":
			text = fmt.Sprintf("%s: %s", p.file, text)
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}

// notBuilt is the report on files that were refused or do not compile.
func (s *submission) notBuilt(message string) Report {
	of := s.lab.Exercise.Criteria
	why := s.say("grade.unchecked.build")
	var tests []Test
	for _, name := range s.lab.Exercise.Names {
		tests = append(tests, Test{Name: name, Message: why})
	}
	return s.sum([]Criterion{
		{Name: Builds, Checked: true, Of: of.Builds, Message: message},
		{Name: Vet, Of: of.Vet, Message: why},
		{Name: Tests, Of: of.Tests, Message: why, Tests: tests},
		{Name: Race, Of: of.Race, Message: why},
	})
}

// report is the report on files that compile. race says whether the race
// detector was on.
func (s *submission) report(race bool, vet string, results []result) Report {
	of := s.lab.Exercise.Criteria
	criteria := []Criterion{
		{Name: Builds, Checked: true, Passed: true, Points: of.Builds, Of: of.Builds, Message: s.say("grade.builds")},
		{Name: Vet, Checked: true, Passed: vet == "", Of: of.Vet, Message: vet},
		s.testsCriterion(results),
	}
	if vet == "" {
		criteria[1].Points = of.Vet
		criteria[1].Message = s.say("grade.vet")
	}
	criteria = append(criteria, s.raceCriterion(race, criteria[2].Passed, results))
	return s.sum(criteria)
}

func (s *submission) testsCriterion(results []result) Criterion {
	c := Criterion{Name: Tests, Checked: true, Of: s.lab.Exercise.Criteria.Tests}
	passed := 0
	for _, r := range results {
		c.Tests = append(c.Tests, r.Test)
		if r.Passed {
			passed++
		}
	}
	c.Passed = passed == len(results)
	c.Points = c.Of * passed / len(results)
	c.Message = s.say("grade.tests", "passed", passed, "total", len(results))
	return c
}

// raceCriterion gives the points of the race detector only when every test
// passed: what did not run cannot race.
func (s *submission) raceCriterion(on, testsPassed bool, results []result) Criterion {
	c := Criterion{Name: Race, Of: s.lab.Exercise.Criteria.Race}
	if !on {
		c.Message = s.say("grade.unchecked.race")
		return c
	}
	for _, r := range results {
		if r.race != "" {
			c.Tests = append(c.Tests, Test{Name: r.Name, Message: r.race, MS: r.MS, File: r.raceFile, Line: r.raceLine})
		}
	}
	switch {
	case len(c.Tests) > 0:
		c.Checked = true
		c.Message = c.Tests[0].Message
	case !testsPassed:
		c.Message = s.say("grade.unchecked.tests")
	default:
		c.Checked, c.Passed, c.Points = true, true, c.Of
		c.Message = s.say("grade.race.none")
	}
	return c
}

// sum makes a report of criteria. Only the race criterion can be left
// unchecked in a report that is passed: all others being met, it is the
// machine that could not check it.
func (s *submission) sum(criteria []Criterion) Report {
	report := Report{
		Passed:   true,
		Points:   s.lab.Exercise.Criteria.Sum(),
		Criteria: criteria,
		At:       time.Now().UTC().Truncate(time.Second),
	}
	for _, c := range criteria {
		report.Score += c.Points
		if !c.Passed && (c.Checked || c.Name != Race) {
			report.Passed = false
		}
	}
	return report
}
