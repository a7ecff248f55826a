// Package store keeps what learners did: edits, predictions, hints they
// opened, submissions and where they were last. It is one SQLite file, and
// everything in it carries the learner's id.
//
// # Decisions
//
// One connection, not a pool: the store belongs to one laptop, each statement
// takes well under a millisecond, and with a single connection no statement
// ever finds the file locked by its own process. A pool with a
// writer and readers was weighed; it buys nothing before there are many
// learners, and those get a server database instead.
//
// Submissions wait in the store itself, and not in a queue beside it: what was
// handed in is then as safe as what was graded, and any number of processes
// (the server, a command in a terminal) grade from one store. Who grades a
// submission holds it on a lease, which ends by itself when the process does.
//
// The SQLite is modernc.org/sqlite: it needs no C compiler, which a machine
// that only has Go does not have.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// LearnerID names a learner; everything stored belongs to one.
type LearnerID int64

// Learner is a profile: a name, no password.
type Learner struct {
	ID   LearnerID
	Name string
}

// DefaultLearner is the name of the profile that is used when none is named.
const DefaultLearner = "learner"

// FileName is the name of the store's file in the data directory.
const FileName = "interleave.db"

// The limits of what is stored. Whatever is larger is refused with ErrTooBig
// before it reaches the database.
const (
	MaxName     = 60      // bytes of a learner's, lab's or file's name
	MaxFiles    = 16      // files of one edit or submission
	MaxFile     = 1 << 16 // bytes of one file
	MaxAnswer   = 500     // bytes of a predicted answer
	MaxWhy      = 2000    // bytes of a reason
	MaxVerdict  = 1 << 20 // bytes of a verdict
	MaxGuess    = 500     // bytes of a guess's question, answer or truth
	MaxRun      = 1 << 19 // bytes of a run that won a challenge
	MaxKey      = 100     // bytes of a submission's key
	PerPage     = 50      // submissions that Submissions returns
	maxTries    = 3       // times that a submission's grading is begun
	keptGuesses = 500     // guesses that are kept of a lab
	busyTimeout = 5000    // ms to wait for another process's write
)

// The reasons for which the store refuses something.
var (
	ErrTooBig  = errors.New("too big to store")
	ErrInvalid = errors.New("not a name that can be stored")
	ErrNewer   = errors.New("store was written by a newer version of interleave")
)

// Store is an open store. Its methods may be called from several goroutines.
type Store struct {
	db  *sql.DB
	now func() time.Time
}

// DefaultDir returns the directory in which the store lives unless the
// command line says otherwise.
func DefaultDir() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the data (set -data): %w", err)
	}
	return filepath.Join(dir, "interleave"), nil
}

// Open opens the store in dir, making both where they do not exist. A store
// of an older version is brought up to date; one of a newer version is
// refused with ErrNewer and left as it is.
func Open(ctx context.Context, dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	path := filepath.Join(dir, FileName)
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	s := &Store{db: db, now: time.Now}
	if err := s.migrate(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

func dsn(path string) string {
	q := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busyTimeout),
		"journal_mode(WAL)",
		"synchronous(NORMAL)",
		"foreign_keys(ON)",
	}, "_txlock": {"immediate"}} // what reads and then writes must not meet another process in between
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}).String()
}

// Close closes the store.
func (s *Store) Close() error { return s.db.Close() }

// Learner returns the learner called name, making the profile if there is
// none.
func (s *Store) Learner(ctx context.Context, name string) (Learner, error) {
	if err := checkName(name); err != nil {
		return Learner{}, fmt.Errorf("learner %q: %w", name, err)
	}
	const insert = `INSERT INTO learner (name, made) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`
	if _, err := s.db.ExecContext(ctx, insert, name, s.stamp()); err != nil {
		return Learner{}, fmt.Errorf("learner %q: %w", name, err)
	}
	l := Learner{Name: name}
	err := s.db.QueryRowContext(ctx, `SELECT id FROM learner WHERE name = ?`, name).Scan(&l.ID)
	if err != nil {
		return Learner{}, fmt.Errorf("learner %q: %w", name, err)
	}
	return l, nil
}

// stamp is the present as it is stored: milliseconds since 1970.
func (s *Store) stamp() int64 { return s.now().UnixMilli() }

// inTx runs f in a transaction, which is undone if f returns an error.
func (s *Store) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// checkName tells whether name may stand for a learner, lab, lesson, part or
// file: not empty, not long, no control characters.
func checkName(name string) error {
	if name == "" {
		return ErrInvalid
	}
	if len(name) > MaxName {
		return ErrTooBig
	}
	for _, r := range name {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return ErrInvalid
		}
	}
	return nil
}

func checkNames(names ...string) error {
	for _, n := range names {
		if err := checkName(n); err != nil {
			return fmt.Errorf("%q: %w", n, err)
		}
	}
	return nil
}

func checkFiles(files map[string]string) error {
	if len(files) > MaxFiles {
		return fmt.Errorf("%d files: %w", len(files), ErrTooBig)
	}
	for name, text := range files {
		if err := checkName(name); err != nil {
			return fmt.Errorf("file %q: %w", name, err)
		}
		if len(text) > MaxFile {
			return fmt.Errorf("file %q, %d bytes: %w", name, len(text), ErrTooBig)
		}
	}
	return nil
}
