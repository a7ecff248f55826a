package store

import (
	"bytes"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuestionsComeBackLaterEachTimeTheyAreRight(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	now := time.UnixMilli(1_000_000)
	s.now = func() time.Time { return now }
	require.NoError(t, s.Predict(ctx, ada, "a", "q", "yes", ""))
	due := func() bool {
		t.Helper()
		all, err := s.Due(ctx, ada)
		require.NoError(t, err)
		return len(all) > 0
	}
	// away answers it, and returns after how many days it is there again.
	away := func(right bool) int {
		t.Helper()
		require.NoError(t, s.Reviewed(ctx, ada, "a", "q", "no", right))
		for day := 1; day < 100; day++ {
			if now = now.Add(24 * time.Hour); due() {
				return day
			}
		}
		return 0
	}
	assert.False(t, due(), "just answered")
	now = now.Add(24 * time.Hour)
	assert.True(t, due(), "a day later")
	assert.Equal(t, []int{3, 7, 21, 60, 60}, []int{away(true), away(true), away(true), away(true), away(true)})
	assert.Equal(t, []int{1, 3}, []int{away(false), away(true)}, "once wrong it begins anew")
}

func TestWhatHasWaitedLongestComesFirst(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada, bob := learner(t, s, "ada"), learner(t, s, "bob")
	now := time.UnixMilli(1_000_000)
	s.now = func() time.Time { return now }
	for _, q := range []string{"z", "y", "x"} {
		require.NoError(t, s.Predict(ctx, ada, "a", q, "yes", ""))
		now = now.Add(time.Hour)
	}
	now = now.Add(48 * time.Hour)
	all, err := s.Due(ctx, ada)
	require.NoError(t, err)
	var got []string
	for _, r := range all {
		got = append(got, r.Question)
	}
	assert.Equal(t, []string{"z", "y", "x"}, got)
	none, err := s.Due(ctx, bob)
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestReviewsMoveWithTheRest(t *testing.T) {
	from, to, ctx := open(t, t.TempDir()), open(t, t.TempDir()), t.Context()
	ada := learner(t, from, "ada")
	require.NoError(t, from.Reviewed(ctx, ada, "a", "q", "G2", true))
	last, err := from.LastReview(ctx, ada, "a", "q")
	require.NoError(t, err)
	assert.Equal(t, "G2", last.Answer)
	assert.Equal(t, 1, last.Box)
	_, err = from.LastReview(ctx, ada, "a", "other")
	require.ErrorIs(t, err, sql.ErrNoRows)

	var first, second bytes.Buffer
	require.NoError(t, from.Export(ctx, &first))
	text := first.String()
	for range 2 {
		require.NoError(t, to.Import(ctx, strings.NewReader(text)))
	}
	require.NoError(t, to.Export(ctx, &second))
	assert.JSONEq(t, text, second.String())
	assert.Contains(t, text, `"reviews"`)
	assert.ErrorIs(t, to.Import(ctx, strings.NewReader(strings.Replace(text, `"box": 1`, `"box": 99`, 1))), ErrTooBig)
}

func TestReviewsHaveLimits(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	assert.ErrorIs(t, s.Reviewed(ctx, ada, "a", "q", strings.Repeat("x", MaxAnswer+1), true), ErrTooBig)
	assert.ErrorIs(t, s.Reviewed(ctx, ada, "", "q", "x", true), ErrInvalid)
}
