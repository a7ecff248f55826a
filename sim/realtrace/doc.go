// Package realtrace turns what the real runtime says about a program, its
// execution trace, into events.
//
// Read does it while it reads, for a file as well as for a pipe into which a
// program that still runs writes: what it holds at any time is one generation
// of the trace (at most a second of it, and less where generations are flushed
// by a flight recorder), the goroutines that live, and the tables of names and
// places. A Framer makes frames of the events, and a Digest sums them up.
//
// # What a trace knows, and what it does not
//
// The events are those of goroutines, Ps, threads, system calls, the collector,
// tasks, regions, logs, labels and metrics, and the first of them, Traced, says
// that they are from the runtime. A trace knows why a goroutine waits, but not
// for which channel, lock or timer; who released it; and the stack at which it
// waits, which is what its site stands for, callers and all. It knows nothing
// of values, lengths, holders of locks, queues of runnable goroutines, and of
// operations that did not block. Absent says so in words.
//
// Goroutines and objects are numbered as they appear; goroutine 1 is main if
// the trace has it. A goroutine that was there before the trace began is
// created by nobody, parked where it waits, at the trace's first word about it.
//
// # Decisions
//
// The trace library judges what it reads, and this package keeps the state of
// every goroutine and P once more, by the laws of sim/event: an event that would
// break one is not written, and the trace counts as damaged from there. So
// whatever bytes come in, the log that comes out is valid. The second
// bookkeeping costs a lookup an event.
//
// A site is the innermost place in the program's own code, with the callers of
// that place; the frames of the standard library below it are left out, because
// the reason of the wait and the name of the call already say what they do.
// Trace viewers show the innermost frame, which is nearly always the runtime's.
package realtrace
