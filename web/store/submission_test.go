package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The owner of these tests' leases, and bounds that nothing here reaches.
const me = "this process"

var wide = Bounds{Each: 100, All: 1000}

func file(text string) map[string]string { return map[string]string{"a.go": text} }

func submit(t *testing.T, s *Store, l LearnerID, key, text string) SubmissionID {
	t.Helper()
	id, err := s.Submit(t.Context(), l, "a", key, file(text), wide)
	require.NoError(t, err)
	return id
}

func take(t *testing.T, s *Store, owner string) *Submission {
	t.Helper()
	sub, err := s.Take(t.Context(), owner, "", time.Minute)
	require.NoError(t, err)
	return sub
}

// graded hands in a text of a lab and gives it its verdict.
func graded(t *testing.T, s *Store, l LearnerID, lab, text string, v Verdict) SubmissionID {
	t.Helper()
	id, err := s.Submit(t.Context(), l, lab, "key of "+text, file(text), wide)
	require.NoError(t, err)
	require.Equal(t, id, take(t, s, me).ID)
	require.NoError(t, s.Graded(t.Context(), id, me, v, true))
	return id
}

func passed(text string) Verdict {
	return Verdict{json.RawMessage(fmt.Sprintf(`{"passed":true,"of":%q}`, text)), true, 10}
}

func state(t *testing.T, s *Store, l LearnerID, id SubmissionID) State {
	t.Helper()
	sub, err := s.Submission(t.Context(), l, "a", id)
	require.NoError(t, err)
	require.NotNil(t, sub)
	return sub.State
}

func TestSameTextUnderTheSameKeyIsOneSubmission(t *testing.T) {
	s := open(t, t.TempDir())
	ada, bob := learner(t, s, "ada"), learner(t, s, "bob")
	first := submit(t, s, ada, "k", "1")
	assert.Equal(t, first, submit(t, s, ada, "k", "1"), "a retry")
	assert.Equal(t, first, submit(t, s, ada, "other tab", "1"), "the same text waits already")
	assert.NotEqual(t, first, submit(t, s, ada, "k", "2"), "another text is never lost to an old key")
	assert.NotEqual(t, first, submit(t, s, bob, "k", "1"), "somebody else's")
	require.Equal(t, first, take(t, s, me).ID)
	require.NoError(t, s.Graded(t.Context(), first, me, passed("1"), false))
	assert.Equal(t, first, submit(t, s, ada, "k", "1"), "a retry that comes after the verdict")
	assert.NotEqual(t, first, submit(t, s, ada, "k2", "1"), "the same text, handed in anew")
}

func TestWhatWaitsIsBounded(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada, bob, eve := learner(t, s, "ada"), learner(t, s, "bob"), learner(t, s, "eve")
	bounds := Bounds{Each: 2, All: 3}
	hand := func(l LearnerID, text string) error {
		_, err := s.Submit(ctx, l, "a", "k", file(text), bounds)
		return err
	}
	require.NoError(t, hand(ada, "1"))
	require.NoError(t, hand(ada, "2"))
	assert.ErrorIs(t, hand(ada, "3"), ErrEnough)
	assert.NoError(t, hand(ada, "2"), "a retry is no new one")
	require.NoError(t, hand(bob, "1"))
	assert.ErrorIs(t, hand(eve, "1"), ErrFull)
}

func TestWhoWasServedLongestAgoComesNext(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada, bob, eve := learner(t, s, "ada"), learner(t, s, "bob"), learner(t, s, "eve")
	names := map[LearnerID]string{ada: "ada", bob: "bob", eve: "eve"}
	var ids []SubmissionID
	for i := range 4 {
		ids = append(ids, submit(t, s, ada, "", fmt.Sprint("flood ", i)))
	}
	ids = append(ids, submit(t, s, bob, "", "1"), submit(t, s, bob, "", "2"), submit(t, s, eve, "", "1"))
	var places []int
	for _, id := range ids {
		place, err := s.Place(ctx, id)
		require.NoError(t, err)
		places = append(places, place)
	}
	assert.Equal(t, []int{1, 4, 6, 7, 2, 5, 3}, places)
	var order []string
	for {
		sub := take(t, s, me)
		if sub == nil {
			break
		}
		order = append(order, names[sub.Learner])
	}
	assert.Equal(t, "ada bob eve ada bob ada ada", strings.Join(order, " "), "as the places said")
	submit(t, s, ada, "", "late")
	submit(t, s, eve, "", "late")
	assert.Equal(t, eve, take(t, s, me).Learner, "ada was served last")
}

func TestSubmissionOfAnEndedLeaseIsGradedByAnother(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	s := open(t, dir)
	ada := learner(t, s, "ada")
	id := submit(t, s, ada, "", "1")
	require.Equal(t, id, take(t, s, "gone").ID)
	other := open(t, dir) // its clock starts where the other's did
	assert.Nil(t, take(t, other, me), "it is held")
	require.NoError(t, s.Renew(ctx, id, "gone", time.Second))
	later := s.now().Add(time.Minute)
	other.now = func() time.Time { return later }
	assert.Equal(t, id, take(t, other, me).ID)
	assert.ErrorIs(t, s.Renew(ctx, id, "gone", time.Minute), ErrLost)
	assert.ErrorIs(t, s.Graded(ctx, id, "gone", passed("late"), true), ErrLost)
	require.NoError(t, other.Graded(ctx, id, me, passed("first"), true))
	assert.ErrorIs(t, s.Graded(ctx, id, "gone", passed("later"), true), ErrLost)
	sub, err := s.Submission(ctx, ada, "a", id)
	require.NoError(t, err)
	assert.JSONEq(t, `{"passed":true,"of":"first"}`, string(sub.Verdict))
}

