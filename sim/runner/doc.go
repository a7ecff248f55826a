// Package runner is the one way to run anything: it turns the files of a plain
// Go program into a binary, runs the binary as a process that can neither harm
// nor outlive its parent, and keeps what happened as frames of events that any
// number of readers follow by cursor.
//
// # Decisions
//
// The toolchain's compile and link are driven directly. A plain go build
// spends two thirds of its time finding out that nothing but main has changed,
// and we know that. The packages a program may import are compiled once, by go
// list -export, and their archives are linked into our own directory, because
// the go command trims its cache whenever it likes. Where the direct way fails
// for a reason that is not the program's, go build gets the same sources and
// decides.
//
// Processes are started, limited and killed by package sandbox alone. With
// Options.Box, which a server has, nothing but a few descriptors is in a
// program's reach, and the compiler sees the archives and what it is to compile,
// and writes to one directory, from which what it made is taken as a plain file.
// Without, as on the command line, programs are the user's own: they have their
// limits, and the rewriter's word that they start no process. What is listed or
// compiled of ours, and where the go command looks for a user's own packages, is
// never in a box.
//
// Memory is limited as data: a limit on the address space does not fit what Go's
// arenas reserve, while pages that are only reserved do not count as data. What
// is no data counts for a limit on all that is resident.
//
// A program's events lie in a ring of memory that it shares with us, and only
// marks go through a pipe: so what happened before a stack overflow or a
// SIGKILL is known. We read that memory as a file and never map it. What was
// read cannot change under the checks, and a program that cuts the file short
// makes a read fail instead of this process. A program that cannot share memory
// sends the same frames through the pipe.
//
// The clock of a run stands still while the run waits for a grant: a learner
// who thinks for ten minutes at a pause has not used any of the run's time.
package runner
