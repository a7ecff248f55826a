package store

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// open opens a store whose clock advances by a second a look.
func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	at := time.UnixMilli(1_700_000_000_000)
	s.now = func() time.Time { at = at.Add(time.Second); return at }
	return s
}

func learner(t *testing.T, s *Store, name string) LearnerID {
	t.Helper()
	l, err := s.Learner(t.Context(), name)
	require.NoError(t, err)
	return l.ID
}

func TestEverythingSurvivesReopening(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	s, err := Open(ctx, dir)
	require.NoError(t, err)
	ada := learner(t, s, "ada")
	require.NoError(t, s.SaveEdit(ctx, ada, "fixed-pool", "demo", map[string]string{"main.go": "package main"}))
	require.NoError(t, s.Predict(ctx, ada, "fixed-pool", "stuck", "all arrive", "there is a buffer"))
	opened, err := s.OpenHint(ctx, ada, "fixed-pool", 3)
	require.NoError(t, err)
	assert.Equal(t, 1, opened)
	graded(t, s, ada, "fixed-pool", "package pool", Verdict{[]byte(`{"passed":true}`), true, 10})
	require.NoError(t, s.Visit(ctx, ada, "07-pools", "fixed-pool"))
	require.NoError(t, s.Close())

	s = open(t, dir)
	ada = learner(t, s, "ada")
	files, err := s.Edit(ctx, ada, "fixed-pool", "demo")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"main.go": "package main"}, files)
	answers, err := s.Predictions(ctx, ada, "fixed-pool")
	require.NoError(t, err)
	assert.Equal(t, "all arrive", answers["stuck"].Answer)
	hints, err := s.Hints(ctx, ada, "fixed-pool")
	require.NoError(t, err)
	assert.Equal(t, 1, hints)
	subs, err := s.Submissions(ctx, ada, "fixed-pool", 0)
	require.NoError(t, err)
	require.Len(t, subs, 1)
	assert.JSONEq(t, `{"passed":true}`, string(subs[0].Verdict))
	progress, err := s.Progress(ctx, ada)
	require.NoError(t, err)
	assert.Equal(t, map[string]Progress{"fixed-pool": {Visited: true, Answers: 1, Tries: 1, Passed: true, Best: 10}}, progress)
	chapter, lab, err := s.LastVisit(ctx, ada)
	require.NoError(t, err)
	assert.Equal(t, [2]string{"07-pools", "fixed-pool"}, [2]string{chapter, lab})
}

func TestLearnersDoNotSeeEachOther(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada, bob := learner(t, s, "ada"), learner(t, s, "bob")
	require.NoError(t, s.SaveEdit(ctx, ada, "a", "demo", map[string]string{"main.go": "1"}))
	require.NoError(t, s.Predict(ctx, ada, "a", "q", "1", ""))
	_, err := s.Submit(ctx, ada, "a", "", nil, wide)
	require.NoError(t, err)

	files, err := s.Edit(ctx, bob, "a", "demo")
	require.NoError(t, err)
	assert.Empty(t, files)
	answers, err := s.Predictions(ctx, bob, "a")
	require.NoError(t, err)
	assert.Empty(t, answers)
	subs, err := s.Submissions(ctx, bob, "a", 0)
	require.NoError(t, err)
	assert.Empty(t, subs)
}

func TestHintsNeverExceedTheirNumber(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	for _, want := range []int{1, 2, 2} {
		opened, err := s.OpenHint(ctx, ada, "a", 2)
		require.NoError(t, err)
		assert.Equal(t, want, opened)
	}
	opened, err := s.OpenHint(ctx, ada, "no hints", 0)
	require.NoError(t, err)
	assert.Zero(t, opened)
}

