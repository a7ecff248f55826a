package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
	"interleave/sim/grade"
	"interleave/sim/say"
	"interleave/web/store"
)

// fake takes a while to grade a text, and passes it; what a text says of
// itself changes that.
type fake struct {
	takes time.Duration

	mu     sync.Mutex
	texts  []string // in the order in which their grading began
	agains []string
	langs  []string // in which verdicts were wanted
	now    int      // gradings under way
	most   int
}

func (f *fake) Grade(ctx context.Context, _ *labs.Lab, files map[string][]byte) (grade.Report, error) {
	text := string(files["a.go"])
	f.mu.Lock()
	f.langs = append(f.langs, say.Wanted(ctx))
	f.mu.Unlock()
	f.begin(&f.texts, text)
	defer f.end()
	switch {
	case strings.Contains(text, "no compiler"):
		return grade.Report{}, errors.New("no compiler")
	case strings.Contains(text, "never"):
		<-ctx.Done()
		return grade.Report{}, ctx.Err()
	}
	return grade.Report{Passed: true, Score: 10, Points: 10}, f.while(ctx)
}

func (f *fake) Again(ctx context.Context, _ *labs.Lab, files map[string][]byte, r grade.Report) (grade.Report, error) {
	text := string(files["a.go"])
	f.begin(&f.agains, text)
	defer f.end()
	switch {
	case strings.Contains(text, "flaky"):
		r.Passed, r.Score = false, 4
	case strings.Contains(text, "raised"):
		r.Score = 20
	}
	return r, f.while(ctx)
}

func (f *fake) begin(list *[]string, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*list = append(*list, text)
	f.now++
	f.most = max(f.most, f.now)
}

func (f *fake) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now--
}

func (f *fake) while(ctx context.Context) error {
	select {
	case <-time.After(f.takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *fake) graded() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.texts)
}

// under returns how many gradings are under way, and how many were at most.
func (f *fake) under() (now, most int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now, f.most
}

func (f *fake) again() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.agains)
}

// place is a data directory in a bubble of time.
type place struct {
	t   *testing.T
	dir string
}

func (p place) store() *store.Store {
	p.t.Helper()
	st, err := store.Open(p.t.Context(), p.dir)
	require.NoError(p.t, err)
	p.t.Cleanup(func() { assert.NoError(p.t, st.Close()) })
	return st
}

func learner(t *testing.T, st *store.Store, name string) store.LearnerID {
	t.Helper()
	l, err := st.Learner(t.Context(), name)
	require.NoError(t, err)
	return l.ID
}

// start starts a queue that the test ends.
func start(t *testing.T, o Options) *Queue {
	t.Helper()
	q := New(with(o))
	t.Cleanup(q.Close)
	return q
}

func with(o Options) Options {
	if o.Lab == nil {
		o.Lab = func(id string) (*labs.Lab, error) { return &labs.Lab{ID: id, Exercise: &labs.Exercise{}}, nil }
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	return o
}

func submit(t *testing.T, q *Queue, l store.LearnerID, text string) store.SubmissionID {
	t.Helper()
	id, err := q.Submit(t.Context(), l, "a", "key", map[string]string{"a.go": text})
	require.NoError(t, err)
	return id
}

// settles waits until the submission stands so.
func settles(t *testing.T, q *Queue, l store.LearnerID, id store.SubmissionID, fits func(Status) bool) Status {
	t.Helper()
	revision := ""
	for {
		st, err := q.Wait(t.Context(), l, "a", id, revision)
		require.NoError(t, err)
		if fits(st) {
			return st
		}
		require.NotEqual(t, revision, st.Revision, "it waited for nothing")
		revision = st.Revision
	}
}

func done(st Status) bool { return st.ID != 0 && !st.State.Waits() }

func inBubble(t *testing.T, f func(t *testing.T, p place)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { f(t, place{t, dir}) })
}

func TestSubmissionIsGradedAndWatched(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st, g := p.store(), &fake{takes: time.Second}
		ada := learner(t, st, "ada")
		q := start(t, Options{Store: st, Grader: g})
		none, err := q.Status(t.Context(), ada, "a", 0)
		require.NoError(t, err)
		assert.Zero(t, none.ID)
		first, second := submit(t, q, ada, "1"), submit(t, q, ada, "2")
		synctest.Wait()
		st1, err := q.Status(t.Context(), ada, "a", first)
		require.NoError(t, err)
		assert.Equal(t, store.Grading, st1.State)
		st2, err := q.Status(t.Context(), ada, "a", 0)
		require.NoError(t, err)
		assert.Equal(t, second, st2.ID, "the latest")
		assert.Equal(t, 1, st2.Position)
		verdict := settles(t, q, ada, second, done)
		assert.Equal(t, store.Graded, verdict.State)
		var report grade.Report
		require.NoError(t, json.Unmarshal(verdict.Verdict, &report))
		assert.Equal(t, 10, report.Score)
		assert.Equal(t, []string{"1", "2"}, g.graded())

		id, err := q.Submit(say.With(t.Context(), "zh"), ada, "a", "", map[string]string{"a.go": "3"})
		require.NoError(t, err)
		assert.Equal(t, "zh", settles(t, q, ada, id, done).Lang)
		assert.Equal(t, []string{"", "", "zh"}, g.langs, "the verdict is in the language that was wanted")
	})
}

