package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"interleave/sim/say"
)

// SubmissionID names a submission.
type SubmissionID int64

// State is how a submission stands.
type State string

// The states of a submission.
const (
	Queued  State = "queued"  // it waits for somebody to grade it
	Grading State = "grading" // somebody holds it and grades it
	Graded  State = "graded"  // it has a verdict
	Failed  State = "failed"  // it could not be graded, and nobody will try again
	Kept    State = "kept"    // it was never handed in: a text that another one took the place of
)

// Waits tells whether the verdict is still to come.
func (s State) Waits() bool { return s == Queued || s == Grading }

// Submission is one try at an exercise.
type Submission struct {
	ID      SubmissionID
	Learner LearnerID
	Lab     string
	Files   map[string]string
	State   State
	Verdict json.RawMessage // nil until it was graded
	First   json.RawMessage // the verdict that a lower one has replaced; nil if none has
	Passed  bool
	Score   int
	At      time.Time
	Lang    string // in which the verdict is wanted, as the context said that handed it in; "" if it did not

	// Rev counts up with every change of any submission: of two looks at one
	// submission, the one with the higher Rev is the later.
	Rev int64
}

// Bounds say how many submissions may wait for their verdicts.
type Bounds struct {
	Each int // of one learner
	All  int
}

// The reasons for which a submission is not taken, or not any more.
var (
	ErrEnough = errors.New("as many submissions of this learner wait as may")
	ErrFull   = errors.New("as many submissions wait as may")
	ErrLost   = errors.New("the submission is not held any more")
)

const (
	columns = `id, learner, lab, files, state, verdict, first, passed, score, time, rev, lang`
	nextRev = `rev = (SELECT coalesce(max(rev), 0) + 1 FROM submission)`
	// What is graded again changes nothing that its learner sees, until it does.
	nextRevOfGrading = `rev = iif(state = 'grading', (SELECT coalesce(max(rev), 0) + 1 FROM submission), rev)`
	// inOrder is the order in which submissions are taken: first the oldest of
	// each learner, then the second of each; among learners, who was served
	// longest ago comes first.
	inOrder = `SELECT id, row_number() OVER (ORDER BY nth, last, id) AS place FROM (
		SELECT id, row_number() OVER (PARTITION BY learner ORDER BY id) AS nth,
			coalesce((SELECT max(turn) FROM submission t WHERE t.learner = s.learner), 0) AS last
		FROM submission s WHERE state = 'queued')`
)

// Submit puts files into the queue and returns their submission. Files that
// were handed in before under the same key are that earlier submission, and so
// are files that wait already, whatever their key. It returns ErrEnough or
// ErrFull where more wait than bounds allow.
func (s *Store) Submit(ctx context.Context, l LearnerID, lab, key string, files map[string]string, bounds Bounds) (SubmissionID, error) {
	if err := errors.Join(checkNames(lab), checkFiles(files)); err != nil {
		return 0, fmt.Errorf("submit: %w", err)
	}
	if len(key) > MaxKey {
		return 0, fmt.Errorf("submit: key: %w", ErrTooBig)
	}
	b, err := json.Marshal(files)
	if err != nil {
		return 0, fmt.Errorf("submit %s: %w", lab, err)
	}
	text := string(b)
	// A key names one text: the same key with another text is no repetition.
	sum := sha256.Sum256([]byte(key + "\x00" + text))
	stored := sql.NullString{String: hex.EncodeToString(sum[:16]), Valid: key != ""}
	var id SubmissionID
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		const same = `SELECT id FROM submission WHERE learner = ?1 AND lab = ?2 AND (key = ?3 OR state IN ('queued', 'grading') AND files = ?4)
			ORDER BY id DESC LIMIT 1`
		err := tx.QueryRowContext(ctx, same, l, lab, stored, text).Scan(&id)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		const waiting = `SELECT count(*), count(*) FILTER (WHERE learner = ?) FROM submission WHERE state IN ('queued', 'grading')`
		var all, own int
		if err := tx.QueryRowContext(ctx, waiting, l).Scan(&all, &own); err != nil {
			return err
		}
		switch {
		case own >= bounds.Each:
			return ErrEnough
		case all >= bounds.All:
			return ErrFull
		}
		const insert = `INSERT INTO submission (learner, lab, files, time, key, lang, rev)
			SELECT ?, ?, ?, ?, ?, ?, coalesce(max(rev), 0) + 1 FROM submission RETURNING id`
		return tx.QueryRowContext(ctx, insert, l, lab, text, s.stamp(), stored, say.Wanted(ctx)).Scan(&id)
	})
	if err != nil {
		return 0, fmt.Errorf("submit %s: %w", lab, err)
	}
	return id, nil
}

