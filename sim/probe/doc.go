// Package probe reads what a program with probes says about itself while it runs
// on the real runtime: the records that package sim/rt/probe leaves in shared
// memory. That package says how it makes them, [event.ProbeMagic] how they lie in
// memory, and here is what they mean and how they are put in order.
//
// # Records
//
// A record is an [event.Probe]. Its kinds are those of the model, its Obj is an
// address, its N holds what it does in the model unless said otherwise here. What
// a probe cannot know (P, the other party, the number of waiters) is absent.
//
//	GoCreate        before go; Obj: the new goroutine's G
//	GoStart         Obj: the runtime's number of the goroutine where ProbeForeign is set, else 0
//	GoEnd           N: 1 if its function did not return (Goexit, a panic)
//	GoPark          before what waits; N: the Reason; Obj: for what; Val: what it wants to send
//	ChanMake        after; N: capacity
//	ChanSend        before; it did not wait; N: length seen afterwards
//	ChanRecv        after; it did not wait; N: length seen afterwards
//	ChanSent        after a GoPark: the send is through
//	ChanReceived    after a GoPark
//	ChanRecvClosed  after
//	ChanClose       before
//	SelectWait      before; one a case, if there is no default; N: case; ProbeSend
//	SelectChosen    after (before, if it has a default and sends); N: case, -1 for default; Obj; Val; ProbeSend, ProbeClosed
//	Lock, RLock     after; a GoPark comes before if it had to wait
//	Unlock, RUnlock before; N: 0
//	TryFail         after; what is done to an RWMutex has ProbeRW
//	WaitAdd         before; Val: delta; N: 0
//	WaitDone        after a GoPark, whether it waited or not
//	CondWoken       after; the Lock that Wait takes again follows
//	CondSignal, CondAll before; N: 0
//	OnceDo          before the function if N is 1, else after
//	OnceDone        after the function, before Do returns to anybody
//
// A goroutine's GoPark has ended no later than its next record. len(ch) and cap(ch)
// change nothing and have no record.
//
// # Objects
//
// The address stands for the object. For a channel ChanMake says that another one
// begins to live there; a lock has no such moment, so one that begins where a dead
// one was is taken for that. Only a merge with the execution trace can tell more.
//
// # Order
//
// Records of one goroutine are in the order in which it wrote them, and their
// times never go back. Between goroutines, what lets others go on (a send, a close,
// an unlock, a go statement) is stamped before it happens and what it lets go on is
// stamped afterwards, by the same clock. So sorted by time, records tell a story in
// which nothing is received, locked or woken before what made that possible; where
// times are the same, what is stamped before goes first. Exceptions are a send that
// a select without default chose and a ChanSent, which are stamped when they are
// through: whoever received the value may have an earlier time.
//
// # Merging with the execution trace
//
// Package interleave/sim/realtrace does it. Time: on Linux T is CLOCK_MONOTONIC in ns,
// and so is the runtime's nanotime, from which the trace's timestamps come, rounded
// down to 64 ns; the reader's Event.Time is on that basis. Elsewhere [Memory.Clock] says
// that T begins with the program, and the logs below give the difference.
//
// Goroutines: main is G 1 and goroutine 1 of the trace. A goroutine that begins while a
// trace is on logs its G to it (category event.ProbeCategory), from that goroutine; a
// foreign one has its number in its GoStart. Where the trace shows a go statement in a
// function of this package, it is that of the goroutine's next GoCreate.
package probe
