// Package event is the vocabulary that the engine, recordings, tests and
// pictures share: what can happen in a concurrent Go program, as flat records.
//
// It is linked into every rewritten program, so it imports nothing but
// encoding/binary and math; what reads, folds and judges whole runs lives in
// eventlog.
//
// # Laws
//
// Package eventlog checks these on every log; each is named there.
//
//   - Every event with G ≠ 0 is done by a goroutine that is running at that
//     moment (between its GoStart and its GoPark, GoYield or GoEnd). G is 0
//     where the scheduler or a timer acts.
//   - A GoReady names (in Peer) a goroutine that is parked; it becomes
//     runnable. Only a runnable goroutine can GoStart.
//   - A P runs at most one goroutine; a goroutine runs on at most one P.
//   - Time never goes back.
//   - A channel's length adds up: ChanSend with Peer 0 adds one value,
//     ChanRecv takes the oldest and, when Peer ≠ 0 on a buffered channel, moves
//     the value with which Peer is parked into the buffer.
//
// A run of the real runtime says so with Traced, its first event. It keeps the
// same laws, but for what the runtime does not tell: then Obj is 0 where it
// would be a channel, a lock or whatever else a goroutine waits for, a rule is
// Unsaid, and nothing is known of queues, values and lengths. Goroutines and
// system calls may have begun before the run's events do.
//
// Where such a run has probes in its source, they know all this, but are written
// down a moment before or after it happens. So who was preempted in that moment may
// do what FromProbe reports while it is not running, who waits longest is not
// certain, and a Mutex may be taken again before the one it was left for is ready.
// What is not known completely begins with a Partial, and obeys no more laws.
//
// # A channel operation, step by step
//
// An operation that completes at once is one event by its goroutine: ChanSend,
// ChanRecv or ChanRecvClosed. When a peer was already parked on the channel,
// the event names it and a GoReady of that peer follows. An operation that has
// to wait is GoPark (Reason, Obj, and for a send the value in Val) by the
// goroutine; the peer's ChanSend or ChanRecv and GoReady; and, once it runs
// again, ChanSent, ChanReceived or ChanRecvClosed by the goroutine itself,
// which changes nothing any more. A select that has to wait gives one
// SelectWait a case and then parks with Reason Select and Obj 0; once it is
// through, SelectChosen says with which case.
package event

// GID names a goroutine: 1 is main, 0 is nobody (the scheduler, a timer).
type GID uint32

// ObjID names a channel, lock, timer or other object of a run; 0 is none.
type ObjID uint32

// NoP is the P of an event that happens on no P.
const NoP = 0xff

// Record is one event. Its meaning by Kind stands at the kinds.
type Record struct {
	T    uint64 // virtual (Model) or monotonic (Real) time, ns since the start of the run
	G    GID    // who acts; 0 for the scheduler and timers
	Obj  ObjID  // on what
	Peer uint32 // the other party: a GID unless the kind says otherwise
	Val  Val    // a value or a text
	N    int32  // a count, length, reason or status, by kind
	Site uint16 // index of the table of sites; 0 is unknown
	Kind Kind
	P    uint8 // on which P; NoP if none
}

// Val is a value in an event: 0 is none; with the top bit set it is a small
// integer (31 bits, signed); else it is the id of a text.
type Val uint32

const immediate = 1 << 31

// Int returns the value that stands for i, and whether i is small enough to
// need no text.
func Int(i int64) (Val, bool) {
	if i < -(1<<30) || i >= 1<<30 {
		return 0, false
	}
	return Val(immediate | uint32(i)&^uint32(immediate)), true
}

// Int returns the integer that v holds, if it holds one.
func (v Val) Int() (int64, bool) {
	if v&immediate == 0 {
		return 0, false
	}
	return int64(int32(uint32(v)<<1) >> 1), true
}

