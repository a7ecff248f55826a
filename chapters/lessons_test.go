package chapters_test

import (
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

func TestTheBookLoads(t *testing.T) {
	var lessons []string
	for _, chapter := range book(t).Chapters {
		for _, lesson := range chapter.Lessons {
			lessons = append(lessons, chapter.ID+"/"+lesson.Lab)
		}
	}
	assert.Equal(t, []string{"00-start/first-program", "02-channels/rendezvous", "07-worker-pools/fixed-pool"}, lessons)
}

func TestTheBookKeepsTheRulesOfReading(t *testing.T) {
	require.NoError(t, chapters.Review(book(t)))
}

func TestEveryMomentIsReachedAndTrue(t *testing.T) {
	require.NoError(t, chapters.CheckMoments(t.Context(), book(t), newEngine(t)))
}
