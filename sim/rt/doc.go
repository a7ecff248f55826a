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
// # Exploring
//
// With policy=explore the program's main runs again and again in one process,
// each time under another schedule that package search picks ([search.Search]):
// at random, by PCT, with ever more pre-emptions, by DPOR, or all of these in
// turn. A goroutine stops before every operation and has declared by then what
// that touches, which is what the reductions go by (explore.go, touch.go). After
// a schedule what is left of the goroutines is unwound and the variables of all
// rewritten packages are as they were (restore.go); what was seen is judged
// (judge.go, lockorder.go, rules.go, atomicity.go, liveness.go) and, if it is
// new, made small (shrink.go) and done once more with names (record.go) for the
// host (drive.go). A schedule that was recorded so is followed by a machine of
// its own, in any process and with events (held.go).
//
// What is not modelled: weak memory, as all that happens is one sequence;
// accesses to memory are steps only where they race or a query asks; len and cap
// of channels and package sync's Pool are no steps; who may run does not depend
// on the number of Ps, which the program is told is 4. Random numbers follow
// from the seed and the goroutine's place in the tree of go statements, so that
// who draws first makes no difference.
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
