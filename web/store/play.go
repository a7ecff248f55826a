package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// A Guess is what a learner predicted while a run stood still, and what then
// happened.
type Guess struct {
	ID       string // made by the page, so that one sent twice counts once
	Kind     string // one word: what it was about
	Question string
	Answer   string
	Truth    string
	Right    bool
	At       time.Time
}

func (g *Guess) check() error {
	err := checkNames(g.ID, g.Kind)
	for _, text := range []string{g.Question, g.Answer, g.Truth} {
		if len(text) > MaxGuess {
			err = errors.Join(err, ErrTooBig)
		}
	}
	return err
}

const insertGuess = `INSERT INTO guess (learner, lab, id, kind, question, answer, truth, correct, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT DO NOTHING`

// Guessed keeps guesses that were made in a lab, in the order of time. Of many
// the oldest are forgotten.
func (s *Store) Guessed(ctx context.Context, l LearnerID, lab string, guesses []Guess) error {
	err := checkNames(lab)
	for i := range guesses {
		err = errors.Join(err, guesses[i].check())
	}
	if err != nil {
		return fmt.Errorf("guesses: %w", err)
	}
	const trim = `DELETE FROM guess WHERE learner = ?1 AND lab = ?2 AND id NOT IN
		(SELECT id FROM guess WHERE learner = ?1 AND lab = ?2 ORDER BY time DESC, id LIMIT ?3)`
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		for _, g := range guesses {
			if _, err := tx.ExecContext(ctx, insertGuess, l, lab, g.ID, g.Kind, g.Question, g.Answer, g.Truth, g.Right, g.At.UnixMilli()); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, trim, l, lab, keptGuesses)
		return err
	})
	if err != nil {
		return fmt.Errorf("guesses in %s: %w", lab, err)
	}
	return nil
}

// Guesses returns what the learner guessed in a lab, the newest first.
func (s *Store) Guesses(ctx context.Context, l LearnerID, lab string) ([]Guess, error) {
	const query = `SELECT id, kind, question, answer, truth, correct, time FROM guess
		WHERE learner = ? AND lab = ? ORDER BY time DESC, id`
	rows, err := s.db.QueryContext(ctx, query, l, lab)
	if err != nil {
		return nil, fmt.Errorf("guesses in %s: %w", lab, err)
	}
	var guesses []Guess
	err = each(rows, func() error {
		var g Guess
		var at int64
		if err := rows.Scan(&g.ID, &g.Kind, &g.Question, &g.Answer, &g.Truth, &g.Right, &at); err != nil {
			return err
		}
		g.At = time.UnixMilli(at)
		guesses = append(guesses, g)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("guesses in %s: %w", lab, err)
	}
	return guesses, nil
}

// A Win is a run that reached the goal of a challenge.
type Win struct {
	Run json.RawMessage // what it takes to have it again
	At  time.Time
}

// Won keeps a run that won a challenge, in place of an earlier one.
func (s *Store) Won(ctx context.Context, l LearnerID, lab, challenge string, run json.RawMessage) error {
	err := checkNames(lab, challenge)
	if len(run) > MaxRun {
		err = errors.Join(err, ErrTooBig)
	}
	if err != nil {
		return fmt.Errorf("win: %w", err)
	}
	const upsert = `INSERT INTO win (learner, lab, challenge, run, time) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET run = excluded.run, time = excluded.time`
	if _, err := s.db.ExecContext(ctx, upsert, l, lab, challenge, string(run), s.stamp()); err != nil {
		return fmt.Errorf("win of %s in %s: %w", challenge, lab, err)
	}
	return nil
}

// Wins returns the runs that won a lab's challenges, by the challenge's id.
func (s *Store) Wins(ctx context.Context, l LearnerID, lab string) (map[string]Win, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT challenge, run, time FROM win WHERE learner = ? AND lab = ?`, l, lab)
	if err != nil {
		return nil, fmt.Errorf("wins in %s: %w", lab, err)
	}
	wins := map[string]Win{}
	err = each(rows, func() error {
		var id, run string
		var at int64
		if err := rows.Scan(&id, &run, &at); err != nil {
			return err
		}
		wins[id] = Win{json.RawMessage(run), time.UnixMilli(at)}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("wins in %s: %w", lab, err)
	}
	return wins, nil
}