func TestSubmissionIsRecordedBeforeItIsGraded(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	_, err := s.Submit(ctx, ada, "a", "", map[string]string{"a.go": "package a"}, wide)
	require.NoError(t, err)
	subs, err := s.Submissions(ctx, ada, "a", 0)
	require.NoError(t, err)
	require.Len(t, subs, 1)
	assert.Nil(t, subs[0].Verdict)
}

func TestLimitsAreKeptAtTheDoor(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	big := strings.Repeat("x", MaxFile+1)
	_, err := s.Learner(ctx, strings.Repeat("x", MaxName+1))
	assert.ErrorIs(t, err, ErrTooBig)
	_, err = s.Learner(ctx, "new\nline")
	assert.ErrorIs(t, err, ErrInvalid)
	assert.ErrorIs(t, s.SaveEdit(ctx, ada, "a", "demo", map[string]string{"a.go": big}), ErrTooBig)
	assert.ErrorIs(t, s.SaveEdit(ctx, ada, "", "demo", nil), ErrInvalid)
	assert.ErrorIs(t, s.Predict(ctx, ada, "a", "q", big, ""), ErrTooBig)
	_, err = s.Submit(ctx, ada, "a", "", map[string]string{"a.go": big}, wide)
	assert.ErrorIs(t, err, ErrTooBig)
}

// TestStoreOfVersion1Opens opens a store as the first version wrote it.
func TestStoreOfVersion1Opens(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	recorded, err := os.ReadFile("testdata/v1.sql")
	require.NoError(t, err)
	execute(t, dir, string(recorded))

	s := open(t, dir)
	var before, after bytes.Buffer
	require.NoError(t, s.Export(ctx, &before))
	golden, err := os.ReadFile("testdata/v1.json")
	require.NoError(t, err)
	assert.JSONEq(t, string(golden), before.String())

	ada := learner(t, s, "ada")
	require.NoError(t, s.Visit(ctx, ada, "07-pools", "fixed-pool"), "what version 2 added works")
	require.NoError(t, s.Export(ctx, &after))
	assert.NotEqual(t, before.String(), after.String())
}

func TestNewerStoreIsRefusedAndLeftAsItIs(t *testing.T) {
	dir := t.TempDir()
	execute(t, dir, `PRAGMA user_version = 99`)
	_, err := Open(t.Context(), dir)
	assert.ErrorIs(t, err, ErrNewer)
	db, err := sql.Open("sqlite", filepath.Join(dir, FileName))
	require.NoError(t, err)
	defer func() { assert.NoError(t, db.Close()) }()
	var version int
	require.NoError(t, db.QueryRow(`PRAGMA user_version`).Scan(&version))
	assert.Equal(t, 99, version)
}

func execute(t *testing.T, dir, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, FileName))
	require.NoError(t, err)
	_, err = db.Exec(statements)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

func TestExportedFileImportsIntoAnEmptyStore(t *testing.T) {
	ctx := t.Context()
	from, to := open(t, t.TempDir()), open(t, t.TempDir())
	ada := learner(t, from, "ada")
	require.NoError(t, from.SaveEdit(ctx, ada, "a", "demo", map[string]string{"main.go": "package main"}))
	require.NoError(t, from.Predict(ctx, ada, "a", "q", "yes", "because"))
	require.NoError(t, from.Visit(ctx, ada, "02-channels", "a"))
	_, err := from.OpenHint(ctx, ada, "a", 3)
	require.NoError(t, err)
	require.NoError(t, from.OpenSolution(ctx, ada, "a"))
	id := graded(t, from, ada, "a", "package a", Verdict{[]byte(`{"passed":true}`), true, 10})
	_, err = from.TakeAgain(ctx, me, "", time.Minute)
	require.NoError(t, err)
	require.NoError(t, from.GradedAgain(ctx, id, me, Verdict{[]byte(`{"passed":false}`), false, 3}, true))
	require.NoError(t, from.Keep(ctx, ada, "a", map[string]string{"a.go": "package a // kept"}))

	var first, second bytes.Buffer
	require.NoError(t, from.Export(ctx, &first))
	for range 2 { // the second time changes nothing
		require.NoError(t, to.Import(ctx, bytes.NewReader(first.Bytes())))
	}
	require.NoError(t, to.Export(ctx, &second))
	assert.JSONEq(t, first.String(), second.String())
}