// Keep keeps a text of an exercise that another one is about to replace, among
// the submissions but never graded. A text that is among them already is not
// kept twice.
func (s *Store) Keep(ctx context.Context, l LearnerID, lab string, files map[string]string) error {
	if err := errors.Join(checkNames(lab), checkFiles(files)); err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	text, err := json.Marshal(files)
	if err != nil {
		return fmt.Errorf("keep a text of %s: %w", lab, err)
	}
	const insert = `INSERT INTO submission (learner, lab, files, time, state) SELECT ?1, ?2, ?3, ?4, 'kept'
		WHERE NOT EXISTS (SELECT 1 FROM submission WHERE learner = ?1 AND lab = ?2 AND files = ?3)`
	if _, err := s.db.ExecContext(ctx, insert, l, lab, string(text), s.stamp()); err != nil {
		return fmt.Errorf("keep a text of %s: %w", lab, err)
	}
	return nil
}

// Take gives the next submission in order to owner, for as long as lease; nil
// if none waits. A submission whose owner let the lease end waits again, at its
// old place; one that was taken too often without coming to a verdict is given
// up. Where lab is not "", only its submissions are given.
func (s *Store) Take(ctx context.Context, owner, lab string, lease time.Duration) (*Submission, error) {
	var sub *Submission
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		const expire = `UPDATE submission SET state = iif(tries < ?2, 'queued', 'failed'), owner = '', lease = 0, turn = 0, ` + nextRev + `
			WHERE state = 'grading' AND lease <= ?1`
		if _, err := tx.ExecContext(ctx, expire, s.stamp(), maxTries); err != nil {
			return err
		}
		const take = `UPDATE submission SET state = 'grading', owner = ?1, lease = ?2, tries = tries + 1,
			turn = (SELECT coalesce(max(turn), 0) + 1 FROM submission), ` + nextRev + `
			WHERE id = (SELECT o.id FROM (` + inOrder + `) o JOIN submission s USING (id) WHERE ?3 IN ('', s.lab) ORDER BY place LIMIT 1)
			RETURNING ` + columns
		var err error
		sub, err = one(tx.QueryContext(ctx, take, owner, s.until(lease), lab))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("take a submission: %w", err)
	}
	return sub, nil
}

