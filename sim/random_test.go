package sim_test

import (
	"errors"
	"flag"
	"fmt"
	"go/format"
	"maps"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

var (
	randomPrograms = flag.Int("programs", 20, "how many random programs to try")
	randomSeed     = flag.Uint64("from", 1, "the seed of the first random program")
)

// Whatever a random program does, in the model or for real, is something that
// the specification allows; what it does for real the model does under some
// schedule; and every log keeps the laws.
func TestRandomProgramsDoWhatTheSpecificationAllows(t *testing.T) {
	r := engine(t)
	files, progs := map[string]rewrite.File{}, map[string]randProg{}
	for seed := range uint64(*randomPrograms) {
		rng := rand.New(rand.NewPCG(*randomSeed+seed, 0))
		p := newRandProg(rng, 1+rng.IntN(3), 3)
		name := fmt.Sprintf("seed%d", *randomSeed+seed)
		progs[name], files[name] = p, p.file(t)
	}
	bins := stockAll(t, files)
	for name, p := range progs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check := func(p randProg, bin string) error { return checkRandom(t, r, p, bin) }
			err := check(p, bins[name])
			if err == nil {
				return
			}
			small := p.shrink(func(q randProg) bool {
				bins := stockAll(t, map[string]rewrite.File{"small": q.file(t)})
				return check(q, bins["small"]) != nil
			})
			t.Fatalf("%v\nthe smallest program that fails (from -args -from %s -programs 1):\n%s", err, strings.TrimPrefix(name, "seed"), small.file(t).Src)
		})
	}
}

func (p randProg) file(t *testing.T) rewrite.File {
	src, err := format.Source(p.source())
	require.NoError(t, err, "%s", p.source())
	return rewrite.File{Name: "main.go", Src: src}
}

const (
	realRuns    = 20
	modelSeeds  = 10   // under each policy
	searchSeeds = 1000 // to find what the real runtime showed
)

// checkRandom says what is wrong with a program in the model or for real.
func checkRandom(t *testing.T, r *runner.Runner, p randProg, bin string) error {
	allowed, whole := p.outcomes(200_000)
	if !whole {
		allowed = nil
	}
	b, err := r.Build(t.Context(), rewrite.Main([]rewrite.File{p.file(t)}))
	if err != nil {
		return err
	}
	shown := map[string]bool{}
	for _, c := range schedules {
		for seed := range uint64(modelSeeds) {
			c.Seed = seed
			if err := modelShows(t, r, b, c, allowed, shown); err != nil {
				return fmt.Errorf("policy %s, seed %d, %d Ps: %w", c.Policy, seed, c.Procs, err)
			}
		}
	}
	for i := range realRuns {
		got, err := realOutcome(bin, 1+i%2)
		switch {
		case err != nil:
			return err
		case allowed != nil && !allowed[got]:
			return fmt.Errorf("the real runtime shows %q, and allowed is %q", got, slices.Sorted(maps.Keys(allowed)))
		}
		for seed := uint64(0); !shown[got]; seed++ {
			if seed == searchSeeds {
				return fmt.Errorf("the real runtime shows %q, and the model %q", got, slices.Sorted(maps.Keys(shown)))
			}
			if err := modelShows(t, r, b, runner.Config{Policy: "random", Seed: modelSeeds + seed}, allowed, shown); err != nil {
				return err
			}
		}
	}
	return nil
}

// modelShows runs a program in the model and notes its outcome.
func modelShows(t *testing.T, r *runner.Runner, b *runner.Binary, c runner.Config, allowed, shown map[string]bool) error {
	log, err := collect(t.Context(), r, b, c)
	if err != nil {
		return err
	}
	if err := eventlog.Validate(log); err != nil {
		return err
	}
	got := modelOutcome(log)
	shown[got] = true
	if allowed != nil && !allowed[got] {
		return fmt.Errorf("the model shows %q, and allowed is %q", got, slices.Sorted(maps.Keys(allowed)))
	}
	return nil
}

func modelOutcome(log *eventlog.Log) string {
	switch v := log.Verdict(); v.Outcome {
	case event.Exited:
		return printed(log)
	case event.Deadlock:
		return "deadlock"
	case event.Panicked:
		return "panic: " + v.Message
	default:
		return v.Outcome.String() + " " + v.Message
	}
}

func realOutcome(bin string, procs int) (string, error) {
	cmd := exec.Command(bin)
	cmd.Env = []string{fmt.Sprint("GOMAXPROCS=", procs)}
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return "", err
	}
	first, _, _ := strings.Cut(string(out), "\n\n")
	if strings.Contains(first, "all goroutines are asleep") {
		return "deadlock", nil
	}
	if err == nil {
		return string(out), nil
	}
	return strings.TrimSuffix(first, " [recovered, repanicked]"), nil // WaitGroup.Go does that
}

func TestAFailingRandomProgramShrinksToWhatFails(t *testing.T) {
	closes := func(p randProg) bool {
		return slices.ContainsFunc(p.gos, func(steps []action) bool {
			return slices.ContainsFunc(steps, func(a action) bool { return a.op == doClose })
		})
	}
	for seed := range uint64(50) {
		p := newRandProg(rand.New(rand.NewPCG(seed, 0)), 3, 5)
		if !closes(p) {
			continue
		}
		p = p.shrink(closes)
		assert.Equal(t, 1, len(slices.Concat(p.gos...)))
		assert.LessOrEqual(t, len(p.gos), 2)
		assert.Contains(t, string(p.file(t).Src), "close(")
	}
}

func TestSpecificationOfASmallProgram(t *testing.T) {
	send := func(v int) action { return action{op: doSend, value: v} }
	p := randProg{caps: []int{0}, locks: 2, gos: [][]action{{{op: doRecv}}, {send(1)}, {send(2)}}}
	got, ok := p.outcomes(1000)
	require.True(t, ok)
	assert.Equal(t, map[string]bool{"deadlock": true}, got)
	p.caps[0] = 1
	got, _ = p.outcomes(1000)
	assert.Equal(t, map[string]bool{"0 [1 true;  ]\n": true, "0 [2 true;  ]\n": true}, got)
	p.gos[0] = []action{{op: doSelect, cases: []action{{op: doRecv}}, or: true}}
	got, _ = p.outcomes(1000)
	assert.Equal(t, map[string]bool{"0 [case0 1 true;  ]\n": true, "0 [case0 2 true;  ]\n": true, "deadlock": true}, got)
}
