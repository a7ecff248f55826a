package chapters_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/real"
	"interleave/sim/rewrite"
)

var update = flag.Bool("update", false, "write the golden logs anew")

// goldens holds a log for each demo that runs in the model, as JSON Lines:
// the viewer shows one as it is.
const goldens = "../testdata/golden"

// TestDemosRunAsTheyDidBefore runs every demo in the model as its page does
// before anything is set, and holds each event to the one that was recorded.
// Where a demo or the scheduler was changed on purpose, -args -update records
// anew, and the difference says what a learner sees now.
func TestDemosRunAsTheyDidBefore(t *testing.T) {
	e := newEngine(t)
	known, err := filepath.Glob(filepath.Join(goldens, "*.jsonl"))
	require.NoError(t, err)
	for _, lab := range e.labs.All() {
		if !slices.Contains(lab.Modes, "model") {
			continue
		}
		file := filepath.Join(goldens, lab.ID+".jsonl")
		known = slices.DeleteFunc(known, func(name string) bool { return name == file })
		log, err := e.Run(t.Context(), lab.ID, chapters.Settings{Policy: "gmp", Seed: 1, Procs: 1})
		require.NoError(t, err, lab.ID)
		var got bytes.Buffer
		require.NoError(t, log.WriteJSONL(&got))
		if *update {
			require.NoError(t, os.MkdirAll(goldens, 0o755))
			require.NoError(t, os.WriteFile(file, got.Bytes(), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err, "-args -update records the run of %s", lab.ID)
		if !bytes.Equal(want, got.Bytes()) {
			n, was, is := parting(want, got.Bytes())
			t.Errorf("%s: line %d of its log was\n%s\nand is\n%s", lab.ID, n, was, is)
		}
	}
	if *update {
		for _, file := range known {
			require.NoError(t, os.Remove(file))
		}
		known = nil
	}
	assert.Empty(t, known, "logs of labs that are not there")
}

// parting is the first line in which two texts differ.
func parting(was, is []byte) (n int, before, after []byte) {
	a, b := bytes.Split(was, []byte("\n")), bytes.Split(is, []byte("\n"))
	for n < min(len(a), len(b)) && bytes.Equal(a[n], b[n]) {
		n++
	}
	line := func(lines [][]byte) []byte {
		if n < len(lines) {
			return lines[n]
		}
		return []byte("the end")
	}
	return n + 1, line(a), line(b)
}

// TestDemosOnTheRealRuntimeAreSound runs every demo that runs for real alone,
// with all that is looked at, and judges its log by the laws of events.
func TestDemosOnTheRealRuntimeAreSound(t *testing.T) {
	e := newEngine(t)
	for _, lab := range e.labs.All() {
		if slices.Contains(lab.Modes, "model") {
			continue
		}
		var files []rewrite.File
		for _, f := range lab.Demo {
			files = append(files, rewrite.File{Name: f.Name, Src: f.Src})
		}
		bin, err := real.Build(t.Context(), e.runner, rewrite.Main(files), real.Probed)
		require.NoError(t, err, lab.ID)
		cfg := real.Config{Net: lab.Real.Net}
		if lab.Real.Timing {
			cfg.Period = -1
		}
		run, err := real.Start(t.Context(), e.runner, bin, real.Probed, cfg)
		require.NoError(t, err, lab.ID)
		result, err := run.Wait(t.Context())
		require.NoError(t, err, lab.ID)
		assert.Equal(t, event.Exited, result.Verdict.Outcome, lab.ID)
		assert.NoError(t, eventlog.Validate(run.Log()), lab.ID)
	}
}
