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
// # Probes
//
// A program that was built with probes (package probe) says what a trace does not know,
// and Options.Probes merges its records into the events. Then Traced says FromProbes, and
// [event.Kind.FromProbe] tells of each event from where it is.
//
// The events of the trace are the spine: they keep their order, since what they say of Ps
// and threads must fit. A record becomes an event when its time has come, while its
// goroutine runs (or was preempted in the middle of it), and when what it says is possible
// by the laws of package event: nothing is received that was not sent, nothing locked that
// is held. What is not possible yet pulls forward what makes it possible, or waits. Only
// the trace knows who was released by whom: a GoReady of somebody who waits on a channel
// looks for the operation by which its goroutine has done that, and gives the value to that
// one; a send or receive without one goes through the buffer. A GoPark gets its object and
// value from the record before it.
//
// A send is stamped before it happens and written down afterwards, so whoever is stopped in
// between seems to send long before others. It therefore waits as long as nothing asks for
// it: a value that is received, another record of its goroutine, the end of its turn. Which
// of two goes first is told by the order in which the values are received.
//
// A record may be written late, when its generation of the trace was read already. What it
// would explain is held back then, with everything behind it, for some further generations.
// What nothing explains is not guessed: a Partial says that not all is known of an object
// from there, and the laws do not hold for it any more. So it is, too, for what code without
// probes has made, for what such code does to others, and for everything if the program had
// no room for some of its records.
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