func TestFloodOfOneStarvesNobody(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st, g := p.store(), &fake{takes: time.Second}
		q := start(t, Options{Store: st, Grader: g})
		eve, ada := learner(t, st, "eve"), learner(t, st, "ada")
		var refused error
		for i := range 100 {
			if _, err := q.Submit(t.Context(), eve, "a", "", map[string]string{"a.go": fmt.Sprint("flood ", i)}); err != nil {
				refused = err
			}
		}
		require.ErrorIs(t, refused, store.ErrEnough)
		began := time.Now()
		settles(t, q, ada, submit(t, q, ada, "mine"), done)
		assert.LessOrEqual(t, time.Since(began), 2*time.Second, "one turn of eve's, and ada's own")
	})
}

func TestFortyLearnersAtOnceGetTheirVerdicts(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st, g := p.store(), &fake{takes: time.Second}
		q := start(t, Options{Store: st, Grader: g, Workers: 2})
		began := time.Now()
		var all sync.WaitGroup
		waits := make([]time.Duration, 40)
		for i := range waits {
			l := learner(t, st, fmt.Sprint("learner ", i))
			all.Go(func() {
				id := submit(t, q, l, fmt.Sprint("text of ", i))
				settles(t, q, l, id, done)
				waits[i] = time.Since(began)
			})
		}
		all.Wait()
		slices.Sort(waits)
		assert.Equal(t, 20*time.Second, waits[39], "as long as two workers take for forty")
		assert.Equal(t, 10*time.Second, waits[19], "a perfect queue's median")
		texts := g.graded()
		assert.Len(t, texts, 40)
		slices.Sort(texts)
		assert.Len(t, slices.Compact(texts), 40, "each once")
		_, most := g.under()
		assert.Equal(t, 2, most)
	})
}

func TestClosedQueueGivesBackWhatItHolds(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st, g := p.store(), &fake{takes: time.Hour}
		ada := learner(t, st, "ada")
		q := New(with(Options{Store: st, Grader: g}))
		id := submit(t, q, ada, "1")
		synctest.Wait()
		require.Len(t, g.graded(), 1)
		q.Close()
		next := &fake{takes: time.Second}
		again := start(t, Options{Store: st, Grader: next})
		began := time.Now()
		assert.Equal(t, store.Graded, settles(t, again, ada, id, done).State)
		assert.Equal(t, time.Second, time.Since(began), "without waiting for a lease")
	})
}

func TestCrashBetweenSubmitAndVerdictIsMadeUpFor(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st, g := p.store(), &fake{takes: time.Second}
		ada := learner(t, st, "ada")
		id, err := st.Submit(t.Context(), ada, "a", "key", map[string]string{"a.go": "1"}, store.Bounds{Each: 1, All: 1})
		require.NoError(t, err)
		_, err = st.Take(t.Context(), "a process that died", "", 6*time.Second)
		require.NoError(t, err)

		q := start(t, Options{Store: st, Grader: g})
		time.Sleep(5 * time.Second)
		assert.Empty(t, g.graded(), "its owner may be alive")
		assert.Equal(t, id, submit(t, q, ada, "1"), "its page tries once more")
		settles(t, q, ada, id, done)
		assert.Equal(t, []string{"1"}, g.graded())
	})
}

func TestTwoProcessesGradeEachSubmissionOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		one, other, g := p.store(), p.store(), &fake{takes: 10 * time.Second} // longer than the lease
		a := start(t, Options{Store: one, Grader: g, Workers: 2})
		b := start(t, Options{Store: other, Grader: g, Workers: 2})
		var all sync.WaitGroup
		for i := range 12 {
			l := learner(t, one, fmt.Sprint("learner ", i))
			q, watched := a, b
			if i%2 == 1 {
				q, watched = b, a
			}
			all.Go(func() {
				id := submit(t, q, l, fmt.Sprint("text ", i))
				assert.Equal(t, store.Graded, settles(t, watched, l, id, done).State, "the other process sees it")
			})
		}
		all.Wait()
		texts := g.graded()
		slices.Sort(texts)
		assert.Len(t, texts, 12)
		assert.Len(t, slices.Compact(texts), 12)
		_, most := g.under()
		assert.Equal(t, 4, most, "both work")
	})
}

