-- A store as version 1 wrote it, with something in every table.
CREATE TABLE learner (
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
CREATE INDEX submission_of ON submission (learner, lab, id);
INSERT INTO learner VALUES (1, 'ada', 1700000000000), (2, 'bob', 1700000000001);
INSERT INTO edit VALUES (1, 'fixed-pool', 'demo', 'main.go', 'package main', 1700000001000);
INSERT INTO prediction VALUES (1, 'fixed-pool', 'stuck', 'all arrive', 'there is a buffer', 1700000002000);
INSERT INTO hint VALUES (1, 'fixed-pool', 2);
INSERT INTO submission (id, learner, lab, files, verdict, passed, score, time) VALUES
	(1, 1, 'fixed-pool', '{"pool.go":"package pool"}', '{"passed":false}', 0, 4, 1700000003000),
	(2, 1, 'fixed-pool', '{"pool.go":"package pool // better"}', NULL, 0, 0, 1700000004000);
PRAGMA user_version = 1;
