// Package observe is linked into programs that are watched while they run on the
// real runtime. When its host has opened a descriptor for it (see Env), it starts
// the execution trace before anything of the program has begun, and keeps it
// coming: a trace gives out what it holds once a second by itself, and at once
// when a flight recorder takes a snapshot. So it takes one every few
// milliseconds, and throws it away.
//
// A program without a host does nothing of this.
//
// # What it changes
//
// The program's own trace.Start fails: there is one already. So does a flight
// recorder of its own. When the program calls trace.Stop, that is the end of what
// is seen, and the host is told so by the end of the stream. While a trace is on
// the runtime does not notice a deadlock, because the trace has a timer: so the
// host, which sees that nobody can go on, has this package rest.
//
// Its goroutines are those whose first function is in this package or in
// runtime/trace.
//
// # Decisions
//
// The descriptor is written to by plain system calls, not by way of the poller,
// whose goroutines would wait in the picture for something that is not the
// program's. It is checked to be the same file before each write, so that a
// program that closes what it never opened does not find a trace in a file of
// its own.
//
// How often: a flush costs 0.3 ms of processor time, and more the more goroutines
// there are. So the time between two is so many times what one takes, and longer
// where nothing happens: a flush is seen in the trace itself.
package observe