func TestSubmissionThatBringsDownItsGraderIsGivenUp(t *testing.T) {
	s := open(t, t.TempDir())
	ada := learner(t, s, "ada")
	id, good := submit(t, s, ada, "", "poison"), submit(t, s, ada, "", "good")
	at := s.now()
	s.now = func() time.Time { return at }
	for range maxTries {
		require.Equal(t, id, take(t, s, me).ID, "first in its learner's order")
		at = at.Add(time.Hour) // and nobody says anything
	}
	assert.Equal(t, good, take(t, s, me).ID)
	assert.Equal(t, Failed, state(t, s, ada, id))
}

func TestSubmissionThatIsGivenBackWaitsAsBefore(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	id := submit(t, s, ada, "", "1")
	submit(t, s, learner(t, s, "bob"), "", "1")
	for range 2 * maxTries {
		require.Equal(t, id, take(t, s, me).ID)
		require.NoError(t, s.Release(ctx, id, me))
		assert.Equal(t, Queued, state(t, s, ada, id))
	}
}

func TestSubmissionThatCannotBeGradedFailsAfterSomeTries(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	id := submit(t, s, ada, "", "1")
	for range maxTries {
		require.Equal(t, id, take(t, s, me).ID)
		require.NoError(t, s.GiveUp(ctx, id, me))
	}
	assert.Nil(t, take(t, s, me))
	assert.Equal(t, Failed, state(t, s, ada, id))
}

func TestLoweredVerdictKeepsTheFirst(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	id := graded(t, s, ada, "a", "1", passed("1"))
	waiting := submit(t, s, ada, "", "2")
	again, err := s.TakeAgain(ctx, me, "", time.Minute)
	require.NoError(t, err)
	assert.Nil(t, again, "somebody waits for a first verdict")
	require.Equal(t, waiting, take(t, s, me).ID)
	require.NoError(t, s.Graded(ctx, waiting, me, passed("2"), false))

	again, err = s.TakeAgain(ctx, me, "", time.Minute)
	require.NoError(t, err)
	require.Equal(t, id, again.ID)
	assert.Equal(t, Graded, again.State, "as its learner sees it")
	none, err := s.TakeAgain(ctx, "another", "", time.Minute)
	require.NoError(t, err)
	assert.Nil(t, none, "it is held")
	require.NoError(t, s.GradedAgain(ctx, id, me, Verdict{json.RawMessage(`{"passed":false}`), false, 4}, true))
	sub, err := s.Submission(ctx, ada, "a", id)
	require.NoError(t, err)
	assert.JSONEq(t, `{"passed":false}`, string(sub.Verdict))
	assert.JSONEq(t, `{"passed":true,"of":"1"}`, string(sub.First))
	assert.False(t, sub.Passed)
	assert.Greater(t, sub.Rev, again.Rev, "an open page sees it")
}

func TestKeptTextIsNoTry(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	id := submit(t, s, ada, "", "1")
	for range 2 {
		require.NoError(t, s.Keep(ctx, ada, "a", file("mine")))
	}
	require.NoError(t, s.Keep(ctx, ada, "a", file("1")), "which is there")
	subs, err := s.Submissions(ctx, ada, "a", 0)
	require.NoError(t, err)
	require.Len(t, subs, 2)
	assert.Equal(t, Kept, subs[0].State)
	latest, err := s.Submission(ctx, ada, "a", 0)
	require.NoError(t, err)
	assert.Equal(t, id, latest.ID)
	progress, err := s.Progress(ctx, ada)
	require.NoError(t, err)
	assert.Equal(t, 1, progress["a"].Tries)
	older, err := s.Submissions(ctx, ada, "a", subs[0].ID)
	require.NoError(t, err)
	assert.Len(t, older, 1)
}

func TestHelpIsRecordedWithItsTime(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	_, err := s.OpenHint(ctx, ada, "a", 2)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, s.OpenSolution(ctx, ada, "a"))
	}
	help, err := s.Help(ctx, ada, "a")
	require.NoError(t, err)
	require.Len(t, help, 2)
	assert.Equal(t, HelpSolution, help[0].Kind)
	assert.Equal(t, HelpHint, help[1].Kind)
	assert.True(t, help[1].At.Before(help[0].At))
}

func TestHintsOfAnOlderExportAreImported(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	older := `{"format":"interleave progress","version":2,"learners":[{"name":"ada","hints":[{"lab":"a","opened":2}]}]}`
	require.NoError(t, s.Import(ctx, strings.NewReader(older)))
	opened, err := s.Hints(ctx, learner(t, s, "ada"), "a")
	require.NoError(t, err)
	assert.Equal(t, 2, opened)
}

func TestAnotherProcessesChangesAreNoticed(t *testing.T) {
	dir := t.TempDir()
	s, other := open(t, dir), open(t, dir)
	ada := learner(t, s, "ada")
	before, err := s.Changes(t.Context())
	require.NoError(t, err)
	submit(t, s, ada, "", "own")
	same, err := s.Changes(t.Context())
	require.NoError(t, err)
	assert.Equal(t, before, same)
	submit(t, other, ada, "", "other's")
	after, err := s.Changes(t.Context())
	require.NoError(t, err)
	assert.NotEqual(t, before, after)
}

func TestProcessThatKnowsOneLabTakesNoOther(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	submit(t, s, ada, "", "first")
	id, err := s.Submit(ctx, ada, "b", "", file("1"), wide)
	require.NoError(t, err)
	sub, err := s.Take(ctx, me, "b", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, id, sub.ID)
	sub, err = s.Take(ctx, me, "b", time.Minute)
	require.NoError(t, err)
	assert.Nil(t, sub)
}
