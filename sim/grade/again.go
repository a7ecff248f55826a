package grade

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"interleave/labs"
)

// processors are what the tests are repeated with, shuffled, all in one process
// each.
var processors = []int{1, 2, 4, 8}

// Again looks longer at files that have got a verdict: it grades them once more
// with other schedules, and repeats all tests in one process, shuffled, with
// several numbers of processors. What comes out is the verdict, or a lower one
// that says why in Lowered. To a verdict on files that build and have not passed
// it adds what they are like.
func (g *Grader) Again(ctx context.Context, lab *labs.Lab, files map[string][]byte, verdict Report) (Report, error) {
	s, t, refused, err := g.admitted(ctx, lab, files)
	if err != nil || len(refused) > 0 || !verdict.Criterion(Builds).Passed {
		return verdict, err
	}
	if verdict.Passed {
		lowered, err := s.again(ctx, t, verdict)
		if err != nil {
			return verdict, fmt.Errorf("grade %s again: %w", lab.ID, err)
		}
		if verdict = lowered; verdict.Passed {
			return verdict, nil
		}
	}
	if verdict.Like, err = g.like(ctx, t, lab, verdict); err != nil {
		return verdict, fmt.Errorf("grade %s again: %w", lab.ID, err)
	}
	return verdict, nil
}

// again repeats what led to a verdict.
func (s *submission) again(ctx context.Context, t *tools, verdict Report) (Report, error) {
	s.seed = firstSeed + 100
	ws, err := s.workspace(ctx, t, s.files)
	if err != nil {
		return verdict, err
	}
	defer ws.remove()
	report, err := s.gradeIn(ctx, t, ws)
	if err != nil {
		return verdict, err
	}
	if lowered := s.lower(verdict, report, "grade.lowered"); !lowered.Passed {
		return lowered, nil
	}
	for _, procs := range processors {
		f := &facts{race: t.race}
		if f.results, err = s.shuffled(ctx, t, ws, procs); err != nil {
			return verdict, err
		}
		if lowered := s.lower(verdict, s.report(f, []string{Tests, Race, Limits, Leaks}), "grade.lowered.shuffled", "cpu", procs); !lowered.Passed {
			return lowered, nil
		}
	}
	return verdict, nil
}

// lower takes over into a verdict what a repetition has come to and is worse. A
// criterion that the repetition could not check says nothing.
func (s *submission) lower(verdict, again Report, key string, args ...any) Report {
	criteria := slices.Clone(verdict.Criteria)
	worse := ""
	for i, c := range criteria {
		if now := again.Criterion(c.Name); c.Passed && now.Checked && !now.Passed {
			criteria[i] = now
			if worse == "" {
				worse = now.Message
			}
		}
	}
	if worse == "" {
		return verdict
	}
	lowered := s.sum(criteria)
	lowered.At, lowered.Versions = verdict.At, verdict.Versions
	lowered.Lowered = s.say(key, append(args, "why", worse)...)
	return lowered
}

// shuffled runs all tests in one process, in an order that depends on nothing
// but the number of processors.
func (s *submission) shuffled(ctx context.Context, t *tools, ws *workspace, procs int) ([]result, error) {
	names := slices.Clone(s.lab.Exercise.Names)
	rng := rand.New(rand.NewPCG(firstSeed, uint64(procs)))
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var plan []step
	for _, name := range names {
		plan = append(plan, run(name, s.lab.Exercise.Repeat))
	}
	binary := racing
	if !t.race {
		binary = plain
	}
	out, err := s.carryOut(ctx, t, ws, ws.binary(binary), plan, procs)
	if err != nil {
		return nil, err
	}
	if out.err() == nil {
		return all(names), nil
	}
	// The first test that did not end well has ended the process, or has said
	// what is wrong; of those after it nothing is known.
	results := all(names)
	for i, name := range names {
		if !out.passed(name) || i == len(names)-1 {
			results[i] = s.understood(ws, name, out)
			break
		}
	}
	return results, nil
}

// all are results of tests that passed.
func all(names []string) []result {
	results := make([]result, len(names))
	for i, name := range names {
		results[i] = result{Test: Test{Name: name, Passed: true}, finished: true}
	}
	return results
}
