package chapters

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// review reviews a lesson of that text, which announces no misconceptions.
func review(t *testing.T, minutes, body string) error {
	t.Helper()
	book, err := Load(files("---\ntitle: Talk\nminutes: "+minutes+"\n---\n"+body), testLabs(t))
	require.NoError(t, err)
	return Review(book)
}

func words(n int) string { return strings.Repeat("word ", n) + "\n\n" }

func TestReviewCountsTheWordsBetweenTwoThingsToDo(t *testing.T) {
	run := fencedText("run", "pictures: [lanes]")
	require.NoError(t, review(t, "3", words(MaxWords)+run+words(MaxWords)))
	assert.EqualError(t, review(t, "3", words(MaxWords+1)+run),
		testFile+`:1: 151 words before a run, beginning with "word word word word word": there may be 150 between two things to do`)
	assert.ErrorContains(t, review(t, "3", run+words(MaxWords)+"- more\n"), "151 words before the end")
}

func TestReviewDoesNotCountPrograms(t *testing.T) {
	require.NoError(t, review(t, "3", words(MaxWords)+fencedText("code demo/main.go", "")))
}

func TestReviewHoldsMinutesAgainstWhatThereIsToDo(t *testing.T) {
	runs := strings.Repeat(fencedText("run", "pictures: [lanes]"), 4)
	require.NoError(t, review(t, "6", runs))
	assert.EqualError(t, review(t, "20", runs), testFile+":1: it says 20 minutes and looks like 6")
}

func TestReviewMissesAMisconceptionThatNoAnswerStandsFor(t *testing.T) {
	book, err := Load(files(testFront), testLabs(t))
	require.NoError(t, err)
	assert.EqualError(t, Review(book), testFile+":1: it is about misconception M1, and no answer to a question means it")
}
