// Package real runs programs on the real runtime, and watches them while they
// run: it turns the files of a Go program into a binary of the ordinary compiler,
// starts it in the sandbox of its Runner, and makes one stream of events of its
// execution trace, of what it prints, and of how it ended.
//
// What is there to be seen depends on how the program was built (see [Observe]).
// A program that is looked at plainly is what go build makes. The other two are
// linked with package rt/observe, which writes the trace to a pipe, and one that
// is probed went through the rewriter as well.
//
// # What came before the end
//
// A trace is handed on in generations, every few milliseconds. When main returns,
// panics or calls Goexit, or a function of package main calls os.Exit or
// log.Fatal, the last one is handed on before. What ends the program otherwise (a
// fatal error, a panic of another goroutine, a signal) leaves out what happened
// since the last generation. How the program ended is known from its process and
// from what the runtime printed.
//
// # What is kept
//
// Frames are kept to be read up to a number of bytes. Then the oldest go, and a
// summary stands for them from which a reader can begin: who is there, in which
// state, since when. A trace that comes faster than it can be read, or has a
// generation that is too large, is not followed any further; the program goes
// on, and an event says so.
//
// # Decisions
//
// Output is stamped when it arrives, by the clock by which the runtime stamps its
// trace, and waits for the trace to have come that far. So the stream is in the
// order of time, and output comes with the generation that it belongs to. Where
// there is no trace it comes at once.
//
// The runtime does not say with a trace on that a program is deadlocked, because
// the trace has a timer of its own.
package real
