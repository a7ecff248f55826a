package labs

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Views lists the pictures that a lab may open with.
func Views() []string {
	return []string{"lanes", "scheduler", "channels", "pool", "context", "charts", "compare", "waitfor", "order", "memory", "about", "code", "console", "events"}
}

const (
	misconceptions = 30 // M1 to M30, as chapters speak of them
	hints          = 3  // a question, a place, an approach
	workMark       = "YOUR WORK STARTS HERE"
)

var chapterNumber = regexp.MustCompile(`^[0-9]{2}$`)

// check returns what is wrong with a lab by itself.
func check(lab *Lab, m *manifest) []error {
	var wrong []error
	if lab.Title == "" {
		wrong = append(wrong, m.errorf(at{"title"}, "the title is missing"))
	}
	if !chapterNumber.MatchString(lab.Chapter) {
		wrong = append(wrong, m.errorf(at{"chapter"}, "chapter is two digits in quotes, like %q", "02"))
	}
	if len(lab.Views) == 0 {
		wrong = append(wrong, m.errorf(at{"views"}, "views is empty: which picture should the lab open with?"))
	}
	for i, view := range lab.Views {
		if !slices.Contains(Views(), view) {
			wrong = append(wrong, m.errorf(at{"views", i}, "there is no view %q; there are %s", view, strings.Join(Views(), ", ")))
		}
	}
	for i, mode := range lab.Modes {
		if !slices.Contains(Modes(), mode) {
			wrong = append(wrong, m.errorf(at{"modes", i}, "there is no mode %q; there are %s", mode, strings.Join(Modes(), ", ")))
		}
	}
	for i, id := range lab.Misconceptions {
		if !isMisconception(id) {
			wrong = append(wrong, m.errorf(at{"misconceptions", i}, "misconceptions are M1 to M%d, not %q", misconceptions, id))
		}
	}
	wrong = append(wrong, checkFlags(lab, m)...)
	wrong = append(wrong, checkChallenges(lab, m)...)
	if lab.Exercise != nil {
		wrong = append(wrong, checkExercise(lab, m)...)
		for i := range lab.Exercise.Mutants {
			wrong = append(wrong, checkMutant(lab, &lab.Exercise.Mutants[i], m)...)
		}
	}
	return wrong
}

func isMisconception(id string) bool {
	digits, ok := strings.CutPrefix(id, "M")
	n, err := strconv.Atoi(digits)
	return ok && err == nil && 1 <= n && n <= misconceptions && digits == strconv.Itoa(n)
}

// checkNeeds returns what is wrong with the labs that a lab asks for.
func checkNeeds(ids []string, lab *Lab) []error {
	var wrong []error
	for i, id := range lab.Needs {
		if id == lab.ID || !slices.Contains(ids, id) {
			wrong = append(wrong, lab.source.errorf(at{"needs", i}, "there is no other lab %q", id))
		}
	}
	return wrong
}

// checkFlags holds lab.yaml against the flags that the demo really has.
func checkFlags(lab *Lab, m *manifest) []error {
	defaults := map[string]string{}
	for _, f := range ReadFlags(lab.Demo) {
		defaults[f.Name] = f.Default
	}
	var wrong []error
	for name, spec := range lab.Flags {
		place := at{"flags", name}
		value, ok := defaults[name]
		switch {
		case !ok:
			wrong = append(wrong, m.errorf(place, "the demo has no flag -%s", name))
			continue
		case len(spec.Choices) > 0 && !slices.Contains(spec.Choices, value):
			wrong = append(wrong, m.errorf(place, "the demo's default %q of -%s is not among the choices", value, name))
		case spec.Min != nil && spec.Max != nil && *spec.Min >= *spec.Max:
			wrong = append(wrong, m.errorf(place, "min of -%s is not below max", name))
		}
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			if spec.Min != nil && n < *spec.Min || spec.Max != nil && n > *spec.Max {
				wrong = append(wrong, m.errorf(place, "the demo's default %s of -%s is outside of min and max", value, name))
			}
		}
	}
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return wrong
}

