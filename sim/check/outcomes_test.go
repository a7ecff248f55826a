package check

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/content"
)

// checkOutcomes checks a lesson that asks what may happen with so many jobs.
func checkOutcomes(t *testing.T, jobs, choices string) (Report, string) {
	t.Helper()
	dir := scaffolded(t)
	lesson := filepath.Join(dir, "chapters", "80-flawed", "talk.en.md")
	src, err := os.ReadFile(lesson)
	require.NoError(t, err)
	block := "```outcomes\nid: may\nask: Which of these?\nflags: {jobs: " + jobs + "}\nchoices:\n" + choices + "```\n\n"
	require.NoError(t, os.WriteFile(lesson, []byte(strings.Replace(string(src), "```run\n", block+"```run\n", 1)), 0o644))
	tree, err := content.Open(dir)
	require.NoError(t, err)
	report, err := checkerFor(t, 2*time.Second).Check(t.Context(), Request{Content: tree, Labs: []string{"talk"}, Only: []string{Predictions}})
	require.NoError(t, err)
	return report, dir
}

func TestWhatMayHappenIsDecidedByExploring(t *testing.T) {
	report, dir := checkOutcomes(t, "1", "  - prints: job 1 has ended\n  - prints: job 2 has ended\n  - {ends: deadlock, say: Never.}\n")
	assert.Empty(t, findings(report, dir, Flaw))
	assert.Equal(t, OK, row(t, report, Predictions).State)
}

func TestWhatExploringDoesNotDecideIsAWarning(t *testing.T) {
	report, dir := checkOutcomes(t, "6", "  - prints: something else\n  - {ends: leak, say: Somebody stays.}\n")
	assert.Empty(t, findings(report, dir, Flaw))
	var said []string
	for _, f := range findings(report, dir, Warning) {
		if f.criterion == Predictions {
			assert.Equal(t, "chapters/80-flawed/talk.en.md", f.File)
			said = append(said, f.Message)
		}
	}
	require.Len(t, said, 2, "%v", report)
	slices.Sort(said)
	assert.Contains(t, said[0], `Question may: exploring does not decide "ends leak".`)
	assert.Contains(t, said[1], `Question may: exploring does not decide "prints something else".`)
}
