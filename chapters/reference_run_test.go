package chapters_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// RunProgram runs a program of one file.
func (e engine) RunProgram(ctx context.Context, src string, s chapters.Settings) (*eventlog.Log, error) {
	source := rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(src)}})
	source.Memory = s.Memory
	binary, err := e.runner.Build(ctx, source)
	if err != nil {
		return nil, err
	}
	run, err := e.runner.Start(ctx, binary, runner.Config{Policy: s.Policy, Seed: s.Seed, Procs: s.Procs, Accesses: s.Memory, Races: s.Memory})
	if err != nil {
		return nil, err
	}
	run.Grant(math.MaxUint64)
	log, err := runner.Collect(ctx, run)
	if err != nil {
		return nil, err
	}
	return log, eventlog.Validate(log)
}

// Each cell is its own program: what a cell says is what its program does.
func TestEveryCellOfTheReferenceIsSo(t *testing.T) {
	all, err := chapters.TheReference()
	require.NoError(t, err)
	e := newEngine(t)
	for _, page := range all {
		t.Run(page.ID, func(t *testing.T) {
			require.NoError(t, chapters.CheckReference(t.Context(), chapters.Reference{page}, e))
		})
	}
}
