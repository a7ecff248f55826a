package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// A Measurement is what a demo measured on this machine. It is nobody's in
// particular, and is not exported: on another machine it would be wrong.
type Measurement struct {
	What    string          // what was run, and how: another program has other figures
	Figures json.RawMessage // what it printed, as the caller reads it
	At      time.Time
}

// Measured keeps a measurement of a lesson, in place of an earlier one.
func (s *Store) Measured(ctx context.Context, lesson, question, what string, figures json.RawMessage) error {
	err := checkNames(lesson, question, what)
	if len(figures) > MaxRun {
		err = errors.Join(err, ErrTooBig)
	}
	if err != nil {
		return fmt.Errorf("measured: %w", err)
	}
	const upsert = `INSERT INTO measurement (lesson, question, what, figures, time) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET what = excluded.what, figures = excluded.figures, time = excluded.time`
	if _, err := s.db.ExecContext(ctx, upsert, lesson, question, what, string(figures), s.stamp()); err != nil {
		return fmt.Errorf("measured %s in %s: %w", question, lesson, err)
	}
	return nil
}

// Measurements returns what was measured in a lesson, by the question's id.
func (s *Store) Measurements(ctx context.Context, lesson string) (map[string]Measurement, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT question, what, figures, time FROM measurement WHERE lesson = ?`, lesson)
	if err != nil {
		return nil, fmt.Errorf("measurements of %s: %w", lesson, err)
	}
	all := map[string]Measurement{}
	err = each(rows, func() error {
		var id, figures string
		var m Measurement
		var at int64
		if err := rows.Scan(&id, &m.What, &figures, &at); err != nil {
			return err
		}
		m.Figures, m.At = json.RawMessage(figures), time.UnixMilli(at)
		all[id] = m
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("measurements of %s: %w", lesson, err)
	}
	return all, nil
}
