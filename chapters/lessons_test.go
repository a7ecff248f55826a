package chapters_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
)

func book(t *testing.T) *chapters.Book {
	t.Helper()
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	b, err := chapters.Load(chapters.FS, set)
	require.NoError(t, err)
	return b
}

func TestEveryLabHasItsLesson(t *testing.T) {
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	taught := make(map[string]bool)
	for _, chapter := range book(t).Chapters {
		for _, lesson := range chapter.Lessons {
			taught[lesson.Lab] = true
		}
	}
	for _, lab := range set.All() {
		assert.True(t, taught[lab.ID], "%s has no lesson", lab.ID)
	}
}

func TestTheBookKeepsTheRulesOfReading(t *testing.T) {
	require.NoError(t, chapters.Review(book(t)))
}

func TestEveryMomentIsReachedAndTrue(t *testing.T) {
	require.NoError(t, chapters.CheckMoments(t.Context(), book(t), newEngine(t)))
}

func TestStressIsSeenAsStress(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		for _, chapter := range book(t).In(lang).Chapters {
			for _, lesson := range chapter.Lessons {
				for _, block := range lesson.Blocks {
					if html, ok := block.(chapters.HTML); ok && !strings.Contains(string(html), "<pre") {
						assert.NotContains(t, string(html), "**", "%s in %s: Markdown closes no stress between a full stop and a letter", lesson.Lab, lang)
					}
				}
			}
		}
	}
}
