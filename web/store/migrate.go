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

	// Submissions wait here to be graded. Those of an older store that never
	// got their verdict wait again. Help is what a learner opened, with its time.
	`ALTER TABLE submission ADD COLUMN key   TEXT;                         -- what makes two hand-ins one
	ALTER TABLE submission ADD COLUMN state TEXT    NOT NULL DEFAULT 'queued';
	ALTER TABLE submission ADD COLUMN first TEXT;                          -- the verdict that a lower one replaced
	ALTER TABLE submission ADD COLUMN owner TEXT    NOT NULL DEFAULT '';   -- who holds it, and until when
	ALTER TABLE submission ADD COLUMN lease INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE submission ADD COLUMN turn  INTEGER NOT NULL DEFAULT 0;    -- counts up with every one that is taken
	ALTER TABLE submission ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE submission ADD COLUMN again INTEGER NOT NULL DEFAULT 0;    -- 1: it is to be graded again, in idle time
	ALTER TABLE submission ADD COLUMN rev   INTEGER NOT NULL DEFAULT 0;    -- counts up with every change
	UPDATE submission SET state = 'graded' WHERE verdict IS NOT NULL;
	CREATE UNIQUE INDEX submission_key ON submission (learner, lab, key) WHERE key IS NOT NULL;
	CREATE INDEX submission_waits ON submission (id) WHERE state IN ('queued', 'grading');
	CREATE INDEX submission_again ON submission (id) WHERE again;
	CREATE INDEX submission_turn ON submission (learner, turn);
	CREATE INDEX submission_turns ON submission (turn);
	CREATE INDEX submission_rev ON submission (rev);
	CREATE TABLE help (
		learner INTEGER NOT NULL REFERENCES learner ON DELETE CASCADE,
		lab     TEXT NOT NULL,
		kind    TEXT NOT NULL,
		nth     INTEGER NOT NULL,
		time    INTEGER NOT NULL,
		PRIMARY KEY (learner, lab, kind, nth)
	) STRICT, WITHOUT ROWID;
	INSERT INTO help (learner, lab, kind, nth, time)
		WITH RECURSIVE one (learner, lab, nth) AS (
			SELECT learner, lab, opened FROM hint WHERE opened > 0
			UNION ALL SELECT learner, lab, nth - 1 FROM one WHERE nth > 1)
		SELECT learner, lab, 'hint', nth, 0 FROM one;
	DROP TABLE hint;`,

	// Questions that come back after days.
	`CREATE TABLE review (
		learner  INTEGER NOT NULL REFERENCES learner ON DELETE CASCADE,
		lesson   TEXT NOT NULL,
		question TEXT NOT NULL,
		box      INTEGER NOT NULL,
		due      INTEGER NOT NULL,
		answer   TEXT NOT NULL,
		time     INTEGER NOT NULL,
		PRIMARY KEY (learner, lesson, question)
	) STRICT, WITHOUT ROWID;`,

	// What demos measured on the machine that the store is on.
	`CREATE TABLE measurement (
		lesson   TEXT NOT NULL,
		question TEXT NOT NULL,
		what     TEXT NOT NULL,
		figures  TEXT NOT NULL,
		time     INTEGER NOT NULL,
		PRIMARY KEY (lesson, question)
	) STRICT, WITHOUT ROWID;`,

	// The language in which a verdict is wanted; '' is the grader's.
	`ALTER TABLE submission ADD COLUMN lang TEXT NOT NULL DEFAULT '';`,
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
