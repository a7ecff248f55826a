package store

import (
	"context"
	"database/sql"
	"fmt"
)

// migrations brings a store from version i to version i+1. A migration that
// has been released is never changed; a new one is appended.
var migrations = [...]string{
	`CREATE TABLE learner (
		id   INTEGER PRIMARY KEY,
		name TEXT NOT NULL UNIQUE,
		made INTEGER NOT NULL
	) STRICT;
	CREATE TABLE edit (
		learner INTEGER NOT NULL REFERENCES learner ON DELETE CASCADE,
		lab     TEXT NOT NULL,
		part    TEXT NOT NULL,
		file    TEXT NOT NULL,
		text    TEXT NOT NULL,
		time    INTEGER NOT NULL,
		PRIMARY KEY (learner, lab, part, file)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE prediction (
		learner  INTEGER NOT NULL REFERENCES learner ON DELETE CASCADE,
		lesson   TEXT NOT NULL,
		question TEXT NOT NULL,
		answer   TEXT NOT NULL,
		why      TEXT NOT NULL,
		time     INTEGER NOT NULL,
		PRIMARY KEY (learner, lesson, question)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE hint (
		learner INTEGER NOT NULL REFERENCES learner ON DELETE CASCADE,
		lab     TEXT NOT NULL,
		opened  INTEGER NOT NULL,
		PRIMARY KEY (learner, lab)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE submission (
		id      INTEGER PRIMARY KEY,
		learner INTEGER NOT NULL REFERENCES learner ON DELETE CASCADE,
		lab     TEXT NOT NULL,
		files   TEXT NOT NULL,
		verdict TEXT,
		passed  INTEGER NOT NULL DEFAULT 0,
		score   INTEGER NOT NULL DEFAULT 0,
		time    INTEGER NOT NULL
	) STRICT;
	CREATE INDEX submission_of ON submission (learner, lab, id);`,

	// Where a learner was last, for "continue where you left".
	`CREATE TABLE visit (
		learner INTEGER NOT NULL REFERENCES learner ON DELETE CASCADE,
		chapter TEXT NOT NULL,
		lab     TEXT NOT NULL,
		time    INTEGER NOT NULL,
		PRIMARY KEY (learner, chapter, lab)
	) STRICT, WITHOUT ROWID;`,

	// What a learner guessed while a run stood still, and the runs that won
	// challenges.
	`CREATE TABLE guess (
		learner  INTEGER NOT NULL REFERENCES learner ON DELETE CASCADE,
		lab      TEXT NOT NULL,
		id       TEXT NOT NULL,
		kind     TEXT NOT NULL,
		question TEXT NOT NULL,
		answer   TEXT NOT NULL,
		truth    TEXT NOT NULL,
		correct  INTEGER NOT NULL,
		time     INTEGER NOT NULL,
		PRIMARY KEY (learner, lab, id)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE win (
		learner   INTEGER NOT NULL REFERENCES learner ON DELETE CASCADE,
		lab       TEXT NOT NULL,
		challenge TEXT NOT NULL,
		run       TEXT NOT NULL,
		time      INTEGER NOT NULL,
		PRIMARY KEY (learner, lab, challenge)
	) STRICT, WITHOUT ROWID;`,
}

// Version is the version of the stores that this program writes.
const Version = len(migrations)

// migrate brings the store to Version, all or nothing.
func (s *Store) migrate(ctx context.Context) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		var version int
		if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
			return fmt.Errorf("read the version: %w", err)
		}
		if version > Version {
			return fmt.Errorf("%w: it has version %d, this program knows %d", ErrNewer, version, Version)
		}
		for ; version < Version; version++ {
			if _, err := tx.ExecContext(ctx, migrations[version]); err != nil {
				return fmt.Errorf("bring version %d to %d: %w", version, version+1, err)
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, Version))
		return err
	})
}