// TakeAgain gives owner a submission that has its verdict and is to be graded
// again, the newest first; nil if there is none, or if any submission still
// waits for its first verdict.
func (s *Store) TakeAgain(ctx context.Context, owner, lab string, lease time.Duration) (*Submission, error) {
	const take = `UPDATE submission SET owner = ?1, lease = ?2, tries = tries + 1
		WHERE id = (SELECT id FROM submission WHERE again AND lease <= ?3 AND ?4 IN ('', lab) ORDER BY id DESC LIMIT 1)
		AND NOT EXISTS (SELECT 1 FROM submission WHERE state IN ('queued', 'grading')) RETURNING ` + columns
	var sub *Submission
	err := s.inTx(ctx, func(tx *sql.Tx) (err error) {
		const spent = `UPDATE submission SET again = 0, owner = '', lease = 0 WHERE again AND lease <= ? AND tries >= ?`
		if _, err := tx.ExecContext(ctx, spent, s.stamp(), maxTries); err != nil {
			return err
		}
		sub, err = one(tx.QueryContext(ctx, take, owner, s.until(lease), s.stamp(), lab))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("take a submission again: %w", err)
	}
	return sub, nil
}

// Renew lets owner hold the submission for another lease, or returns ErrLost.
func (s *Store) Renew(ctx context.Context, id SubmissionID, owner string, lease time.Duration) error {
	return s.held(ctx, "renew", `UPDATE submission SET lease = ?3 WHERE id = ?1 AND owner = ?2`, id, owner, s.until(lease))
}

// Release gives a submission back as if it had not been taken.
func (s *Store) Release(ctx context.Context, id SubmissionID, owner string) error {
	const update = `UPDATE submission SET state = iif(state = 'grading', 'queued', state), turn = iif(state = 'grading', 0, turn),
		owner = '', lease = 0, tries = tries - 1, ` + nextRevOfGrading + ` WHERE id = ?1 AND owner = ?2`
	return s.held(ctx, "release", update, id, owner)
}

// GiveUp says that owner could not grade the submission. It waits for another
// try, or has failed if this was the last one; one that has its verdict keeps
// it and is not graded again.
func (s *Store) GiveUp(ctx context.Context, id SubmissionID, owner string) error {
	const update = `UPDATE submission SET state = CASE WHEN state <> 'grading' THEN state WHEN tries < ?3 THEN 'queued' ELSE 'failed' END,
		again = 0, owner = '', lease = 0, ` + nextRevOfGrading + ` WHERE id = ?1 AND owner = ?2`
	return s.held(ctx, "give up", update, id, owner, maxTries)
}

// A Verdict is what grading came to.
type Verdict struct {
	Text   json.RawMessage
	Passed bool
	Score  int
}

// Graded gives the submission that owner holds its verdict, and ends its hold;
// again says that it is to be graded again in idle time. It returns ErrLost if
// owner does not hold it: then somebody else gives the verdict, or has.
func (s *Store) Graded(ctx context.Context, id SubmissionID, owner string, v Verdict, again bool) error {
	if len(v.Text) > MaxVerdict {
		return fmt.Errorf("verdict of submission %d, %d bytes: %w", id, len(v.Text), ErrTooBig)
	}
	const update = `UPDATE submission SET state = 'graded', verdict = ?3, passed = ?4, score = ?5, again = ?6, owner = '', lease = 0, tries = 0, ` + nextRev + `
		WHERE id = ?1 AND owner = ?2 AND state = 'grading'`
	return s.held(ctx, "verdict", update, id, owner, string(v.Text), v.Passed, v.Score, again)
}

// GradedAgain ends the hold on a submission that was graded again. A verdict
// with a text takes the place of the one it has; lowered says that it is lower,
// and then the first one is kept beside it.
func (s *Store) GradedAgain(ctx context.Context, id SubmissionID, owner string, v Verdict, lowered bool) error {
	if len(v.Text) > MaxVerdict {
		return fmt.Errorf("verdict of submission %d, %d bytes: %w", id, len(v.Text), ErrTooBig)
	}
	if v.Text == nil {
		const done = `UPDATE submission SET again = 0, owner = '', lease = 0 WHERE id = ?1 AND owner = ?2`
		return s.held(ctx, "verdict", done, id, owner)
	}
	const update = `UPDATE submission SET first = iif(?6, coalesce(first, verdict), first), verdict = ?3, passed = ?4, score = ?5,
		again = 0, owner = '', lease = 0, ` + nextRev + ` WHERE id = ?1 AND owner = ?2 AND state = 'graded'`
	return s.held(ctx, "verdict", update, id, owner, string(v.Text), v.Passed, v.Score, lowered)
}

// held changes a submission that its owner holds, or returns ErrLost.
func (s *Store) held(ctx context.Context, what, update string, id SubmissionID, args ...any) error {
	res, err := s.db.ExecContext(ctx, update, append([]any{id}, args...)...)
	if err == nil {
		var n int64
		if n, err = res.RowsAffected(); err == nil && n == 0 {
			err = ErrLost
		}
	}
	if err != nil {
		return fmt.Errorf("%s of submission %d: %w", what, id, err)
	}
	return nil
}

func (s *Store) until(lease time.Duration) int64 { return s.now().Add(lease).UnixMilli() }

// Submission returns a submission of the learner at a lab, or the latest one
// that was handed in where id is 0; nil if there is none.
func (s *Store) Submission(ctx context.Context, l LearnerID, lab string, id SubmissionID) (*Submission, error) {
	const query = `SELECT ` + columns + ` FROM submission WHERE learner = ?1 AND lab = ?2 AND (id = ?3 OR ?3 = 0 AND state <> 'kept') ORDER BY id DESC LIMIT 1`
	sub, err := one(s.db.QueryContext(ctx, query, l, lab, id))
	if err != nil {
		return nil, fmt.Errorf("submission %d of %s: %w", id, lab, err)
	}
	return sub, nil
}

// Place returns how many submissions are taken until this one is, itself
// included; 0 if it does not wait to be taken.
func (s *Store) Place(ctx context.Context, id SubmissionID) (int, error) {
	var place int
	err := s.db.QueryRowContext(ctx, `SELECT place FROM (`+inOrder+`) WHERE id = ?`, id).Scan(&place)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("place of submission %d: %w", id, err)
	}
	return place, nil
}

