package explore

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheExampleInTheReadmeIsWhatIsPrinted(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	src, err := os.ReadFile(filepath.Join("testdata", "kernels", "flag-watch-start", "bug.go"))
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(readme), "\n    $ interleave explore -save found bug.go\n")
	require.True(t, ok)
	var shown []string
	for line := range strings.Lines(rest) {
		if line != "\n" && !strings.HasPrefix(line, "    ") {
			break
		}
		shown = append(shown, strings.TrimPrefix(line, "    "))
	}
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("bug.go", src, 0o644))
	_, out, _ := shell(t, "-search", "bounded", "-save", "found", "bug.go")
	count := regexp.MustCompile(`(?m)^  [0-9]+ +`) // of the schedules that end so
	assert.Equal(t, count.ReplaceAllString(out, "  N "), count.ReplaceAllString(strings.TrimRight(strings.Join(shown, ""), "\n")+"\n", "  N "))
}
