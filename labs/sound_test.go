package labs_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/labs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The demos are ordinary programs: they build and run without us. Each case
// says how a run ends and something that it prints.
func TestDemosRunUnderPlainGo(t *testing.T) {
	const deadlock = "all goroutines are asleep - deadlock!"
	tests := []struct {
		lab    string
		flags  string
		status int
		want   string
	}{
		{"first-program", "", 0, "main received: hello 2\nmain returns\n"},
		{"first-program", "-receive=0", 0, "main returns\n"},
		{"first-program", "-receive=4", 2, deadlock},
		{"rendezvous", "", 0, "received message 4\n"},
		{"rendezvous", "-takes=3", 2, deadlock},
		{"rendezvous", "-messages=3", 2, deadlock},
		{"fixed-pool", "", 0, "by workers: 12  by main: 0  dropped: 0  refused: 0\n"},
		{"fixed-pool", "-policy=caller -tasks=20", 0, "20 tasks in "},
		{"fixed-pool", "-policy=drop -tasks=20 -queue=0", 0, "refused: 0\n"},
		{"fixed-pool", "-policy=error -workers=1 -queue=0", 0, "is refused\n"},
		{"fixed-pool", "-collect=false", 2, deadlock},
		{"dynamic-pool", "-start=3", 0, "workers at the end: "},
		{"backpressure", "-policy=pull -room=1 -measure=5 -draw=5", 0, "drawn: 12 lost: 0\n"},
		{"backpressure", "-policy=drop -room=1", 0, "drawn: "},
		{"cancel-tree", "-cancel=flight", 0, "hotel booked, flight stopped, seat stopped\ntrip: <nil>\n"},
		{"cancel-tree", "-cancel=seat", 2, deadlock},
	}
	binaries := make(map[string]string)
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	for _, lab := range set.All() {
		binaries[lab.ID] = filepath.Join(t.TempDir(), lab.ID)
		out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binaries[lab.ID], "./"+lab.ID+"/demo").CombinedOutput()
		require.NoError(t, err, string(out))
	}
	for _, tt := range tests {
		t.Run(tt.lab+" "+tt.flags, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), binaries[tt.lab], strings.Fields(tt.flags)...)
			out, _ := cmd.CombinedOutput() // the status says it
			assert.Equal(t, tt.status, cmd.ProcessState.ExitCode(), string(out))
			assert.Contains(t, string(out), tt.want)
		})
	}
}
