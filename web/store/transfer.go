package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// maxImport bounds the size of a file that Import reads, maxHints how many
// hints of a lab it says were opened.
const (
	maxImport = 256 << 20
	maxHints  = 1000
)

// format and formatVersion open every exported file.
const (
	format        = "interleave progress"
	formatVersion = 4
)

// archive is the exported form of a store: everything, by learner's name.
// Times are milliseconds since 1970.
type archive struct {
	Format   string            `json:"format"`
	Version  int               `json:"version"`
	Learners []archivedLearner `json:"learners"`
}

type archivedLearner struct {
	Name        string               `json:"name"`
	Edits       []archivedEdit       `json:"edits,omitempty"`
	Predictions []archivedPrediction `json:"predictions,omitempty"`
	Hints       []archivedHint       `json:"hints,omitempty"` // before version 3, in place of Help
	Help        []archivedHelp       `json:"help,omitempty"`
	Submissions []archivedSubmission `json:"submissions,omitempty"`
	Visits      []archivedVisit      `json:"visits,omitempty"`
	Guesses     []archivedGuess      `json:"guesses,omitempty"`
	Wins        []archivedWin        `json:"wins,omitempty"`
	Reviews     []archivedReview     `json:"reviews,omitempty"`
}

type archivedEdit struct {
	Lab  string `json:"lab"`
	Part string `json:"part"`
	File string `json:"file"`
	Text string `json:"text"`
	Time int64  `json:"time"`
}

type archivedPrediction struct {
	Lesson   string `json:"lesson"`
	Question string `json:"question"`
	Answer   string `json:"answer"`
	Why      string `json:"why,omitempty"`
	Time     int64  `json:"time"`
}

type archivedHint struct {
	Lab    string `json:"lab"`
	Opened int    `json:"opened"`
}

type archivedHelp struct {
	Lab  string   `json:"lab"`
	Kind HelpKind `json:"kind"`
	Nth  int      `json:"nth"`
	Time int64    `json:"time"` // 0: it is not known
}

type archivedSubmission struct {
	Lab     string            `json:"lab"`
	Files   map[string]string `json:"files"`
	State   State             `json:"state,omitempty"` // "" is graded with a verdict, and queued without
	Key     string            `json:"key,omitempty"`
	Verdict json.RawMessage   `json:"verdict,omitempty"`
	First   json.RawMessage   `json:"first,omitempty"` // the verdict that a lower one has replaced
	Passed  bool              `json:"passed"`
	Score   int               `json:"score"`
	Time    int64             `json:"time"`
}

type archivedVisit struct {
	Chapter string `json:"chapter"`
	Lab     string `json:"lab"`
	Time    int64  `json:"time"`
}

type archivedGuess struct {
	Lab      string `json:"lab"`
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Question string `json:"question"`
	Answer   string `json:"answer"`
	Truth    string `json:"truth"`
	Right    bool   `json:"right"`
	Time     int64  `json:"time"`
}

func (a archivedGuess) guess() Guess {
	return Guess{a.ID, a.Kind, a.Question, a.Answer, a.Truth, a.Right, time.UnixMilli(a.Time)}
}

type archivedWin struct {
	Lab       string          `json:"lab"`
	Challenge string          `json:"challenge"`
	Run       json.RawMessage `json:"run"`
	Time      int64           `json:"time"`
}

type archivedReview struct {
	Lesson   string `json:"lesson"`
	Question string `json:"question"`
	Box      int    `json:"box"`
	Due      int64  `json:"due"`
	Answer   string `json:"answer,omitempty"`
	Time     int64  `json:"time"`
}

