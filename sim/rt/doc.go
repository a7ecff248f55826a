// Package rt is the runtime that a rewritten program runs on: goroutines as
// coroutines under a scheduler that the host controls, channels, locks and
// timers in virtual time, and one stream of events about all of it.
//
// What the rewriter emits calls the exported functions here; nobody else does.
// Packages below std take the place of the standard library's packages of the
// same path.
//
// # One thread
//
// Exactly one coroutine runs at any moment, so the package keeps its state in
// plain variables and takes no locks. A coroutine switches only inside a call
// of this package: when its goroutine has to wait, and when at a scheduling
// point ([Tick] and the beginning of every operation) the machine prefers
// another one.
//
// A goroutine that stops continues the coroutine of the next one itself, in
// one switch; one that ends lets the next one begin on its own coroutine. See
// coro.go.
//
// # Events
//
// An event is written where the host reads it: into memory that both share, if
// there is such memory, so that it outlives this process however that ends. See
// buffer.go and [event.RingSegments].
//
// # Virtual time
//
// The variable budget counts down the virtual nanoseconds until the running
// goroutine must let the machine look again (the horizon): another P's clock,
// a timer, the end of a time slice. An operation and a loop's back-edge each
// cost a few ns (see costs), so the fast path of both is one subtraction. While
// nobody watches (floor is 0) a lock that nobody holds costs no more than that.
//
// # Memory
//
// A program that was rewritten with its accesses to memory (rewrite.Source)
// calls Load, Var, MapAt and their like for each: a scheduling point, an event
// if the host wants those, and a look for data races. A race is two accesses
// that the Go memory model orders in no way, under whatever schedule this run
// has: the vector clocks of hb.go say what is ordered, race.go looks. It is
// told once a pair of places and does not end the run.
//
// # Decisions
//
// Channels keep the type chan T: a value of it points to our hchan, whose head
// has the layout of runtime.hchan, so len, cap, comparison and conversion of
// un-rewritten code stay right. Values of a parked goroutine live in the heap,
// never on its stack: the collector may move a parked stack.
//
// Package state instead of a scheduler value: a process is one run, and every
// operation would pay for the indirection.
package rt

//go:generate go run ./gen
