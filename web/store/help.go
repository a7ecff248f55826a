package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// HelpKind is what kind of help a learner opened.
type HelpKind string

// The kinds of help.
const (
	HelpHint     HelpKind = "hint"
	HelpSolution HelpKind = "solution"
)

// Help is help that a learner opened. It is recorded, and never taken back.
type Help struct {
	Kind HelpKind
	Nth  int       // of hints, from 1
	At   time.Time // zero where an older store did not say
}

// OpenHint opens the next of a lab's total hints and returns how many are
// open now; it never exceeds total.
func (s *Store) OpenHint(ctx context.Context, l LearnerID, lab string, total int) (int, error) {
	if err := checkName(lab); err != nil {
		return 0, fmt.Errorf("open hint: %w", err)
	}
	const insert = `INSERT INTO help (learner, lab, kind, nth, time) SELECT ?1, ?2, ?3, count(*) + 1, ?4
		FROM help WHERE learner = ?1 AND lab = ?2 AND kind = ?3 HAVING count(*) < ?5`
	if _, err := s.db.ExecContext(ctx, insert, l, lab, HelpHint, s.stamp(), total); err != nil {
		return 0, fmt.Errorf("open hint of %s: %w", lab, err)
	}
	opened, err := s.Hints(ctx, l, lab)
	return min(opened, total), err
}

// Hints returns how many of a lab's hints the learner has opened.
func (s *Store) Hints(ctx context.Context, l LearnerID, lab string) (int, error) {
	var opened int
	err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM help WHERE learner = ? AND lab = ? AND kind = ?`, l, lab, HelpHint).Scan(&opened)
	if err != nil {
		return 0, fmt.Errorf("hints of %s: %w", lab, err)
	}
	return opened, nil
}

// OpenSolution records that the learner looks at the lab's solution, when it
// is for the first time.
func (s *Store) OpenSolution(ctx context.Context, l LearnerID, lab string) error {
	if err := checkName(lab); err != nil {
		return fmt.Errorf("open solution: %w", err)
	}
	const insert = `INSERT INTO help (learner, lab, kind, nth, time) VALUES (?, ?, ?, 1, ?) ON CONFLICT DO NOTHING`
	if _, err := s.db.ExecContext(ctx, insert, l, lab, HelpSolution, s.stamp()); err != nil {
		return fmt.Errorf("open solution of %s: %w", lab, err)
	}
	return nil
}

// Help returns what help the learner opened with a lab, the newest first.
func (s *Store) Help(ctx context.Context, l LearnerID, lab string) ([]Help, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT kind, nth, time FROM help WHERE learner = ? AND lab = ? ORDER BY time DESC, kind DESC, nth DESC`, l, lab)
	if err != nil {
		return nil, fmt.Errorf("help with %s: %w", lab, err)
	}
	var all []Help
	err = each(rows, func() error {
		h, err := scanHelp(rows)
		all = append(all, h)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("help with %s: %w", lab, err)
	}
	return all, nil
}

func scanHelp(rows *sql.Rows) (h Help, err error) {
	var at int64
	if err := rows.Scan(&h.Kind, &h.Nth, &at); err != nil {
		return h, err
	}
	if at > 0 {
		h.At = time.UnixMilli(at)
	}
	return h, nil
}
