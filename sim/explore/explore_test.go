package explore

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const long = time.Minute // a fake ends before that

func TestWhatTwoProcessesFindIsOneReport(t *testing.T) {
	var told []string
	rep, err := explored(t, t.Context(), "found", Options{Budget: long, Queries: []string{"output ok", "exit 9"}, Tell: func(n News) {
		if n.Finding != nil {
			told = append(told, n.Finding.ID)
			assert.NotEmpty(t, n.Finding.Sentence)
		}
	}})
	require.NoError(t, err)
	require.Len(t, rep.Findings, 2)
	assert.Equal(t, "held\nsmall\n", rep.Findings[0].Schedule, "the one with the fewest pre-emptions")
	assert.Equal(t, Hazard, rep.Findings[1].Severity, "bugs come first")
	assert.Contains(t, told, "h1")
	rep.Counts.Seconds = 0
	assert.Equal(t, Counts{Schedules: 200, Distinct: 99, States: 70, Depth: 12}, rep.Counts, "one schedule was run by both")
	assert.Equal(t, []Outcome{
		{ID: "o1", Text: "ok\n", Outcome: "Exited", Count: 18},
		{ID: "o2", Status: 2, Outcome: "Deadlock", Count: 2, Schedule: "held\nbig\n", Preemptions: 3},
	}, rep.Outcomes)
	require.Len(t, rep.Queries, 2)
	assert.Equal(t, "There is a run where a line of the output has “ok” (with 1 pre-emption).", rep.Queries[0].Sentence)
	assert.Equal(t, "explored", rep.Queries[1].None)
	assert.Equal(t, "In none of the 200 schedules explored is there a run where it ends with status 9.", rep.Queries[1].Sentence)
	assert.Equal(t, Estimate{400_000, 99.0 / 400_000}, rep.Estimate)
	assert.Equal(t, "200 schedules, 99 of them different: less than 0.1 % of an estimated 400,000.", rep.Proof.Sentence)
	assert.Contains(t, rep.Notes, "said by both")
	assert.Len(t, rep.Runs, 2)
	assert.Equal(t, 1, strings.Count(strings.Join(rep.Notes, "\n"), "said by both"))
}

func TestADeadlockIsSaidWithAllNames(t *testing.T) {
	rep, err := explored(t, t.Context(), "found", Options{Budget: long})
	require.NoError(t, err)
	assert.Equal(t, "main (goroutine 1) waits to lock b for ever at line 12: worker (goroutine 1.2) holds b at line 19; "+
		"worker (goroutine 1.2) waits to lock a for ever at line 20: main (goroutine 1) holds a at line 11; "+
		"nobody can ever move again, because a and b are locked in both orders", rep.Findings[0].Sentence)
	assert.Equal(t, "tick at line 8 is never stopped", rep.Findings[1].Sentence)
}

func TestOneProcessProvesItForAll(t *testing.T) {
	for name, want := range map[string]Proof{
		"proved":  {true, "all", -1, "All schedules were explored (1,204 classes of schedules): in none of them is there a deadlock, a leak, a race or a panic.", 1204},
		"bounded": {true, "bound", 3, "No deadlock, leak, race or panic in all 1,204 classes of schedules (pre-emption bound 3).", 1204},
		"part":    {false, "budget", 2, "600 schedules, 400 of them different; how many there are is not known. All with up to 2 pre-emptions were explored.", 0},
	} {
		rep, err := explored(t, t.Context(), name, Options{Budget: long})
		require.NoError(t, err)
		assert.Equal(t, want, rep.Proof, name)
	}
}

func TestHowManyRunsABoundHasIsNotHowManyThereAre(t *testing.T) {
	rep, err := explored(t, t.Context(), "found", Options{Budget: long, Search: "bounded"})
	require.NoError(t, err)
	assert.Zero(t, rep.Estimate)
	assert.Contains(t, rep.Proof.Sentence, "how many there are is not known")
}

