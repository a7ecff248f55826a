package store

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func guess(id string, ms int64) Guess {
	return Guess{ID: id, Kind: "next", Question: "Who runs next?", Answer: "G2", Truth: "G3", At: time.UnixMilli(ms)}
}

func TestGuessSentTwiceCountsOnce(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	require.NoError(t, s.Guessed(ctx, ada, "a", []Guess{guess("x", 1), guess("y", 2)}))
	require.NoError(t, s.Guessed(ctx, ada, "a", []Guess{guess("x", 9)}))
	got, err := s.Guesses(ctx, ada, "a")
	require.NoError(t, err)
	assert.Equal(t, []Guess{guess("y", 2), guess("x", 1)}, got)
	other, err := s.Guesses(ctx, learner(t, s, "bob"), "a")
	require.NoError(t, err)
	assert.Empty(t, other)
}

func TestOfManyGuessesTheOldestAreForgotten(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	for i := range keptGuesses + 3 {
		require.NoError(t, s.Guessed(ctx, ada, "a", []Guess{guess(strconv.Itoa(i), int64(i))}))
	}
	got, err := s.Guesses(ctx, ada, "a")
	require.NoError(t, err)
	require.Len(t, got, keptGuesses)
	assert.Equal(t, guess("3", 3), got[keptGuesses-1])
}

func TestNewWinStandsInThePlaceOfTheOld(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	require.NoError(t, s.Won(ctx, ada, "a", "deadlock", []byte(`{"schedule":"1 - 0"}`)))
	require.NoError(t, s.Won(ctx, ada, "a", "deadlock", []byte(`{"schedule":"1.1 - 0"}`)))
	wins, err := s.Wins(ctx, ada, "a")
	require.NoError(t, err)
	require.Len(t, wins, 1)
	assert.JSONEq(t, `{"schedule":"1.1 - 0"}`, string(wins["deadlock"].Run))
}

func TestGuessesAndWinsMoveWithTheRest(t *testing.T) {
	from, to, ctx := open(t, t.TempDir()), open(t, t.TempDir()), t.Context()
	ada := learner(t, from, "ada")
	require.NoError(t, from.Guessed(ctx, ada, "a", []Guess{guess("x", 1)}))
	require.NoError(t, from.Won(ctx, ada, "a", "deadlock", []byte(`{"schedule":"1 - 0"}`)))
	var first, second bytes.Buffer
	require.NoError(t, from.Export(ctx, &first))
	text := first.String()
	for range 2 {
		require.NoError(t, to.Import(ctx, strings.NewReader(text)))
	}
	require.NoError(t, to.Export(ctx, &second))
	assert.JSONEq(t, text, second.String())
	assert.Contains(t, text, "1 - 0")
	assert.Contains(t, text, "Who runs next?")
}

func TestGuessesAndWinsHaveLimits(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	big := guess("x", 1)
	big.Truth = strings.Repeat("x", MaxGuess+1)
	assert.ErrorIs(t, s.Guessed(ctx, ada, "a", []Guess{big}), ErrTooBig)
	assert.ErrorIs(t, s.Guessed(ctx, ada, "", []Guess{guess("x", 1)}), ErrInvalid)
	assert.ErrorIs(t, s.Guessed(ctx, ada, "a", []Guess{{}}), ErrInvalid)
	assert.ErrorIs(t, s.Won(ctx, ada, "a", "c", bytes.Repeat([]byte("x"), MaxRun+1)), ErrTooBig)
}