func TestImportKeepsTheNewerEdit(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	ada := learner(t, s, "ada")
	require.NoError(t, s.SaveEdit(ctx, ada, "a", "demo", map[string]string{"main.go": "older"}))
	var old bytes.Buffer
	require.NoError(t, s.Export(ctx, &old))
	require.NoError(t, s.SaveEdit(ctx, ada, "a", "demo", map[string]string{"main.go": "newer"}))
	require.NoError(t, s.Import(ctx, &old))
	files, err := s.Edit(ctx, ada, "a", "demo")
	require.NoError(t, err)
	assert.Equal(t, "newer", files["main.go"])
}

func TestImportRefusesWhatIsNotAnExport(t *testing.T) {
	s := open(t, t.TempDir())
	for _, text := range []string{``, `{}`, `[]`, `{"format":"other"}`, `{"format":"interleave progress","version":1,"evil":1}`} {
		assert.ErrorIs(t, s.Import(t.Context(), strings.NewReader(text)), ErrFormat, text)
	}
	newer := `{"format":"interleave progress","version":5,"learners":[]}`
	assert.ErrorIs(t, s.Import(t.Context(), strings.NewReader(newer)), ErrNewer)
}

func TestResetForgetsOneLearnerOnly(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	s := open(t, dir)
	ada, bob := learner(t, s, "ada"), learner(t, s, "bob")
	require.NoError(t, s.Predict(ctx, ada, "a", "q", "1", ""))
	require.NoError(t, s.Predict(ctx, bob, "a", "q", "2", ""))

	var out, errs bytes.Buffer
	assert.Equal(t, 1, Main(ctx, []string{"reset", "-data", dir, "-learner", "ada"}, nil, &out, &errs), "not without -yes")
	assert.Contains(t, errs.String(), "-yes")
	assert.Equal(t, 0, Main(ctx, []string{"reset", "-data", dir, "-learner", "ada", "-yes"}, nil, &out, &errs))

	answers, err := s.Predictions(ctx, learner(t, s, "ada"), "a")
	require.NoError(t, err)
	assert.Empty(t, answers)
	answers, err = s.Predictions(ctx, bob, "a")
	require.NoError(t, err)
	assert.Equal(t, "2", answers["q"].Answer)
}

func TestDataCommandMovesProgressThroughAFile(t *testing.T) {
	ctx, from, to := t.Context(), t.TempDir(), t.TempDir()
	s := open(t, from)
	require.NoError(t, s.Predict(ctx, learner(t, s, "ada"), "a", "q", "yes", ""))
	file := filepath.Join(t.TempDir(), "progress.json")
	var out, errs bytes.Buffer
	require.Equal(t, 0, Main(ctx, []string{"export", "-data", from, file}, nil, &out, &errs), errs.String())
	require.Equal(t, 0, Main(ctx, []string{"import", "-data", to, file}, nil, &out, &errs), errs.String())
	moved := open(t, to)
	answers, err := moved.Predictions(ctx, learner(t, moved, "ada"), "a")
	require.NoError(t, err)
	assert.Equal(t, "yes", answers["q"].Answer)
}

func TestDataCommandExplainsItself(t *testing.T) {
	var out, errs bytes.Buffer
	assert.Equal(t, 2, Main(t.Context(), nil, nil, &out, &errs))
	assert.Equal(t, 2, Main(t.Context(), []string{"explode"}, nil, &out, &errs))
	assert.Equal(t, 0, Main(t.Context(), []string{"-h"}, nil, &out, &errs))
	assert.Contains(t, out.String(), "export")
}