func TestVerdictOfALostLeaseIsDropped(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st, g := p.store(), &fake{takes: time.Minute}
		ada := learner(t, st, "ada")
		q := start(t, Options{Store: st, Grader: g})
		id := submit(t, q, ada, "1")
		synctest.Wait()
		// A machine that slept: somebody else has it now, and gives its verdict.
		require.NoError(t, st.Release(t.Context(), id, q.owner))
		_, err := st.Take(t.Context(), "another", "", time.Hour)
		require.NoError(t, err)
		time.Sleep(3 * time.Second)
		now, _ := g.under()
		require.Zero(t, now, "it was noticed when the lease was to be renewed")
		require.NoError(t, st.Graded(t.Context(), id, "another", store.Verdict{Text: []byte(`{"score":7}`), Score: 7}, false))
		got := settles(t, q, ada, id, done)
		assert.Equal(t, 7, got.Score)
		assert.Len(t, g.graded(), 1)
	})
}

func TestWhatCannotBeGradedFails(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st, g := p.store(), &fake{takes: time.Second}
		ada, bob := learner(t, st, "ada"), learner(t, st, "bob")
		q := start(t, Options{Store: st, Grader: g, Time: time.Minute})
		broken, slow := submit(t, q, ada, "no compiler"), submit(t, q, bob, "never")
		assert.Equal(t, store.Failed, settles(t, q, ada, broken, done).State)
		assert.Equal(t, store.Failed, settles(t, q, bob, slow, done).State)
		assert.Equal(t, store.Graded, settles(t, q, ada, submit(t, q, ada, "fine"), done).State)
	})
}

func TestGradingAgainLowersVisiblyAndKeepsTheFirst(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st, g := p.store(), &fake{takes: time.Second}
		ada := learner(t, st, "ada")
		q := start(t, Options{Store: st, Grader: g})
		id := submit(t, q, ada, "flaky")
		first := settles(t, q, ada, id, done)
		assert.True(t, first.Passed)
		lowered := settles(t, q, ada, id, func(s Status) bool { return s.First != nil })
		assert.False(t, lowered.Passed)
		assert.Equal(t, 4, lowered.Score)
		assert.JSONEq(t, string(first.Verdict), string(lowered.First))
	})
}

func TestGradingAgainNeverRaises(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st, g := p.store(), &fake{takes: time.Second}
		ada := learner(t, st, "ada")
		q := start(t, Options{Store: st, Grader: g})
		id := submit(t, q, ada, "raised")
		settles(t, q, ada, id, done)
		time.Sleep(10 * time.Second)
		assert.Equal(t, []string{"raised"}, g.again(), "once")
		got, err := q.Status(t.Context(), ada, "a", id)
		require.NoError(t, err)
		assert.Equal(t, 10, got.Score)
		assert.Nil(t, got.First)
	})
}

func TestGradingAgainMakesWayForAFirstVerdict(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st, g := p.store(), &fake{takes: 10 * time.Second}
		ada, bob := learner(t, st, "ada"), learner(t, st, "bob")
		q := start(t, Options{Store: st, Grader: g})
		settles(t, q, ada, submit(t, q, ada, "1"), done)
		time.Sleep(5 * time.Second) // it is being graded again
		require.Equal(t, []string{"1"}, g.again())
		began := time.Now()
		settles(t, q, bob, submit(t, q, bob, "2"), done)
		assert.Equal(t, 10*time.Second, time.Since(began), "at once")
		time.Sleep(time.Minute)
		assert.ElementsMatch(t, []string{"1", "2", "1"}, g.again(), "and then again what was cut short")
	})
}

func TestWaitEndsWithItsContextAndWithTheQueue(t *testing.T) {
	inBubble(t, func(t *testing.T, p place) {
		st := p.store()
		ada := learner(t, st, "ada")
		q := New(with(Options{Store: st, Grader: &fake{takes: time.Hour}}))
		id := submit(t, q, ada, "1")
		synctest.Wait()
		now, err := q.Status(t.Context(), ada, "a", id)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		began := time.Now()
		same, err := q.Wait(ctx, ada, "a", id, now.Revision)
		require.NoError(t, err)
		assert.Equal(t, now, same)
		assert.Equal(t, 25*time.Second, time.Since(began))
		var waiting sync.WaitGroup
		waiting.Go(func() {
			_, err := q.Wait(context.Background(), ada, "a", id, now.Revision)
			assert.NoError(t, err)
		})
		q.Close()
		waiting.Wait()
	})
}
