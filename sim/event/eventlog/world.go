package eventlog

import (
	"cmp"
	"maps"
	"slices"

	"interleave/sim/event"
)

// State is what a goroutine is doing.
type State uint8

// The states.
const (
	_        State = iota
	Runnable       // could run and waits for a P
	Running        // between GoStart and GoPark, GoYield or GoEnd
	Parked         // waits for something
	Ended
	Calling // in a system call, on a P or, once that was retaken, without one
)

var stateNames = [...]string{"unknown", "runnable", "running", "parked", "ended", "calling"}

// String returns the state's name; "unknown" for that of a goroutine that was
// never created.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return stateNames[0]
}

// A World is the state of a program after some first part of its events.
// NewWorld makes one.
type World struct {
	Events     int    // how many were applied
	T          uint64 // time of the last
	Goroutines map[event.GID]*Goroutine
	Channels   map[event.ObjID]*Channel
	Locks      map[event.ObjID]*Lock
	Groups     map[event.ObjID]*Group
	Onces      map[event.ObjID]*Once
	Conds      map[event.ObjID]*Cond
	Timers     map[event.ObjID]*Timer
	Atomics    map[event.ObjID]event.Val
	Variables  map[event.ObjID]event.Val // what was read or written last, where accesses are told
	Contexts   map[event.ObjID]*Context
	Metrics    map[event.ObjID]event.Val // what the program says of itself with expvar
	Partial    map[event.ObjID]bool      // of what not all is told
	Procs      map[uint8]*Proc
	Global     []event.GID // the global queue, head first
	Stopped    bool        // the world is
	Marking    int32       // the cycle in which the collector marks; 0 if it does not
	Output     []Output
	Panic      *Panic // the panic that ends the run
	Races      []Race
	Leaks      []event.GID
	Stuck      []event.GID
	Traced     event.Origin  // from where the events of the real runtime are; 0 if the run is the model's
	Outcome    event.Outcome // 0 while the run goes on
	Status     int32
	Message    event.Val

	log      *Log
	queues   bool // the run says where runnable goroutines wait
	wakes    bool // the run says when Ps go idle
	unplaced int  // runnable goroutines that are in no queue
}

// A Goroutine is one of a program's goroutines.
type Goroutine struct {
	ID     event.GID
	Parent event.GID // 0 for main and for those that timers start
	Name   event.Val // its function
	Path   string    // its place in the tree of go statements: "1.2.1"
	Made   uint16    // site of the go statement
	Site   uint16    // of what it did last
	State  State
	P      uint8  // on which it runs; NoP otherwise
	Since  uint64 // when it came into this state

	// While it is parked:
	Reason event.Reason
	Obj    event.ObjID
	Val    event.Val // what it wants to send
	Cases  []Case    // of a select

	// While it is runnable:
	Queue event.Queue // in which it waits; 0 if the run does not say
	Of    uint8       // whose queue; NoP for the global one

	children int
	wake     uint64      // when its Sleep is over
	bubbled  bool        // its Sleep goes by a bubble's clock
	through  through     // what a peer did for it while it was parked
	came     waited      // for what it was parked last
	chosen   []Case      // the cases of the select it was parked on last
	granted  event.ObjID // a lock that it reads since its release, without having said so
	judged   bool        // a Leak or Stuck has named it
}

// through is a channel operation that a peer completed for a parked goroutine.
type through struct {
	by   event.GID
	obj  event.ObjID
	val  event.Val
	sent bool // it was the parked goroutine that sent
	told bool // the goroutine has said so itself
}

type waited struct {
	reason event.Reason
	obj    event.ObjID
}

// A Case is a case of a select that had to wait.
type Case struct {
	Obj   event.ObjID
	Index int32
	Send  bool
	Val   event.Val // what it wants to send
	Site  uint16
}

// A Channel is a channel's state. A goroutine whose select has several cases
// on it stands in its queues once a case.
type Channel struct {
	Cap    int32
	Buf    []event.Val // oldest first
	Recvq  []event.GID // who waits to receive, longest first
	Sendq  []event.GID
	Closed bool
}

// A Lock is the state of a Mutex or RWMutex. A reader that an Unlock released
// holds it from then on, though it has not run yet.
type Lock struct {
	Holder  event.GID
	Readers []event.GID
	Waiters []event.GID
}