// Text returns the id of the text that v names; 0 if it names none.
func (v Val) Text() uint32 {
	if v&immediate != 0 {
		return 0
	}
	return uint32(v)
}

// Kind is what happened.
type Kind uint8

// The kinds. "N:" and so on say what the fields beyond T, G, P and Site hold.
const (
	_ Kind = iota

	// Goroutines.
	GoCreate // Peer: the new goroutine; Val: its name (the function); Site: the go statement; N: the Reason for which it is parked at first, 0 if it can run
	GoStart  // G runs on P from now on; N: a Why
	GoPark   // G waits; N: a Reason; Obj: for what; Val: the value it wants to send
	GoReady  // Peer becomes runnable; G: who released it (0: a timer); Obj: through what
	GoYield  // G stops running but stays runnable; N: a Why (Preempted, Gosched, Chosen)
	GoEnd    // G's function returned or it called Goexit (N: 1)
	GoPanic  // G panics and nothing recovers; Val: the message

	// Scheduler.
	ProcStart // P leaves the idle list; N: the thread that runs it, from 1 (0: not known)
	ProcStop  // P goes idle, and so does its thread
	Enqueue   // Peer is put in a queue; N: a Queue; P: whose (NoP for Global)
	Steal     // P takes goroutine Peer from the local queue of P number Obj
	Knob      // N: the new GOMAXPROCS

	// Channels.
	ChanMake       // Obj; N: capacity
	ChanSend       // N: length after; Val; Peer: parked receiver it goes to, 0 if buffered
	ChanRecv       // N: length after; Val; Peer: parked sender that is released, or 0
	ChanSent       // G's parked send is through; Peer: who took it
	ChanReceived   // G's parked receive is through; Val; Peer: who sent
	ChanRecvClosed // receive from a closed, empty channel
	ChanClose      // N: how many waiters it releases
	SelectWait     // a case on which G is about to park: Obj; N: case index; Peer: 1 send, 0 receive; Val: value to send
	SelectChosen   // N: case index in source order, -1 for default; Obj: its channel

	// Locks and other things to wait for.
	Lock       // G holds Obj now; N: 1 if handed over in starvation mode
	Unlock     // N: waiters left
	RLock      // N: readers now
	RUnlock    // N: readers left
	TryFail    // TryLock or TryRLock said no
	WaitAdd    // WaitGroup: Val: delta; N: counter after
	WaitDone   // Wait returned
	CondSignal // N: how many it wakes (0 or 1)
	CondAll    // Broadcast; N: how many it wakes
	CondWoken  // Wait was woken (it has still to take the lock)
	OnceDo     // N: 1 if G runs the function, 0 if it was done already
	OnceDone   // the function returned

	// Time.
	Sleep     // Dur: how long; a GoPark follows; Val: the number of the bubble on whose clock, 0 if on the run's
	TimerSet  // Obj; Dur: until it fires; Val: as for Sleep
	TimerFire // Obj
	TimerStop // Obj; N: 1 if it was still pending

	// Memory.
	AtomicLoad  // Obj; Val
	AtomicStore // Obj; Val: new value
	AtomicRMW   // Obj; Val: new value; N: 0 for a failed compare-and-swap, else 1
	Read        // Obj; Val: what was there; only where asked for
	Write       // Obj; Val: what is there now; only where asked for

	// Output.
	Output // Val: the text; N: 1 standard output, 2 standard error, 3 what the runtime says of its scheduler (GODEBUG=schedtrace), 4 what we have to say

	// Verdicts.
	Leak   // Peer: a goroutine that still waits when main has returned
	Stuck  // Peer: a goroutine that can never move again (one a goroutine, before RunEnd)
	RunEnd // N: exit status; Obj: an Outcome; Val: message
	Race   // G's access to Obj and an earlier one, by Peer at site N, are ordered by nothing; Val: which of them write (RaceWrote, RaceWrites)

	Choice // the policy asks whoever drives the run to pick a goroutine; a GoStart follows, unless G is picked, which runs and is about to do what stands at Site; G is 0 if nobody runs. N: of how many

	// Annotations: what the program says about itself through runtime/trace and
	// runtime/pprof.
	TaskBegin   // Obj: the task; Peer: the task around it, or 0; Val: its type
	TaskEnd     // Obj
	RegionBegin // Obj: the task it belongs to, or 0; Val: its type
	RegionEnd   // as RegionBegin
	UserLog     // Obj: the task, or 0; Val: category and message, a colon between them
	Label       // G's labels are Val from now on: k=v, k=v

	Signal // N: number of the signal that the program gets; G: who sent it, 0 for somebody outside

	// Threads (runtime.m), system calls, the stopped world and the collector.
	ProcSpin   // P's thread looks for work at other Ps, until it starts a goroutine or P goes idle
	ProcHand   // P passes to thread N
	SysEnter   // G is in a system call, a long one; Val: which
	SysExit    // G is back from it; N: 1 if it has a P and goes on there, 0 if it becomes runnable
	Retake     // P is taken from Peer, which is in a system call; its thread keeps the goroutine
	WorldStop  // everybody stops (at a GoYield or SysEnter before); Val: why
	WorldStart // and may go on
	GCStart    // a cycle of the collector begins to mark; N: its number
	GCWork     // P marks; N: 1 from now on, 0 no more
	GCAssist   // G has to mark before it may allocate; Dur: how long it took
	GCEnd      // the cycle is over; N: its number

	// Contexts, and what a program measures about itself (expvar).
	CtxMake   // Obj: a context; Peer: the one from which it is derived, or 0; N: a CtxKind; Val: its deadline in ns since the start of the run (0: on a bubble's clock), or its key and value
	CtxDone   // the channel of Obj's Done is made: object Peer
	CtxAsk    // G asks Obj whether it is cancelled (Done, Err, Cause), for the first time since it asked another context; N: 1 if it is
	CtxCancel // Obj; Peer: the context by whose cancellation it is cancelled, 0: itself; Val: the cause
	Metric    // Obj has a new value: Val, a number as text where it is not a small integer

	// Runs of the real runtime.
	Traced  // the first event of such a run; N: an Origin
	GoName  // Peer's function is Val, which was not known, or not well, when Peer was created
	GCSweep // P sweeps what the collector has left; N: 1 from now on, 0 no more
	Partial // what is told of Obj from now on is not all: code without probes uses it, or the order is not certain

	NumKinds
)

