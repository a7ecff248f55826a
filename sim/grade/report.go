package grade

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"strings"
	"time"

	"interleave/labs"
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

// facts are what a verdict is made of.
type facts struct {
	vet      []problem
	race     bool // the race detector was on
	results  []result
	explored explored
	speed    *speed // nil if nobody asks for it
}

// notBuilt is the report on files that were refused or do not compile.
func (s *submission) notBuilt(message string) Report {
	why := s.say("grade.unchecked.build")
	var tests []Test
	for _, name := range s.lab.Exercise.Names {
		tests = append(tests, Test{Name: name, Message: why})
	}
	criteria := []Criterion{{Name: Builds, Checked: true, Message: message}}
	for _, name := range s.criteria()[1:] {
		criteria = append(criteria, Criterion{Name: name, Message: why})
	}
	criteria[2].Tests = tests
	return s.sum(criteria)
}

// criteria are the names of what is judged.
func (s *submission) criteria() []string {
	names := []string{Builds, Vet, Tests, Race}
	if s.lab.Exercise.Schedules > 0 {
		names = append(names, Schedules)
	}
	names = append(names, Leaks, Limits)
	if s.lab.Exercise.Speed != nil {
		names = append(names, Speed)
	}
	return names
}

// report is the report on files that compile, by some of the criteria.
func (s *submission) report(f *facts, names []string) Report {
	var criteria []Criterion
	for _, name := range names {
		var c Criterion
		switch name {
		case Builds:
			c = met(s.say("grade.builds"))
		case Vet:
			c = s.vetCriterion(f)
		case Tests:
			c = s.testsCriterion(f)
		case Race:
			c = s.raceCriterion(f)
		case Schedules:
			c = s.schedulesCriterion(f)
		case Leaks:
			c = s.leaksCriterion(f)
		case Limits:
			c = s.limitsCriterion(f)
		case Speed:
			c = s.speedCriterion(f)
		}
		c.Name = name
		criteria = append(criteria, c)
	}
	return s.sum(criteria)
}

func met(message string) Criterion    { return Criterion{Checked: true, Passed: true, Message: message} }
func missed(message string) Criterion { return Criterion{Checked: true, Message: message} }

func (s *submission) vetCriterion(f *facts) Criterion {
	if len(f.vet) > 0 {
		return missed(s.sentences(f.vet))
	}
	return met(s.say("grade.vet"))
}

func (f *facts) passed() (n int) {
	for _, r := range f.results {
		if r.Passed {
			n++
		}
	}
	return n
}

func (f *facts) allPassed() bool { return f.passed() == len(f.results) }

func (s *submission) testsCriterion(f *facts) Criterion {
	c := missed(s.say("grade.tests", "passed", f.passed(), "total", len(f.results)))
	for _, r := range f.results {
		c.Tests = append(c.Tests, r.Test)
	}
	c.Passed = f.allPassed()
	c.Points = s.lab.Exercise.Criteria.Tests * f.passed() / len(f.results)
	return c
}

// seen reports whether tests or schedules speak against a criterion, and has it
// say what the first of them does.
func (s *submission) seen(c *Criterion) bool {
	switch {
	case len(c.Tests) > 0:
		c.Message = c.Tests[0].Message
	case len(c.Findings) > 0:
		c.Message = s.say("grade.schedules.found", "test", c.Findings[0].Test, "sentence", c.Findings[0].Sentence)
	default:
		return false
	}
	c.Checked = true
	return true
}

// raceCriterion gives the points of the race detector only when every test
// passed: what did not run cannot race.
func (s *submission) raceCriterion(f *facts) Criterion {
	var c Criterion
	for _, r := range f.results {
		if r.race.text != "" {
			c.Tests = append(c.Tests, r.race.test(r))
		}
	}
	c.Findings = f.explored.of(isRace)
	switch {
	case s.seen(&c):
	case !f.race:
		c.Message = s.say("grade.unchecked.race")
	case !f.allPassed():
		c.Message = s.say("grade.unchecked.tests")
	default:
		return met(s.say("grade.race.none"))
	}
	return c
}

