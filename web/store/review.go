package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A question that was answered comes back after these days: after the first
// of them for the first time, and each time that it was right after the next
// one. Once it was wrong it begins anew. (The boxes of Leitner, So lernt man
// lernen, 1972, with the distances that they are usually given.)
var reviewDays = [...]int{1, 3, 7, 21, 60}

// Review is a question that comes back.
type Review struct {
	Lesson   string
	Question string
	Box      int       // how often in a row it was right when it came back, up to the last of reviewDays
	Due      time.Time // when it comes back next
	Answer   string    // the one that was given when it came back last; "" if it has not, or the learner passed
}

// Due returns the questions that have come back by now, the one that has
// waited longest first.
func (s *Store) Due(ctx context.Context, l LearnerID) ([]Review, error) {
	const query = `SELECT p.lesson, p.question, coalesce(r.box, 0), coalesce(r.due, p.time + ?2) AS due, coalesce(r.answer, '')
		FROM prediction p LEFT JOIN review r USING (learner, lesson, question)
		WHERE p.learner = ?1 AND coalesce(r.due, p.time + ?2) <= ?3 ORDER BY due, p.lesson, p.question`
	rows, err := s.db.QueryContext(ctx, query, l, days(0), s.stamp())
	if err != nil {
		return nil, fmt.Errorf("what comes back: %w", err)
	}
	var all []Review
	err = each(rows, func() error {
		r, err := scanReview(rows)
		all = append(all, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("what comes back: %w", err)
	}
	return all, nil
}

// Reviewed keeps what the learner answered to a question that came back, and
// puts it off.
func (s *Store) Reviewed(ctx context.Context, l LearnerID, lesson, question, answer string, right bool) error {
	if err := checkNames(lesson, question); err != nil {
		return fmt.Errorf("review: %w", err)
	}
	if len(answer) > MaxAnswer {
		return fmt.Errorf("review: %w", ErrTooBig)
	}
	return s.inTx(ctx, func(tx *sql.Tx) error {
		box := 0
		err := tx.QueryRowContext(ctx, `SELECT box FROM review WHERE learner = ? AND lesson = ? AND question = ?`, l, lesson, question).Scan(&box)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("review of %s in %s: %w", question, lesson, err)
		}
		if box = min(box+1, len(reviewDays)-1); !right {
			box = 0
		}
		const upsert = `INSERT INTO review (learner, lesson, question, box, due, answer, time) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET box = excluded.box, due = excluded.due, answer = excluded.answer, time = excluded.time`
		now := s.stamp()
		if _, err := tx.ExecContext(ctx, upsert, l, lesson, question, box, now+days(box), answer, now); err != nil {
			return fmt.Errorf("review of %s in %s: %w", question, lesson, err)
		}
		return nil
	})
}

// LastReview returns how a question stands that has come back before; the
// error is sql.ErrNoRows if it has not.
func (s *Store) LastReview(ctx context.Context, l LearnerID, lesson, question string) (Review, error) {
	const query = `SELECT lesson, question, box, due, answer FROM review WHERE learner = ? AND lesson = ? AND question = ?`
	r, err := scanReview(s.db.QueryRowContext(ctx, query, l, lesson, question))
	if err != nil {
		return r, fmt.Errorf("review of %s in %s: %w", question, lesson, err)
	}
	return r, nil
}

func scanReview(row interface{ Scan(...any) error }) (r Review, err error) {
	var due int64
	err = row.Scan(&r.Lesson, &r.Question, &r.Box, &due, &r.Answer)
	r.Due = time.UnixMilli(due)
	return r, err
}

// days is how long a question of a box stays away, in milliseconds. It is a
// little less than whole days, so that who comes at the same time every day
// finds it.
func days(box int) int64 {
	const early = 4 * time.Hour
	return (time.Duration(reviewDays[box])*24*time.Hour - early).Milliseconds()
}