func TestASmallerScheduleIsLookedForOnceAllWasSeen(t *testing.T) {
	rep, err := explored(t, t.Context(), "smaller", Options{Budget: long})
	require.NoError(t, err)
	require.Len(t, rep.Findings, 1)
	assert.Equal(t, 1, rep.Findings[0].Preemptions)
	assert.True(t, rep.Proof.Exhausted)
	assert.Equal(t, "all", rep.Proof.How)
}

func TestNothingIsRunInABudgetOfNothing(t *testing.T) {
	rep, err := explored(t, t.Context(), "no such fake", Options{Queries: []string{"exit 1"}})
	require.NoError(t, err)
	assert.Equal(t, Proof{false, "budget", -1, "Nothing was run: there is no time to run anything in.", 0}, rep.Proof)
	assert.Equal(t, "explored", rep.Queries[0].None)
	b, err := json.Marshal(rep)
	require.NoError(t, err)
	assert.NotContains(t, string(b), "null", "what is empty is an empty list")
}

func TestAnInterruptedSearchKeepsWhatItFound(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rep, err := explored(t, ctx, "endless", Options{Budget: long, Tell: func(n News) {
		if n.Counts != nil && n.Counts.Schedules == 20 {
			cancel()
		}
	}})
	require.NoError(t, err)
	assert.Equal(t, "stopped", rep.Proof.How)
	assert.Equal(t, "Interrupted. 20 schedules, 0 of them different; how many there are is not known.", rep.Proof.Sentence)
	require.Len(t, rep.Findings, 1)
}

func TestAProcessThatDiesKeepsWhatItFoundAndIsSaid(t *testing.T) {
	rep, err := explored(t, t.Context(), "dies", Options{Budget: 5 * time.Second, Runs: 2})
	require.NoError(t, err)
	assert.False(t, rep.Proof.Exhausted)
	var ids []string
	for _, f := range rep.Findings {
		ids = append(ids, f.ID)
	}
	assert.Contains(t, ids, "d1")
	assert.Contains(t, strings.Join(rep.Notes, "\n"), "the program took its process down (stack overflow")
}

func TestAProcessThatSaysNonsenseIsEndedAndKeepsWhatItFound(t *testing.T) {
	rep, err := explored(t, t.Context(), "lies", Options{Budget: long, Runs: 2})
	require.NoError(t, err)
	var ids []string
	for _, f := range rep.Findings {
		ids = append(ids, f.ID)
	}
	assert.Contains(t, ids, "d1")
	assert.Contains(t, strings.Join(rep.Notes, "\n"), "malformed message: class of a finding")
}

func TestAProgramOfWhichNothingCanBeRunIsNotExplored(t *testing.T) {
	_, err := explored(t, t.Context(), "refuses", Options{Budget: 5 * time.Second, Runs: 2})
	var never *Unexplorable
	require.ErrorAs(t, err, &never)
	assert.Equal(t, "not one schedule could be run: the program took its process down (nothing can be restored)", never.Sentence)
}

func TestWhatAFloodOfFindingsLeavesIsBounded(t *testing.T) {
	rep, err := explored(t, t.Context(), "floods", Options{Budget: long, Procs: 1})
	require.NoError(t, err)
	assert.Len(t, rep.Findings, maxFindings)
	assert.Len(t, rep.Outcomes, maxOutcomes)
	size := 0
	for _, r := range rep.Runs {
		size += len(r.Turns)
	}
	assert.LessOrEqual(t, size, maxTurns)
	_, err = json.Marshal(rep)
	require.NoError(t, err)
}

func TestASearchThatCannotBeConfiguredIsAnError(t *testing.T) {
	_, err := explored(t, t.Context(), "found", Options{Budget: long, Queries: []string{"output a\x00"}})
	require.Error(t, err)
	assert.False(t, errors.As(err, new(*Unexplorable)))
}