// schedulesCriterion is about all that other schedules do to the tests but
// races and leaks, which have criteria of their own.
func (s *submission) schedulesCriterion(f *facts) Criterion {
	c := Criterion{Findings: f.explored.of(func(f Finding) bool { return !isRace(f) && !isLeak(f) })}
	switch {
	case s.seen(&c):
		return c
	case f.explored.cannot != "":
		return Criterion{Message: s.say("grade.schedules.cannot", "why", f.explored.cannot)}
	case !f.allPassed():
		return Criterion{Message: s.say("grade.unchecked.passed")}
	case f.explored.whole == len(f.results):
		return met(s.say("grade.schedules.all", "n", f.explored.schedules))
	}
	return met(s.say("grade.schedules.none", "n", f.explored.schedules, "whole", f.explored.whole, "total", len(f.results)))
}

func (s *submission) leaksCriterion(f *facts) Criterion {
	var c Criterion
	for _, r := range f.results {
		if r.left.text != "" {
			c.Tests = append(c.Tests, r.left.test(r))
		}
	}
	c.Findings = f.explored.of(isLeak)
	switch {
	case s.seen(&c):
	case !f.allPassed():
		c.Message = s.say("grade.unchecked.passed")
	default:
		return met(s.say("grade.leaks.none"))
	}
	return c
}

func (s *submission) limitsCriterion(f *facts) Criterion {
	var slowest result
	var peak uint64
	c := Criterion{Checked: true}
	for _, r := range f.results {
		if r.limit {
			c.Tests = append(c.Tests, r.Test)
		}
		if r.MS >= slowest.MS {
			slowest = r
		}
		peak = max(peak, r.peak)
	}
	if len(c.Tests) > 0 {
		c.Message = s.say("grade.limits.over", "test", c.Tests[0].Name, "seconds", seconds(s.testTime()), "mb", s.memory()>>20)
		return c
	}
	return met(s.say("grade.limits.kept", "test", slowest.Name, "ms", slowest.MS, "mb", (peak+(1<<20)-1)>>20))
}

// sum makes a report of criteria. Only the race criterion can be left
// unchecked in a report that is passed, and that of the schedules: all others
// being met, it is the machine that could not check it.
func (s *submission) sum(criteria []Criterion) Report {
	report := Report{
		Passed:   true,
		Points:   s.lab.Exercise.Criteria.Sum(),
		Criteria: criteria,
		Versions: s.versions(),
		At:       time.Now().UTC().Truncate(time.Second),
	}
	for i := range criteria {
		c := &criteria[i]
		c.Of = s.of(c.Name)
		if c.Passed {
			c.Points = c.Of
		}
		report.Score += c.Points
		if !c.Passed && (c.Checked || c.Name != Race && c.Name != Schedules) {
			report.Passed = false
		}
	}
	return report
}

// of is how many points can be had for a criterion.
func (s *submission) of(name string) int {
	points := s.lab.Exercise.Criteria
	return map[string]int{
		Builds: points.Builds, Vet: points.Vet, Tests: points.Tests, Race: points.Race,
		Schedules: points.Schedules, Leaks: points.Leaks, Limits: points.Limits, Speed: points.Speed,
	}[name]
}

// versions are those of a verdict.
func (s *submission) versions() Versions {
	return Versions{Go: runtime.Version(), Lab: Version(s.lab), Seed: s.seed}
}

// Version names the state of a lab's exercise and of how it is judged: it is
// what verdicts have as their [Versions.Lab].
func Version(lab *labs.Lab) string {
	h := sha256.New()
	ex := lab.Exercise
	fmt.Fprintln(h, lab.ID, ex.Criteria, ex.Repeat, ex.Schedules, ex.Limits, ex.Speed)
	for _, group := range [][]labs.File{ex.Tests, ex.Solution, ex.Starter} {
		for _, f := range group {
			fmt.Fprintln(h, f.Name, len(f.Src))
			h.Write(f.Src)
		}
	}
	for _, m := range ex.Mutants {
		fmt.Fprintln(h, m.Name, m.What)
		for _, f := range m.Files {
			fmt.Fprintln(h, f.Name, len(f.Src))
			h.Write(f.Src)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