// Waiting returns how many submissions have not got their verdicts.
func (s *Store) Waiting(ctx context.Context) (int, error) {
	var n int
	if err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM submission WHERE state IN ('queued', 'grading')`).Scan(&n); err != nil {
		return 0, fmt.Errorf("count what waits: %w", err)
	}
	return n, nil
}

// Submissions returns the learner's latest tries at a lab, the newest first,
// of those before the given one (0 for all) at most PerPage.
func (s *Store) Submissions(ctx context.Context, l LearnerID, lab string, before SubmissionID) ([]Submission, error) {
	const query = `SELECT ` + columns + ` FROM submission WHERE learner = ?1 AND lab = ?2 AND (id < ?3 OR ?3 = 0) ORDER BY id DESC LIMIT ?4`
	rows, err := s.db.QueryContext(ctx, query, l, lab, before, PerPage)
	if err != nil {
		return nil, fmt.Errorf("submissions of %s: %w", lab, err)
	}
	var subs []Submission
	err = each(rows, func() error {
		sub, err := scanSubmission(rows)
		subs = append(subs, sub)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("submissions of %s: %w", lab, err)
	}
	return subs, nil
}

// Changes returns a number that is another one after any other process has
// changed the store.
func (s *Store) Changes(ctx context.Context) (int64, error) {
	var n int64
	if err := s.db.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&n); err != nil {
		return 0, fmt.Errorf("look for changes: %w", err)
	}
	return n, nil
}

// one returns the submission in rows; nil if there is none.
func one(rows *sql.Rows, err error) (sub *Submission, _ error) {
	if err != nil {
		return nil, err
	}
	return sub, each(rows, func() error {
		next, err := scanSubmission(rows)
		sub = &next
		return err
	})
}

func scanSubmission(rows *sql.Rows) (Submission, error) {
	var sub Submission
	var files string
	var verdict, first sql.NullString
	var at int64
	if err := rows.Scan(&sub.ID, &sub.Learner, &sub.Lab, &files, &sub.State, &verdict, &first, &sub.Passed, &sub.Score, &at, &sub.Rev, &sub.Lang); err != nil {
		return sub, err
	}
	sub.At, sub.Verdict, sub.First = time.UnixMilli(at), raw(verdict), raw(first)
	return sub, json.Unmarshal([]byte(files), &sub.Files)
}

func raw(text sql.NullString) json.RawMessage {
	if !text.Valid {
		return nil
	}
	return json.RawMessage(text.String)
}
