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
// Limits are set by prlimit on the child before it is sent its configuration.
// The runtime in the child blocks on that configuration before any code of the
// learner runs, so there is no moment in which hostile code runs free, and no
// trampoline has to be executed in between. A limit holds for a process, not
// from a moment on, so even an initialiser that came first would be held.
//
// Memory is limited by RLIMIT_DATA: RLIMIT_AS does not fit the address space
// that Go's arenas reserve, while pages that are only reserved do not count as
// data. RLIMIT_NPROC is left alone: it counts every thread of the user, and
// does not bind root. That a program starts no process is the rewriter's
// promise (it refuses os/exec and syscall); here the whole process group dies
// with its leader.
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
