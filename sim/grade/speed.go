package grade

import (
	"context"
	"fmt"
	"sync"
	"time"

	"interleave/labs"
)

// rounds is how often a benchmark is measured, of which the best counts: what
// else the machine does can only make it slower.
const rounds = 3

// speed is how long a benchmark took.
type speed struct {
	own, solution time.Duration
	why           string // why there is none
}

// solutions are the test binaries of solutions, for as long as the Grader is
// there.
type solutions struct {
	mu    sync.Mutex
	built map[string]*workspace // by a lab's hash
}

// of returns a workspace with the plain test binary of a lab's solution.
func (all *solutions) of(ctx context.Context, t *tools, s *submission) (*workspace, error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	key := Version(s.lab)
	if ws := all.built[key]; ws != nil {
		return ws, nil
	}
	ws, err := s.workspace(t, s.lab.Exercise.Solution)
	if err != nil {
		return nil, err
	}
	keep := false
	defer func() {
		if !keep {
			ws.remove()
		}
	}()
	if out := s.build(ctx, t, ws, false); out.err != nil || len(out.problems) > 0 {
		return nil, fmt.Errorf("build the solution: %w: %s", out.err, s.sentences(out.problems))
	}
	if all.built == nil {
		all.built = make(map[string]*workspace)
	}
	all.built[key], keep = ws, true
	return ws, nil
}

// Close removes the binaries.
func (all *solutions) Close() error {
	all.mu.Lock()
	defer all.mu.Unlock()
	var err error
	for _, ws := range all.built {
		err = ws.remove()
	}
	all.built = nil
	return err
}

// measure measures the lab's benchmark on the submission and on the solution by
// turns, with the referee's clock: from when the process says that it begins to
// when it says that it has ended.
func (s *submission) measure(ctx context.Context, t *tools, ws *workspace) (*speed, error) {
	spec := s.lab.Exercise.Speed
	if spec == nil {
		return nil, nil
	}
	solution, err := s.grader.solutions.of(ctx, t, s)
	if err != nil {
		return nil, err
	}
	var fastest speed
	for round := range rounds {
		for _, turn := range []struct {
			ws   *workspace
			best *time.Duration
		}{{ws, &fastest.own}, {solution, &fastest.solution}} {
			took, why, err := s.measureOnce(ctx, t, turn.ws, *spec, round)
			if err != nil {
				return nil, err
			}
			if why != "" {
				return &speed{why: why}, nil
			}
			if *turn.best == 0 || took < *turn.best {
				*turn.best = took
			}
		}
	}
	return &fastest, nil
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
	ratio := float64(f.speed.own) / float64(f.speed.solution)
	message := s.say("grade.speed", "benchmark", spec.Benchmark, "ratio", fmt.Sprintf("%.1f", ratio), "most", fmt.Sprintf("%g", spec.Ratio))
	if ratio > spec.Ratio {
		return missed(message)
	}
	return met(message)
}