// checkExercise returns what is wrong with the exercise but for its mutants.
func checkExercise(lab *Lab, m *manifest) []error {
	ex := lab.Exercise
	var wrong []error
	add := func(place at, format string, args ...any) {
		wrong = append(wrong, m.errorf(append(at{"exercise"}, place...), format, args...))
	}
	if c := ex.Criteria; c.least() < 0 || c.Sum() == 0 {
		add(at{"points"}, "points has no points to give, or takes some away")
	}
	if ex.Repeat < 1 {
		add(at{"repeat"}, "repeat is at least 1")
	}
	if ex.Schedules < 0 || ex.Schedules > mostSchedules {
		add(at{"schedules"}, "schedules is from 0 (none are explored) to %d", mostSchedules)
	}
	if ex.Schedules == 0 && ex.Criteria.Schedules > 0 {
		add(at{"points", "schedules"}, "there are points for schedules, and none are explored")
	}
	if l := ex.Limits; l.Seconds < 0 || l.Seconds > mostSeconds || l.MB < 0 || l.MB > mostMB {
		add(at{"limits"}, "a test may take up to %d seconds and %d mb", mostSeconds, mostMB)
	}
	wrong = append(wrong, checkSpeed(ex, m)...)
	if len(ex.Hints) != hints {
		add(at{"hints"}, "there are %d hints; there must be three: a question, a place, an approach", len(ex.Hints))
	}
	for i, hint := range ex.Hints {
		if strings.TrimSpace(hint) == "" {
			add(at{"hints", i}, "hint %d says nothing", i+1)
		}
	}
	for _, change := range slices.Sorted(maps.Keys(ex.Equivalent)) {
		if strings.TrimSpace(ex.Equivalent[change]) == "" {
			add(at{"equivalent", change}, "why does %q change nothing?", change)
		}
	}
	if len(ex.Mutants) == 0 {
		add(at{"mutants"}, "there are no mutants: which wrong solutions do the tests reject?")
	}
	if !slices.Equal(fileNames(ex.Starter), fileNames(ex.Solution)) {
		add(nil, "starter has %v, the solution has %v: they must have the same files", fileNames(ex.Starter), fileNames(ex.Solution))
	}
	marked := func(f File) bool { return strings.Contains(string(f.Src), workMark) }
	if !slices.ContainsFunc(ex.Starter, marked) {
		add(nil, "no comment in starter says %q", workMark)
	}
	for _, group := range [][]File{ex.Starter, ex.Solution, ex.Tests} {
		for _, file := range group {
			if pkg := packageName(file); pkg != "main" {
				add(nil, "%s is package %s; an exercise is package main", file.Name, pkg)
			}
		}
	}
	return wrong
}

// What a lab may ask for at most.
const (
	mostSchedules = 1_000_000
	mostSeconds   = 60
	mostMB        = 2048
	mostTimes     = 1_000_000_000
)

// checkSpeed returns what is wrong with what lab.yaml says of the speed.
func checkSpeed(ex *Exercise, m *manifest) []error {
	place := at{"exercise", "speed"}
	switch speed := ex.Speed; {
	case speed == nil && ex.Criteria.Speed > 0:
		return []error{m.errorf(at{"exercise", "points", "speed"}, "there are points for speed, and no benchmark that measures it")}
	case speed == nil:
		return nil
	case !slices.Contains(ex.Benchmarks, speed.Benchmark):
		return []error{m.errorf(append(place, "benchmark"), "the tests hold no benchmark %q", speed.Benchmark)}
	case speed.Times < 1 || speed.Times > mostTimes:
		return []error{m.errorf(append(place, "times"), "times, how often the benchmark's body runs, is from 1 to %d", mostTimes)}
	case speed.Ratio < 1 || speed.Ratio > 100:
		return []error{m.errorf(append(place, "ratio"), "ratio is from 1 to 100")}
	}
	return nil
}

// judges are what can reject a mutant but the tests.
var judges = []string{"vet", "race", "schedules", "leaks", "limits", "speed"}

func checkMutant(lab *Lab, mutant *Mutant, m *manifest) []error {
	ex := lab.Exercise
	var wrong []error
	add := func(key, format string, args ...any) {
		place := at{"exercise", "mutants", mutant.Name, key}
		wrong = append(wrong, m.errorf(place, "mutant %s: %s", mutant.Name, fmt.Sprintf(format, args...)))
	}
	if mutant.What == "" {
		add("what", "what is wrong with it? say it in a sentence")
	}
	if !slices.Contains(lab.Misconceptions, mutant.Misconception) {
		add("misconception", "%q is not among the lab's misconceptions", mutant.Misconception)
	}
	by := mutant.RejectedBy
	if !slices.Contains(judges, by) && !slices.Contains(ex.Names, by) {
		add("rejected_by", "there is no test %q, and it is none of %s", by, strings.Join(judges, ", "))
	}
	if !slices.Equal(fileNames(mutant.Files), fileNames(ex.Starter)) {
		add("what", "it has %v; the starter has %v", fileNames(mutant.Files), fileNames(ex.Starter))
	}
	return wrong
}

func fileNames(files []File) []string {
	var names []string
	for _, file := range files {
		names = append(names, file.Name)
	}
	return names
}

func packageName(file File) string {
	parsed, err := parser.ParseFile(token.NewFileSet(), file.Name, file.Src, parser.PackageClauseOnly)
	if err != nil {
		return ""
	}
	return parsed.Name.Name
}
