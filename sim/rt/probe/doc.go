// Package probe is linked into programs that are to be watched while they run
// on the real runtime: package rewrite puts its functions around their own
// operations on real channels, real locks and real goroutines. Each does what
// the operation does and writes down, in memory that is shared with whoever runs
// the program, what the execution trace does not know: on which object, which
// value, how much is in the buffer, who holds the lock. Package
// interleave/sim/probe says what the records hold; the layout of the memory is
// package event's.
//
// A program without a host (see Env), and one that is built with -race, does its
// operations and nothing else.
//
// # Decisions
//
// Who runs: the address of the runtime's g, which assembly can name on amd64 and
// arm64, is looked up in a table of ours. It is a token only: nothing of what lies
// behind it is read. A go statement of the program enters what it starts, and
// takes it out when it ends, so a token in the table stands for one goroutine. For
// goroutines that others start (a timer's, a server's) and on other machines the
// goroutine is asked for its number by [runtime.Stack], which costs more than the
// rest together; so that it is never taken for another one. Weighed: the number's
// place within g (no promise of the runtime), labels of package pprof (a goroutine
// inherits them), handing the goroutine from call to call (changes the signatures
// of functions, which programs can see).
//
// Order: what lets others go on is stamped before it happens, and what waits for
// others after it has happened. So of two events of which one must come before
// the other, it has the smaller time, and one look at the clock is enough.
//
// Does it wait: an operation is tried first, with what Go has for that (select
// with default, TryLock). Only one that cannot go on is recorded twice, before it
// waits and after. Where Go has nothing to try with (select, WaitGroup.Wait,
// Cond.Wait) there are always two.
//
// The address names the object: nothing has to be looked up. An object whose
// address is taken here is never on a stack, which would move it.
package probe
