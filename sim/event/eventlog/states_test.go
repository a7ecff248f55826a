package eventlog_test

import (
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event/eventlog"
)

var (
	update = flag.Bool("update", false, "write the .states files anew")
	state  = flag.String("state", "", "NAME:N prints the state after N events of recorded run NAME")
)

// recordings are the runs that the tests of the page's fold read too.
const recordings = "../../../static/testdata"

// TestRecordedStates holds the .states files to what World says: line n is
// the FNV-1a hash of the state after n events. The tests of the page hold its
// fold to the same files, and so to this one. An empty file NAME.states and
// -args -update take another run in.
func TestRecordedStates(t *testing.T) {
	goldens, err := filepath.Glob(filepath.Join(recordings, "*.states"))
	require.NoError(t, err)
	require.NotEmpty(t, goldens)
	for _, golden := range goldens {
		log := readRun(t, strings.TrimSuffix(golden, ".states")+".jsonl")
		require.NoError(t, eventlog.Validate(log), golden)
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(states(log)), 0o666))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), states(log), "%s; -args -update writes it anew", golden)
	}
}

// TestShowState prints a state for whoever looks into a disagreement.
func TestShowState(t *testing.T) {
	name, n, ok := strings.Cut(*state, ":")
	if !ok {
		t.Skip("no -args -state NAME:N")
	}
	log := readRun(t, filepath.Join(recordings, name+".jsonl"))
	count, err := strconv.Atoi(n)
	require.NoError(t, err)
	require.LessOrEqual(t, count, len(log.Events))
	fmt.Print(log.World(count))
}

func readRun(t *testing.T, path string) *eventlog.Log {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	log, err := eventlog.ReadJSONL(f)
	require.NoError(t, err, path)
	return log
}

func states(log *eventlog.Log) string {
	var b strings.Builder
	w := eventlog.NewWorld(log)
	for i := range log.Events {
		w.Apply(log.Events[i])
		h := fnv.New32a()
		h.Write([]byte(w.String()))
		fmt.Fprintf(&b, "%08x\n", h.Sum32())
	}
	return b.String()
}