// Reason is why a goroutine is parked: GoPark's N.
type Reason int32

// The reasons to be parked.
const (
	_           Reason = iota
	RecvWait           // receive: nothing there and no sender
	SendWait           // send: no receiver, no room
	SelectPark         // select: no case ready
	Forever            // select {}
	NilRecv            // receive from a nil channel
	NilSend            // send to a nil channel
	MutexWait          // Mutex.Lock or RWMutex.Lock
	RLockWait          // RWMutex.RLock
	GroupWait          // WaitGroup.Wait
	CondWait           // Cond.Wait
	SleepWait          // time.Sleep
	OnceWait           // Once: another goroutine runs the function
	SignalWait         // os/signal waits for a signal
	CoroWait           // iter.Pull: the other side runs
	BubbleWait         // synctest.Wait, or synctest.Run waits for its bubble
	GCWait             // runtime.GC: until a cycle of the collector is over
	SyncWait           // something of package sync, it is not known what
	NetWait            // the network, or another file that the poller watches
	AssistWait         // an allocation, for which the collector has to mark first
	SystemWait         // a goroutine of the runtime itself, for work
	HeldWait           // the runtime has stopped it, to look at its stack or for a debugger
	UnknownWait        // it is not known what for
	NumReasons
)

// Why is the rule by which a goroutine came to run (GoStart) or stopped
// running though it could go on (GoYield).
type Why int32

