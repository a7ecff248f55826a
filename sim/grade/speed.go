package grade

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"interleave/labs"
)

// A benchmark is measured some rounds, of which the median counts. What else the
// machine does makes one look slower, and both by turns; where it keeps the
// referee from hearing at once that one has begun, it looks faster. What seems too
// slow is measured again and again before it is called so.
const (
	leastRounds = 3
	mostRounds  = 20
)

// speed is how long a benchmark took, each time.
type speed struct {
	own, solution []time.Duration
	why           string // why there is none
}

// ratio is how many times as long as the solution it took.
func (s speed) ratio() float64 { return float64(median(s.own)) / float64(median(s.solution)) }

func median(of []time.Duration) time.Duration { return slices.Sorted(slices.Values(of))[len(of)/2] }

// solution returns a workspace with the plain test binary of the lab's
// solution; it belongs to the Grader.
func (s *submission) solution(ctx context.Context, t *tools) (*workspace, error) {
	return s.grader.solutions.of(s.lab, func() (*workspace, error) {
		ws, err := s.workspace(ctx, t, s.lab.Exercise.Solution)
		if err != nil {
			return nil, err
		}
		if out := s.build(ctx, t, ws, plain); out.err != nil || len(out.problems) > 0 {
			return nil, errors.Join(fmt.Errorf("build the solution: %w: %s", out.err, s.sentences(out.problems)), ws.remove())
		}
		return ws, nil
	})
}

// measure measures the lab's benchmark on the submission and on the solution by
// turns, with the referee's clock: from when the process says that it begins to
// when it says that it has ended.
func (s *submission) measure(ctx context.Context, t *tools, ws *workspace) (*speed, error) {
	spec := s.lab.Exercise.Speed
	if spec == nil {
		return nil, nil
	}
	solution, err := s.solution(ctx, t)
	if err != nil {
		return nil, err
	}
	var measured speed
	for round := range mostRounds {
		if round >= leastRounds && measured.ratio() <= spec.Ratio {
			break
		}
		for _, turn := range []struct {
			ws   *workspace
			each *[]time.Duration
		}{{ws, &measured.own}, {solution, &measured.solution}} {
			took, why, err := s.measureOnce(ctx, t, turn.ws, *spec, round)
			if err != nil {
				return nil, err
			}
			if why != "" {
				return &speed{why: why}, nil
			}
			*turn.each = append(*turn.each, took)
		}
	}
	return &measured, nil
}

// measureOnce measures a benchmark once; why says why that was not possible.
func (s *submission) measureOnce(ctx context.Context, t *tools, ws *workspace, spec labs.Speed, round int) (took time.Duration, why string, err error) {
	turn := measure(spec.Benchmark, round, spec.Times)
	out, err := s.carryOut(ctx, t, ws, ws.binary(plain), []step{turn}, racingProcs)
	if err != nil {
		return 0, "", err
	}
	if out.err() != nil {
		return 0, s.understood(ws, turn.name, out).Message, nil
	}
	heard := out.steps[turn.name]
	return heard.ended.Sub(heard.begun), "", nil
}

func (s *submission) speedCriterion(f *facts) Criterion {
	spec := s.lab.Exercise.Speed
	if !f.allPassed() {
		return Criterion{Message: s.say("grade.unchecked.passed")}
	}
	if f.speed.why != "" {
		return missed(f.speed.why)
	}
	ratio := f.speed.ratio()
	message := s.say("grade.speed", "benchmark", spec.Benchmark, "ratio", fmt.Sprintf("%.1f", ratio), "most", fmt.Sprintf("%g", spec.Ratio))
	if ratio > spec.Ratio {
		return missed(message)
	}
	return met(message)
}
