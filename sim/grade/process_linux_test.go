package grade

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func shell(script string, l limits) process {
	return process{path: "/bin/sh", args: []string{"-c", script}, dir: "/", limits: l}
}

func TestProcessIsKilledWithItsDescendants(t *testing.T) {
	out, err := execute(t.Context(), shell("sleep 1000 & echo $!; wait", limits{time: 200 * time.Millisecond, output: 100}))
	require.ErrorIs(t, err, overTime)
	pid := strings.TrimSpace(out.stdout)
	require.NotEmpty(t, pid)
	require.Eventually(t, func() bool { return gone(pid) }, 5*time.Second, 10*time.Millisecond, "process %s is still there", pid)
}

func TestDescendantsDoNotOutliveTheirLeader(t *testing.T) {
	out, err := execute(t.Context(), shell("sleep 1000 >/dev/null 2>&1 & echo $!", limits{output: 100}))
	require.NoError(t, err)
	pid := strings.TrimSpace(out.stdout)
	require.Eventually(t, func() bool { return gone(pid) }, 5*time.Second, 10*time.Millisecond, "process %s is still there", pid)
}

// gone reports whether a process has ended, be it that nobody has noticed yet.
func gone(pid string) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

func TestOutputIsKeptUpToItsLimit(t *testing.T) {
	out, err := execute(t.Context(), shell("while :; do echo 123456789; done", limits{output: 25}))
	require.ErrorIs(t, err, overOutput)
	assert.Equal(t, "123456789\n123456789\n12345", out.stdout)
}

func TestSealComesOverAPipeOfItsOwn(t *testing.T) {
	p := shell("echo ran 0; printf 'ran 0' >&3", limits{output: 100})
	p.withSeal = true
	out, err := execute(t.Context(), p)
	require.NoError(t, err)
	assert.Equal(t, "ran 0", out.seal)

	p = shell("echo ran 0", limits{output: 100})
	p.withSeal = true
	out, err = execute(t.Context(), p)
	require.NoError(t, err)
	assert.Empty(t, out.seal)
}

func TestProcessSeesNothingOfOurEnvironment(t *testing.T) {
	t.Setenv("INTERLEAVE_SECRET", "1")
	p := shell("env", limits{output: 1000})
	p.env = []string{"A=1"}
	out, err := execute(t.Context(), p)
	require.NoError(t, err)
	assert.NotContains(t, out.stdout, "SECRET")
}

func TestExecuteEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := execute(ctx, shell("sleep 1000", limits{output: 100}))
	require.ErrorIs(t, err, context.Canceled)
}