// Export writes all that is stored as JSON.
func (s *Store) Export(ctx context.Context, w io.Writer) error {
	a := archive{Format: format, Version: formatVersion, Learners: []archivedLearner{}}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		type row struct {
			id   LearnerID
			name string
		}
		learners, err := collect(ctx, tx, `SELECT id, name FROM learner ORDER BY name`, func(rows *sql.Rows) (r row, err error) {
			return r, rows.Scan(&r.id, &r.name)
		})
		if err != nil {
			return err
		}
		for _, r := range learners {
			l, err := exportLearner(ctx, tx, r.id)
			if err != nil {
				return fmt.Errorf("learner %q: %w", r.name, err)
			}
			l.Name = r.name
			a.Learners = append(a.Learners, l)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(a); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

func exportLearner(ctx context.Context, tx *sql.Tx, id LearnerID) (l archivedLearner, err error) {
	l.Edits, err = collect(ctx, tx, `SELECT lab, part, file, text, time FROM edit WHERE learner = ? ORDER BY 1, 2, 3`,
		func(rows *sql.Rows) (e archivedEdit, err error) {
			return e, rows.Scan(&e.Lab, &e.Part, &e.File, &e.Text, &e.Time)
		}, id)
	if err != nil {
		return l, err
	}
	l.Predictions, err = collect(ctx, tx, `SELECT lesson, question, answer, why, time FROM prediction WHERE learner = ? ORDER BY 1, 2`,
		func(rows *sql.Rows) (p archivedPrediction, err error) {
			return p, rows.Scan(&p.Lesson, &p.Question, &p.Answer, &p.Why, &p.Time)
		}, id)
	if err != nil {
		return l, err
	}
	l.Help, err = collect(ctx, tx, `SELECT lab, kind, nth, time FROM help WHERE learner = ? ORDER BY 1, 4, 2, 3`,
		func(rows *sql.Rows) (h archivedHelp, err error) {
			return h, rows.Scan(&h.Lab, &h.Kind, &h.Nth, &h.Time)
		}, id)
	if err != nil {
		return l, err
	}
	l.Submissions, err = collect(ctx, tx, `SELECT lab, files, state, coalesce(key, ''), verdict, first, passed, score, time FROM submission WHERE learner = ? ORDER BY id`,
		scanArchivedSubmission, id)
	if err != nil {
		return l, err
	}
	l.Visits, err = collect(ctx, tx, `SELECT chapter, lab, time FROM visit WHERE learner = ? ORDER BY 1, 2`,
		func(rows *sql.Rows) (v archivedVisit, err error) {
			return v, rows.Scan(&v.Chapter, &v.Lab, &v.Time)
		}, id)
	if err != nil {
		return l, err
	}
	l.Guesses, err = collect(ctx, tx, `SELECT lab, id, kind, question, answer, truth, correct, time FROM guess WHERE learner = ? ORDER BY 1, time, 2`,
		func(rows *sql.Rows) (g archivedGuess, err error) {
			return g, rows.Scan(&g.Lab, &g.ID, &g.Kind, &g.Question, &g.Answer, &g.Truth, &g.Right, &g.Time)
		}, id)
	if err != nil {
		return l, err
	}
	l.Wins, err = collect(ctx, tx, `SELECT lab, challenge, run, time FROM win WHERE learner = ? ORDER BY 1, 2`,
		func(rows *sql.Rows) (w archivedWin, err error) {
			var run string
			err = rows.Scan(&w.Lab, &w.Challenge, &run, &w.Time)
			w.Run = json.RawMessage(run)
			return w, err
		}, id)
	if err != nil {
		return l, err
	}
	l.Reviews, err = collect(ctx, tx, `SELECT lesson, question, box, due, answer, time FROM review WHERE learner = ? ORDER BY 1, 2`,
		func(rows *sql.Rows) (r archivedReview, err error) {
			return r, rows.Scan(&r.Lesson, &r.Question, &r.Box, &r.Due, &r.Answer, &r.Time)
		}, id)
	return l, err
}

func scanArchivedSubmission(rows *sql.Rows) (a archivedSubmission, err error) {
	var files string
	var verdict, first sql.NullString
	if err := rows.Scan(&a.Lab, &files, &a.State, &a.Key, &verdict, &first, &a.Passed, &a.Score, &a.Time); err != nil {
		return a, err
	}
	if a.State == Graded || a.State.Waits() {
		a.State = ""
	}
	a.Verdict, a.First = raw(verdict), raw(first)
	return a, json.Unmarshal([]byte(files), &a.Files)
}

// collect returns what scan makes of each row that the query yields.
func collect[T any](ctx context.Context, tx *sql.Tx, query string, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var all []T
	return all, each(rows, func() error {
		v, err := scan(rows)
		all = append(all, v)
		return err
	})
}

// ErrFormat is what Import returns for a file that Export did not write.
var ErrFormat = errors.New("not a file that data export wrote")

// Import adds what an exported file holds to the store, all or nothing.
// Where both have something, the newer one stays; importing a file twice
// changes nothing the second time.
func (s *Store) Import(ctx context.Context, r io.Reader) error {
	var a archive
	dec := json.NewDecoder(io.LimitReader(r, maxImport))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return fmt.Errorf("import: %w: %w", ErrFormat, err)
	}
	if a.Format != format {
		return fmt.Errorf("import: %w", ErrFormat)
	}
	if a.Version > formatVersion {
		return fmt.Errorf("import: %w", ErrNewer)
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for _, l := range a.Learners {
			if err := l.check(); err != nil {
				return fmt.Errorf("learner %q: %w", l.Name, err)
			}
			if err := s.importLearner(ctx, tx, l); err != nil {
				return fmt.Errorf("learner %q: %w", l.Name, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return nil
}

// check holds an imported learner to the limits that the store's methods keep.
func (l *archivedLearner) check() error {
	errs := []error{checkNames(l.Name)}
	for _, e := range l.Edits {
		errs = append(errs, checkNames(e.Lab, e.Part), checkFiles(map[string]string{e.File: e.Text}))
	}
	for _, p := range l.Predictions {
		errs = append(errs, checkNames(p.Lesson, p.Question))
		if len(p.Answer) > MaxAnswer || len(p.Why) > MaxWhy {
			errs = append(errs, fmt.Errorf("prediction %s: %w", p.Question, ErrTooBig))
		}
	}
	for _, h := range l.Hints {
		errs = append(errs, checkNames(h.Lab))
		if h.Opened > maxHints {
			errs = append(errs, fmt.Errorf("hints of %s: %w", h.Lab, ErrTooBig))
		}
	}
	for _, h := range l.Help {
		errs = append(errs, checkNames(h.Lab))
		if h.Kind != HelpHint && h.Kind != HelpSolution {
			errs = append(errs, fmt.Errorf("help of kind %q: %w", h.Kind, ErrInvalid))
		}
	}
	for _, sub := range l.Submissions {
		errs = append(errs, sub.check())
	}
	for _, v := range l.Visits {
		errs = append(errs, checkNames(v.Chapter, v.Lab))
	}
	for _, a := range l.Guesses {
		g := a.guess()
		errs = append(errs, checkNames(a.Lab), g.check())
	}
	for _, w := range l.Wins {
		errs = append(errs, checkNames(w.Lab, w.Challenge))
		if len(w.Run) > MaxRun {
			errs = append(errs, fmt.Errorf("win of %s: %w", w.Challenge, ErrTooBig))
		}
	}
	for _, r := range l.Reviews {
		errs = append(errs, checkNames(r.Lesson, r.Question))
		if len(r.Answer) > MaxAnswer || r.Box < 0 || r.Box >= len(reviewDays) {
			errs = append(errs, fmt.Errorf("review of %s: %w", r.Question, ErrTooBig))
		}
	}
	return errors.Join(errs...)
}

func (a *archivedSubmission) check() error {
	errs := []error{checkNames(a.Lab), checkFiles(a.Files)}
	if len(a.Verdict) > MaxVerdict || len(a.First) > MaxVerdict || len(a.Key) > MaxKey {
		errs = append(errs, fmt.Errorf("submission of %s: %w", a.Lab, ErrTooBig))
	}
	if a.State != "" && a.State != Kept && a.State != Failed {
		errs = append(errs, fmt.Errorf("submission in state %q: %w", a.State, ErrInvalid))
	}
	return errors.Join(errs...)
}

// state is how the submission stands in a store that has just got it.
func (a *archivedSubmission) state() State {
	switch {
	case a.State != "":
		return a.State
	case a.Verdict != nil:
		return Graded
	default:
		return Queued
	}
}

func (s *Store) importLearner(ctx context.Context, tx *sql.Tx, l archivedLearner) error {
	var id LearnerID
	const profile = `INSERT INTO learner (name, made) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id`
	if err := tx.QueryRowContext(ctx, profile, l.Name, s.stamp()).Scan(&id); err != nil {
		return err
	}
	var errs []error
	exec := func(query string, args ...any) {
		_, err := tx.ExecContext(ctx, query, append([]any{id}, args...)...)
		errs = append(errs, err)
	}
	for _, e := range l.Edits {
		exec(`INSERT INTO edit (learner, lab, part, file, text, time) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
			SET text = excluded.text, time = excluded.time WHERE excluded.time > time`, e.Lab, e.Part, e.File, e.Text, e.Time)
	}
	for _, p := range l.Predictions {
		exec(`INSERT INTO prediction (learner, lesson, question, answer, why, time) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
			SET answer = excluded.answer, why = excluded.why, time = excluded.time WHERE excluded.time > time`,
			p.Lesson, p.Question, p.Answer, p.Why, p.Time)
	}
	for _, h := range l.Hints {
		for nth := range h.Opened {
			exec(insertHelp, h.Lab, HelpHint, nth+1, 0)
		}
	}
	for _, h := range l.Help {
		exec(insertHelp, h.Lab, h.Kind, h.Nth, h.Time)
	}
	for _, v := range l.Visits {
		exec(`INSERT INTO visit (learner, chapter, lab, time) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
			SET time = max(time, excluded.time)`, v.Chapter, v.Lab, v.Time)
	}
	for _, g := range l.Guesses {
		exec(insertGuess, g.Lab, g.ID, g.Kind, g.Question, g.Answer, g.Truth, g.Right, g.Time)
	}
	for _, w := range l.Wins {
		exec(`INSERT INTO win (learner, lab, challenge, run, time) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
			SET run = excluded.run, time = excluded.time WHERE excluded.time > time`, w.Lab, w.Challenge, string(w.Run), w.Time)
	}
	for _, r := range l.Reviews {
		exec(`INSERT INTO review (learner, lesson, question, box, due, answer, time) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
			SET box = excluded.box, due = excluded.due, answer = excluded.answer, time = excluded.time WHERE excluded.time > time`,
			r.Lesson, r.Question, r.Box, r.Due, r.Answer, r.Time)
	}
	for _, sub := range l.Submissions {
		files, err := json.Marshal(sub.Files)
		errs = append(errs, err)
		exec(`INSERT INTO submission (learner, lab, files, state, key, verdict, first, passed, score, time, rev)
			SELECT ?1, ?2, ?3, ?4, nullif(?5, ''), ?6, ?7, ?8, ?9, ?10, (SELECT coalesce(max(rev), 0) + 1 FROM submission)
			WHERE NOT EXISTS (SELECT 1 FROM submission WHERE learner = ?1 AND lab = ?2 AND (files = ?3 AND time = ?10 OR key = ?5))`,
			sub.Lab, string(files), sub.state(), sub.Key, orNull(sub.Verdict), orNull(sub.First), sub.Passed, sub.Score, sub.Time)
	}
	return errors.Join(errs...)
}

// insertHelp keeps the earlier of two times; 0 is no time.
const insertHelp = `INSERT INTO help (learner, lab, kind, nth, time) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
	SET time = iif(time = 0, excluded.time, min(time, iif(excluded.time = 0, time, excluded.time)))`

func orNull(text json.RawMessage) sql.NullString {
	return sql.NullString{String: string(text), Valid: text != nil}
}

// Reset forgets everything about the learner called name, the profile
// included, and tells whether there was one.
func (s *Store) Reset(ctx context.Context, name string) (bool, error) {
	res, err := s.db.ExecContext(ctx, `DELETE FROM learner WHERE name = ?`, name)
	if err != nil {
		return false, fmt.Errorf("reset %q: %w", name, err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
