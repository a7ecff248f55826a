package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// drawn is a diff as text.
func drawn(old, now string) string {
	var b strings.Builder
	for _, l := range diff(old, now) {
		switch {
		case l.Skipped > 0:
			fmt.Fprintf(&b, "…%d\n", l.Skipped)
		case l.Old == 0:
			fmt.Fprintf(&b, "+%d %s\n", l.New, l.Text)
		case l.New == 0:
			fmt.Fprintf(&b, "-%d %s\n", l.Old, l.Text)
		default:
			fmt.Fprintf(&b, " %d %d %s\n", l.Old, l.New, l.Text)
		}
	}
	return b.String()
}

func TestDiffShowsWhatChangedAndALittleAround(t *testing.T) {
	assert.Empty(t, diff("a\nb\n", "a\nb\n"))
	assert.Equal(t, "-1 a\n+1 b\n", drawn("a\n", "b\n"))
	assert.Equal(t, "+1 a\n", drawn("", "a\n"))
	assert.Equal(t, "-1 a\n+1 a\n", drawn("a\n", "a"), "a newline at the end is a change")
	assert.Equal(t, "…1\n 2 2 b\n 3 3 c\n 4 4 d\n-5 e\n+5 E\n+6 F\n 6 7 f\n 7 8 g\n 8 9 h\n…2\n",
		drawn("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", "a\nb\nc\nd\nE\nF\nf\ng\nh\ni\nj\n"))
}

func TestDiffOfTextsWithNothingInCommonIsBounded(t *testing.T) {
	a, b := strings.Repeat("a\n", 30_000), strings.Repeat("b\n", 30_000)
	assert.Len(t, diff(a, b), 60_000)
}

// FuzzDiff follows the edits from one text to another, and counts them against
// the shortest way that another algorithm finds.
func FuzzDiff(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nc\nd\n")
	f.Add("", "x")
	f.Add("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n")
	f.Fuzz(func(t *testing.T, old, now string) {
		a, b := strings.SplitAfter(old, "\n"), strings.SplitAfter(now, "\n")
		if len(a)+len(b) > 200 {
			return
		}
		i, j, changes := 0, 0, 0
		for _, step := range edits(a, b) {
			switch step {
			case keep:
				require.Equal(t, a[i], b[j])
				i, j = i+1, j+1
			case remove:
				i, changes = i+1, changes+1
			case add:
				j, changes = j+1, changes+1
			}
		}
		assert.Equal(t, len(a), i)
		assert.Equal(t, len(b), j)
		assert.Equal(t, len(a)+len(b)-2*common(a, b), changes)
		diff(old, now)
	})
}

// common is the length of the longest common subsequence, by the textbook's table.
func common(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
