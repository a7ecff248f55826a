package grade

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSchedulesArePlayedWhereThereIsAModule(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	report := Report{Criteria: []Criterion{{Name: Schedules, Findings: []Finding{{Test: "TestA", Class: "deadlock", Schedule: "seed 1\n1 -\n"}}}}}
	dir := t.TempDir()
	how, err := Play(report, dir)
	require.NoError(t, err)
	assert.Empty(t, how)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module a\n"), 0o644))
	how, err = Play(report, dir)
	require.NoError(t, err)
	assert.Contains(t, how, "interleave -C "+dir+" test -race -policy replay -schedule ")
	assert.Contains(t, how, " -run '^TestA$' .\n")
	kept, err := os.ReadFile(regexp.MustCompile(`-schedule (\S+)`).FindStringSubmatch(how)[1])
	require.NoError(t, err)
	assert.Equal(t, "seed 1\n1 -\n", string(kept))
}
