package chapters_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// engine runs demos as the workbench does, each built once.
type engine struct {
	runner *runner.Runner
	labs   *labs.Set
}

func (e engine) Run(ctx context.Context, lab string, s chapters.Settings) (*eventlog.Log, error) {
	return e.edited(ctx, lab, s, strings.NewReplacer())
}

// edited runs a demo after a change to its source.
func (e engine) edited(ctx context.Context, lab string, s chapters.Settings, change *strings.Replacer) (*eventlog.Log, error) {
	var files []rewrite.File
	for _, f := range e.labs.Lab(lab).Demo {
		files = append(files, rewrite.File{Name: f.Name, Src: []byte(change.Replace(string(f.Src)))})
	}
	source := rewrite.Main(files)
	source.Memory = s.Memory
	binary, err := e.runner.Build(ctx, source)
	if err != nil {
		return nil, err
	}
	run, err := e.runner.Start(ctx, binary, runner.Config{
		Policy: s.Policy, Schedule: s.Schedule, Seed: s.Seed, Procs: s.Procs, Accesses: s.Memory, Races: s.Memory, Args: labs.Args(s.Flags),
	})
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

func newEngine(t *testing.T) engine {
	t.Helper()
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	r, err := runner.New(runner.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return engine{r, set}
}
