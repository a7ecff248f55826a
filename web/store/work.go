package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// SaveEdit keeps the files of a lab's part ("demo" or "exercise") as the
// learner left them. Files that are not named keep what they had.
func (s *Store) SaveEdit(ctx context.Context, l LearnerID, lab, part string, files map[string]string) error {
	if err := errors.Join(checkNames(lab, part), checkFiles(files)); err != nil {
		return fmt.Errorf("save edit: %w", err)
	}
	const upsert = `INSERT INTO edit (learner, lab, part, file, text, time) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET text = excluded.text, time = excluded.time`
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for name, text := range files {
			if _, err := tx.ExecContext(ctx, upsert, l, lab, part, name, text, s.stamp()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save edit of %s: %w", lab, err)
	}
	return nil
}

// Edit returns the files of a lab's part that the learner has edited, by
// name; an unedited part has none.
func (s *Store) Edit(ctx context.Context, l LearnerID, lab, part string) (map[string]string, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT file, text FROM edit WHERE learner = ? AND lab = ? AND part = ?`, l, lab, part)
	if err != nil {
		return nil, fmt.Errorf("edit of %s: %w", lab, err)
	}
	files := map[string]string{}
	err = each(rows, func() error {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		files[name] = text
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("edit of %s: %w", lab, err)
	}
	return files, nil
}

// DropEdit forgets what the learner edited in a lab's part.
func (s *Store) DropEdit(ctx context.Context, l LearnerID, lab, part string) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM edit WHERE learner = ? AND lab = ? AND part = ?`, l, lab, part)
	if err != nil {
		return fmt.Errorf("drop edit of %s: %w", lab, err)
	}
	return nil
}

// Prediction is what a learner answered to a question before the run.
type Prediction struct {
	Answer string
	Why    string
	At     time.Time
}

// Predict keeps an answer to a lesson's question, in place of an earlier one.
func (s *Store) Predict(ctx context.Context, l LearnerID, lesson, question, answer, why string) error {
	if err := checkNames(lesson, question); err != nil {
		return fmt.Errorf("predict: %w", err)
	}
	if len(answer) > MaxAnswer || len(why) > MaxWhy {
		return fmt.Errorf("predict: %w", ErrTooBig)
	}
	const upsert = `INSERT INTO prediction (learner, lesson, question, answer, why, time) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET answer = excluded.answer, why = excluded.why, time = excluded.time`
	if _, err := s.db.ExecContext(ctx, upsert, l, lesson, question, answer, why, s.stamp()); err != nil {
		return fmt.Errorf("predict %s in %s: %w", question, lesson, err)
	}
	return nil
}

// Predictions returns the learner's answers to a lesson's questions, by the
// question's id.
func (s *Store) Predictions(ctx context.Context, l LearnerID, lesson string) (map[string]Prediction, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT question, answer, why, time FROM prediction WHERE learner = ? AND lesson = ?`, l, lesson)
	if err != nil {
		return nil, fmt.Errorf("predictions of %s: %w", lesson, err)
	}
	answers := map[string]Prediction{}
	err = each(rows, func() error {
		var id string
		var p Prediction
		var at int64
		if err := rows.Scan(&id, &p.Answer, &p.Why, &at); err != nil {
			return err
		}
		p.At = time.UnixMilli(at)
		answers[id] = p
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("predictions of %s: %w", lesson, err)
	}
	return answers, nil
}

// Visit notes that the learner reads a lesson now.
func (s *Store) Visit(ctx context.Context, l LearnerID, chapter, lab string) error {
	if err := checkNames(chapter, lab); err != nil {
		return fmt.Errorf("visit: %w", err)
	}
	const upsert = `INSERT INTO visit (learner, chapter, lab, time) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET time = excluded.time`
	if _, err := s.db.ExecContext(ctx, upsert, l, chapter, lab, s.stamp()); err != nil {
		return fmt.Errorf("visit %s/%s: %w", chapter, lab, err)
	}
	return nil
}

// LastVisit returns the lesson that the learner read last; both are empty for
// someone new.
func (s *Store) LastVisit(ctx context.Context, l LearnerID) (chapter, lab string, err error) {
	const query = `SELECT chapter, lab FROM visit WHERE learner = ? ORDER BY time DESC, chapter DESC, lab DESC LIMIT 1`
	err = s.db.QueryRowContext(ctx, query, l).Scan(&chapter, &lab)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", "", fmt.Errorf("last visit: %w", err)
	}
	return chapter, lab, nil
}

// Progress is how far a learner is with one lab and its lesson.
type Progress struct {
	Visited bool // the lesson was read
	Answers int  // questions of the lesson that were answered or passed
	Tries   int  // submissions
	Passed  bool // one of them passed
	Best    int  // the best score
}

// Progress returns how far the learner is, by lab; a lab that was never
// touched is absent.
func (s *Store) Progress(ctx context.Context, l LearnerID) (map[string]Progress, error) {
	const query = `SELECT lab, max(visited), sum(answers), sum(tries), max(passed), max(best) FROM (
		SELECT lab, 1 AS visited, 0 AS answers, 0 AS tries, 0 AS passed, 0 AS best FROM visit WHERE learner = ?1
		UNION ALL SELECT lesson, 0, 1, 0, 0, 0 FROM prediction WHERE learner = ?1
		UNION ALL SELECT lab, 0, 0, 1, passed, score FROM submission WHERE learner = ?1 AND state <> 'kept') GROUP BY lab`
	rows, err := s.db.QueryContext(ctx, query, l)
	if err != nil {
		return nil, fmt.Errorf("progress: %w", err)
	}
	labs := map[string]Progress{}
	err = each(rows, func() error {
		var lab string
		var p Progress
		if err := rows.Scan(&lab, &p.Visited, &p.Answers, &p.Tries, &p.Passed, &p.Best); err != nil {
			return err
		}
		labs[lab] = p
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("progress: %w", err)
	}
	return labs, nil
}

// each calls f for every row and closes rows.
func each(rows *sql.Rows, f func() error) error {
	defer rows.Close()
	for rows.Next() {
		if err := f(); err != nil {
			return err
		}
	}
	return rows.Err()
}
