package chapters_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
)

const tableFile = "LABS.md"

// TestTheTableOfLabsIsMadeFromThem holds LABS.md to the labs; -args -update
// writes it anew.
func TestTheTableOfLabsIsMadeFromThem(t *testing.T) {
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	got := table(book(t), set)
	if *update {
		require.NoError(t, os.WriteFile(tableFile, []byte(got), 0o644))
	}
	want, err := os.ReadFile(tableFile)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "-args -update writes it anew")
}

func table(b *chapters.Book, set *labs.Set) string {
	var out strings.Builder
	out.WriteString("# The labs\n\nMade from the labs themselves: `go test ./chapters -run Table -args -update`.\n\n" +
		"| chapter | lab | lesson | modes | challenges | exercise | mutants |\n|---|---|---|---|---|---|---|\n")
	for _, ch := range b.Chapters {
		for _, l := range ch.Lessons {
			lab := set.Lab(l.Lab)
			exercise, mutants := "", ""
			if ex := lab.Exercise; ex != nil {
				exercise = fmt.Sprintf("%d tests, %d points", len(ex.Names), lab.Points)
				if ex.Speed != nil {
					exercise += ", speed"
				}
				mutants = fmt.Sprintf("%d: %s", len(ex.Mutants), strings.Join(misconceptions(ex.Mutants), " "))
			}
			var challenges []string
			for _, c := range lab.Challenges {
				challenges = append(challenges, c.ID)
			}
			fmt.Fprintf(&out, "| %02d | [%s](../labs/%s) | [%s](%s/%s.en.md) | %s | %s | %s | %s |\n", ch.Number, lab.ID, lab.ID,
				l.Title, ch.ID, lab.ID, strings.Join(lab.Modes, ", "), strings.Join(challenges, ", "), exercise, mutants)
		}
	}
	return out.String()
}

// misconceptions are those that mutants show, each once, in their order.
func misconceptions(mutants []labs.Mutant) []string {
	var all []string
	for _, m := range mutants {
		all = append(all, m.Misconception)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return slices.Compact(all)
}