// The rules.
const (
	_           Why = iota
	FromRunNext     // it was its P's runnext
	FromLocal       // head of its P's local queue
	FromGlobal      // head of the global queue
	FromSteal       // stolen from another P
	Tick61          // every 61st tick looks at the global queue first
	ByPolicy        // the policy (fifo, lifo, random, pct, replay) picked it
	ByHand          // the learner picked it
	Preempted       // its time slice was over
	Gosched         // it called runtime.Gosched
	Switched        // the policy lets another go first
	Handed          // it handed a lock over and lets the new holder run (goyield)
	Directly        // (GoStart) its own thread runs it, from no queue: after a system call, or locked to it
	FromPull        // (GoStart) the other side of an iter.Pull lets it go on where that ran, from no queue
	Unsaid          // the real runtime does not say
	NumWhys
)

// Queue is where Enqueue puts a goroutine.
type Queue int32

// The places in which a runnable goroutine waits.
const (
	_          Queue = iota
	RunNext          // the slot before the local queue
	Local            // tail of the local queue
	Global           // tail of the global queue
	GlobalHead       // head of the global queue: its P goes away
	NumQueues
)

// CtxKind is what a context is: CtxMake's N.
type CtxKind int32

// The kinds of contexts, by what makes them.
const (
	_             CtxKind = iota
	Background            // context.Background
	TODO                  // context.TODO
	WithCancel            // WithCancel, WithCancelCause, and WithDeadline where the parent's is sooner
	WithDeadline          // WithDeadline, WithTimeout and their variants
	WithValue             // WithValue
	WithoutCancel         // WithoutCancel
	AfterFunc             // what AfterFunc registers: a function that runs when the context around it is cancelled
	NumCtxKinds
)

// Origin is from where a run's events are: Traced's N. The runtime's execution
// trace gives those of goroutines, threads, Ps, the collector, annotations and
// metrics, and probes in the source all others.
type Origin int32

// The origins. A run without a Traced is the model's.
const (
	_           Origin = iota
	FromTrace          // the runtime's execution trace
	FromProbes         // and probes in the source
	FromOutside        // nothing but what it printed and how it ended, seen from outside
	NumOrigins
)

// Outcome is how a run ended: RunEnd's Obj.
type Outcome uint32

// The outcomes.
const (
	_         Outcome = iota
	Exited            // main returned or os.Exit: N is the status
	Deadlock          // no goroutine can ever run again
	Panicked          // a panic that nothing recovered
	Fatal             // the runtime gave up (message in Val)
	StepLimit         // too much virtual work
	OutLimit          // too much output
	LogLimit          // too many events
	TimeLimit         // the host stopped it: wall or CPU time
	MemLimit          // the host stopped it: memory
	Stopped           // whoever drives the run stopped it
	Diverged          // a replayed schedule did not fit the program
	Untold            // the trace ends; whether the program did, it does not say
	NumOutcomes
)

// Class is what an object is.
type Class uint8

// The classes of objects.
const (
	_ Class = iota
	Chan
	Mutex
	RWMutex
	WaitGroup
	Once
	Cond
	Timer
	Atomic
	Task     // of runtime/trace
	Variable // or a field, an element, a map
	Bubble   // of testing/synctest
	Context
	Expvar // a published variable of package expvar
	NumClasses
)

// Which of a Race's accesses write, added up in its Val: the earlier one, the
// later one, or both.
const (
	RaceWrote  = 1
	RaceWrites = 2
)

// Dur returns the duration, in ns, that a Sleep, TimerSet or GCAssist carries: its low
// half is in N and its high half in Peer.
func (r *Record) Dur() int64 { return int64(r.Peer)<<32 | int64(uint32(r.N)) }

// SetDur stores a duration in ns where Dur finds it.
func (r *Record) SetDur(ns int64) { r.Peer, r.N = uint32(uint64(ns)>>32), int32(uint32(ns)) }