// A Group is the state of a WaitGroup.
type Group struct {
	Counter int32
	Waiters []event.GID
}

// A Once is the state of a sync.Once.
type Once struct {
	Runner  event.GID // who runs or ran the function; 0 before
	Done    bool
	Waiters []event.GID
}

// A Cond is the state of a sync.Cond.
type Cond struct {
	Waiters []event.GID

	calls int32 // signals that have not woken anybody yet
}

// A Timer is the state of a timer or ticker.
type Timer struct {
	Pending bool
	Due     uint64 // not before this time
	Bubbled bool   // it goes by a bubble's clock: the run cannot say when it is due
	Every   uint64 // the period of a ticker
}

// A Context is a context.Context of which another was derived, or that was.
type Context struct {
	Kind      event.CtxKind
	Parent    event.ObjID // 0 if it has none, or one that is not known
	Val       event.Val   // as CtxMake's
	Done      event.ObjID // the channel of its Done; 0 before it is made
	Cancelled bool
	By        event.ObjID // by whose cancellation; 0: by itself
	Cause     event.Val
}

// A Proc is a P.
type Proc struct {
	Awake  bool
	Thread int32     // which runs it; 0 if none does, or the run does not say
	Spins  bool      // its thread looks for work elsewhere
	Marks  bool      // it works for the collector
	Runs   event.GID // it may be in a system call
	Next   event.GID // runnext
	Local  []event.GID
}

// An Output is something that the program printed.
type Output struct {
	G    event.GID
	FD   int32
	Val  event.Val
	Site uint16
}

// A Panic is a panic that nothing recovered.
type Panic struct {
	G       event.GID
	Message event.Val
	Site    uint16
}

// A Race is two accesses to a variable that nothing orders.
type Race struct {
	Obj         event.ObjID
	First, Then Access
}

// An Access is a read or a write of a variable.
type Access struct {
	G     event.GID
	Write bool
	Site  uint16
}

// NewWorld returns the state before the first event of a run whose
// definitions are, or will be, in l; nil if they are not known.
func NewWorld(l *Log) *World {
	if l == nil {
		l = New()
	}
	return &World{
		Goroutines: map[event.GID]*Goroutine{},
		Channels:   map[event.ObjID]*Channel{},
		Locks:      map[event.ObjID]*Lock{},
		Groups:     map[event.ObjID]*Group{},
		Onces:      map[event.ObjID]*Once{},
		Conds:      map[event.ObjID]*Cond{},
		Timers:     map[event.ObjID]*Timer{},
		Atomics:    map[event.ObjID]event.Val{},
		Variables:  map[event.ObjID]event.Val{},
		Contexts:   map[event.ObjID]*Context{},
		Metrics:    map[event.ObjID]event.Val{},
		Partial:    map[event.ObjID]bool{},
		Procs:      map[uint8]*Proc{},
		log:        l,
	}
}

// World returns the state after the first n events.
func (l *Log) World(n int) *World {
	w := NewWorld(l)
	for i := range l.Events[:n] {
		w.Apply(l.Events[i])
	}
	return w
}

// ByID returns the goroutines in the order of their numbers.
func (w *World) ByID() []*Goroutine {
	gs := slices.Collect(maps.Values(w.Goroutines))
	slices.SortFunc(gs, func(a, b *Goroutine) int { return cmp.Compare(a.ID, b.ID) })
	return gs
}

// g returns a goroutine, a new one if there was none.
func (w *World) g(id event.GID) *Goroutine {
	g, ok := w.Goroutines[id]
	if !ok {
		g = &Goroutine{ID: id, P: event.NoP, Of: event.NoP}
		w.Goroutines[id] = g
	}
	return g
}

// at returns what is at id, the zero value put there if nothing was.
func at[K comparable, V any](m map[K]*V, id K) *V {
	v, ok := m[id]
	if !ok {
		v = new(V)
		m[id] = v
	}
	return v
}

// look returns what is at id, or the zero value; it changes nothing.
func look[K comparable, V any](m map[K]*V, id K) V {
	if v, ok := m[id]; ok {
		return *v
	}
	var zero V
	return zero
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
