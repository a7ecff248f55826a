package eventlog

import (
	"fmt"
	"slices"

	"interleave/sim/event"
)

// The laws of runs, goroutines and Ps.

func firstOfAll(c *Checker, r *event.Record) string {
	if r.Kind == event.Traced && c.w.Events > 0 {
		return fmt.Sprintf("there were %d events", c.w.Events)
	}
	return ""
}

func endsOnce(c *Checker, r *event.Record) string {
	w := c.w
	if w.Outcome != 0 {
		return fmt.Sprintf("the run has ended: %s", w.Outcome)
	}
	if r.Kind != event.RunEnd {
		return ""
	}
	switch outcome := event.Outcome(r.Obj); {
	case outcome == event.Panicked && w.Panic == nil && w.Traced == 0:
		return "nobody has panicked"
	case outcome != event.Exited && len(w.Leaks) > 0:
		return "there are leaks, which only a run that exits has"
	case outcome != event.Deadlock && len(w.Stuck) > 0:
		return fmt.Sprintf("G%d is stuck, so this is a deadlock", w.Stuck[0])
	}
	return ""
}

func defined(c *Checker, r *event.Record) string {
	if r.Site != 0 {
		if _, ok := c.log.Sites[uint32(r.Site)]; !ok {
			return fmt.Sprintf("site %d is unknown", r.Site)
		}
	}
	if id := r.Val.Text(); id != 0 {
		if _, ok := c.log.Texts[id]; !ok {
			return fmt.Sprintf("text %d is unknown", id)
		}
	}
	if namesObject(r) && r.Obj != 0 {
		if _, ok := c.log.Objects[r.Obj]; !ok {
			return fmt.Sprintf("object %d is unknown", r.Obj)
		}
	}
	return ""
}

// namesObject reports whether r.Obj is an object's id.
func namesObject(r *event.Record) bool { return r.Kind != event.Steal && r.Kind != event.RunEnd }

func named(c *Checker, r *event.Record) string {
	n := r.N
	bad := false
	traced := c.w.Traced != 0
	unsaid := traced && n == int32(event.Unsaid)
	switch r.Kind {
	case event.GoPark:
		bad = n <= 0 || n >= int32(event.NumReasons)
	case event.GoCreate:
		bad = n != 0 && n != int32(event.CoroWait) && (!traced || n < 0 || n >= int32(event.NumReasons))
	case event.GoStart:
		bad = (n < int32(event.FromRunNext) || n > int32(event.ByHand)) && n != int32(event.Directly) && n != int32(event.FromPull) && !unsaid
	case event.GoYield:
		bad = (n < int32(event.Preempted) || n > int32(event.Handed)) && !unsaid
	case event.Traced:
		bad = n <= 0 || n >= int32(event.NumOrigins)
	case event.Enqueue:
		bad = n <= 0 || n >= int32(event.NumQueues)
	case event.CtxMake:
		bad = n <= 0 || n >= int32(event.NumCtxKinds)
	case event.RunEnd:
		n, bad = int32(r.Obj), r.Obj == 0 || r.Obj >= event.ObjID(event.NumOutcomes)
	}
	if bad {
		return fmt.Sprintf("%d means nothing in a %s", n, r.Kind)
	}
	return ""
}

// classes are what an event's object may be; kinds that are not here take any
// object or none.
var classes = map[event.Kind][]event.Class{
	event.ChanMake: {event.Chan}, event.ChanSend: {event.Chan}, event.ChanRecv: {event.Chan}, event.ChanSent: {event.Chan},
	event.ChanReceived: {event.Chan}, event.ChanRecvClosed: {event.Chan}, event.ChanClose: {event.Chan}, event.SelectWait: {event.Chan},
	event.Lock: {event.Mutex, event.RWMutex}, event.Unlock: {event.Mutex, event.RWMutex}, event.TryFail: {event.Mutex, event.RWMutex},
	event.RLock: {event.RWMutex}, event.RUnlock: {event.RWMutex},
	event.WaitAdd: {event.WaitGroup}, event.WaitDone: {event.WaitGroup},
	event.CondSignal: {event.Cond}, event.CondAll: {event.Cond}, event.CondWoken: {event.Cond},
	event.OnceDo: {event.Once}, event.OnceDone: {event.Once},
	event.TimerSet: {event.Timer}, event.TimerFire: {event.Timer}, event.TimerStop: {event.Timer},
	event.AtomicLoad: {event.Atomic}, event.AtomicStore: {event.Atomic}, event.AtomicRMW: {event.Atomic},
	event.CtxMake: {event.Context}, event.CtxDone: {event.Context}, event.CtxAsk: {event.Context}, event.CtxCancel: {event.Context},
	event.Metric: {event.Expvar},
	event.Read:   {event.Variable}, event.Write: {event.Variable}, event.Race: {event.Variable},
}

// waitsFor are what a parked goroutine's object may be, by reason; nil where
// there is none.
var waitsFor = [event.NumReasons][]event.Class{
	event.RecvWait: {event.Chan}, event.SendWait: {event.Chan},
	event.MutexWait: {event.Mutex, event.RWMutex}, event.RLockWait: {event.RWMutex},
	event.GroupWait: {event.WaitGroup}, event.CondWait: {event.Cond}, event.OnceWait: {event.Once},
	event.BubbleWait: {event.Bubble},
}

func fits(c *Checker, r *event.Record) string {
	want, ok := classes[r.Kind]
	if r.Kind == event.GoPark {
		want, ok = waitsFor[r.N], true
	}
	if r.Kind == event.GoPark && r.Obj == 0 && c.w.Traced != 0 {
		return ""
	}
	if !ok || r.Obj == 0 && want == nil {
		return ""
	}
	if got := c.log.Objects[r.Obj].Class; !slices.Contains(want, got) {
		return fmt.Sprintf("object %d is a %s, not one of %v", r.Obj, got, want)
	}
	return ""
}

func monotonic(c *Checker, r *event.Record) string {
	if r.T < c.w.T {
		return fmt.Sprintf("it was %d ns already", c.w.T)
	}
	return ""
}

// peerIsGoroutine reports whether r.Peer is a GID (or 0).
func peerIsGoroutine(k event.Kind) bool {
	switch k {
	case event.SelectWait, event.Sleep, event.TimerSet, event.GCAssist, event.TaskBegin, event.CtxMake, event.CtxDone, event.CtxCancel:
		return false
	}
	return true
}

func created(c *Checker, r *event.Record) string {
	known := func(g event.GID) bool { _, ok := c.w.Goroutines[g]; return ok }
	peer := event.GID(r.Peer)
	if r.G != 0 && !known(r.G) {
		return fmt.Sprintf("G%d was never created", r.G)
	}
	switch {
	case r.Kind == event.GoCreate && (peer == 0 || known(peer)):
		return fmt.Sprintf("G%d exists already", peer)
	case r.Kind != event.GoCreate && peerIsGoroutine(r.Kind) && peer != 0 && !known(peer):
		return fmt.Sprintf("G%d was never created", peer)
	}
	return ""
}

func dead(c *Checker, r *event.Record) string {
	ended := func(g event.GID) bool { return look(c.w.Goroutines, g).State == Ended }
	if ended(r.G) {
		return fmt.Sprintf("G%d has ended", r.G)
	}
	// These tell of a peer that may have gone since.
	if r.Kind != event.ChanSent && r.Kind != event.ChanReceived && r.Kind != event.Race && peerIsGoroutine(r.Kind) && ended(event.GID(r.Peer)) {
		return fmt.Sprintf("G%d has ended", r.Peer)
	}
	return ""
}

// nobody are the kinds that may happen without a goroutine doing them.
var nobody = map[event.Kind]bool{
	event.GoCreate: true, event.GoReady: true, event.ProcStart: true, event.ProcStop: true, event.Enqueue: true, event.Steal: true,
	event.Knob: true, event.ChanMake: true, event.ChanClose: true, event.ChanSend: true, event.TimerFire: true, event.Output: true,
	event.Leak: true, event.Stuck: true, event.RunEnd: true, event.Choice: true, event.Signal: true,
	event.ProcSpin: true, event.ProcHand: true, event.Retake: true, event.WorldStop: true, event.WorldStart: true,
	event.GCStart: true, event.GCWork: true, event.GCEnd: true,
	event.Traced: true, event.GoName: true, event.GCSweep: true, event.Metric: true, event.Partial: true,
}

func acts(c *Checker, r *event.Record) string {
	if r.Kind == event.GoPanic && c.w.Traced != 0 {
		return "" // known from what the program said at its end, when nothing was seen any more
	}
	if r.G == 0 {
		if !nobody[r.Kind] {
			return "nobody does it"
		}
		return ""
	}
	s := c.w.Goroutines[r.G].State
	switch {
	case r.Kind == event.GoStart:
	case r.Kind == event.Output && s == Calling:
	case c.w.Traced != 0 && calls(r.Kind, s):
	case c.w.Traced == event.FromProbes && r.Kind.FromProbe() && (s == Runnable || s == Calling): // it was preempted before it was written down
	case r.Kind == event.SysExit:
		if s != Calling {
			return fmt.Sprintf("G%d is %s, not in a system call", r.G, s)
		}
	case s != Running:
		return fmt.Sprintf("G%d is %s", r.G, s)
	}
	return ""
}

// calls reports whether a goroutine of the real runtime may do this in state
// s: while it leaves a system call it may release another, one that C code
// called in ends there, and one of which nothing was seen before may be in one.
func calls(k event.Kind, s State) bool {
	return s == Calling && (k == event.GoReady || k == event.GoEnd) || s == Runnable && k == event.SysEnter
}

func onePlace(c *Checker, r *event.Record) string {
	p := look(c.w.Procs, r.P)
	switch r.Kind {
	case event.GoStart:
		switch {
		case r.P == event.NoP:
			return "it starts on no P"
		case p.Runs != 0:
			return fmt.Sprintf("P%d runs G%d", r.P, p.Runs)
		case c.w.wakes && !p.Awake:
			return fmt.Sprintf("P%d is idle", r.P)
		case c.w.Stopped && c.w.Traced == 0 && r.N != int32(event.Directly):
			return "the world is stopped"
		}
	case event.GCWork:
		if !p.Awake || p.Runs != 0 || p.Marks == (r.N == 1) {
			return fmt.Sprintf("P%d is idle, runs somebody, or marks already", r.P)
		}
	case event.ProcSpin, event.ProcHand:
		if !p.Awake || p.Runs != 0 {
			return fmt.Sprintf("P%d is idle or runs somebody", r.P)
		}
	case event.Retake:
		if g := look(c.w.Goroutines, event.GID(r.Peer)); g.State != Calling || g.P != r.P {
			return fmt.Sprintf("G%d is %s, not in a system call on P%d", r.Peer, g.State, r.P)
		}
	case event.SysExit:
		return c.cameBack(r, p)
	case event.ProcStart:
		if p.Awake {
			return fmt.Sprintf("P%d is not idle", r.P)
		}
	case event.ProcStop:
		if !p.Awake || p.Runs != 0 {
			return fmt.Sprintf("P%d is idle already or runs somebody", r.P)
		}
	case event.GoPanic:
		if c.w.Traced == 0 {
			return c.there(r)
		}
	default:
		return c.there(r)
	}
	return ""
}

// there judges whether who acts is on the P where it acts.
func (c *Checker) there(r *event.Record) string {
	if g := look(c.w.Goroutines, r.G); r.G != 0 && g.P != r.P {
		return fmt.Sprintf("G%d runs on P%d, not on P%d", r.G, g.P, r.P)
	}
	return ""
}

// cameBack judges where a goroutine is after a system call: on the P that it
// kept, on one that runs nobody, or on none.
func (c *Checker) cameBack(r *event.Record, p Proc) string {
	g := look(c.w.Goroutines, r.G)
	switch {
	case r.N == 0 && g.P == event.NoP && r.P == event.NoP:
	case r.N == 1 && g.P == r.P && p.Runs == r.G:
	case r.N == 1 && g.P == event.NoP && p.Awake && p.Runs == 0 && (!c.w.Stopped || c.w.Traced != 0):
	default:
		return fmt.Sprintf("G%d was on P%d, and P%d runs G%d", r.G, g.P, r.P, p.Runs)
	}
	return ""
}

func starts(c *Checker, r *event.Record) string {
	if r.Kind != event.GoStart {
		return ""
	}
	g := c.w.Goroutines[r.G]
	switch {
	case g.State != Runnable:
		return fmt.Sprintf("G%d is %s", r.G, g.State)
	case event.Why(r.N) == event.FromPull && (g.came.reason != event.CoroWait || g.Queue != 0):
		return fmt.Sprintf("G%d is in a queue, or was not the other side of an iter.Pull", r.G)
	}
	return ""
}

func readied(c *Checker, r *event.Record) string {
	if r.Kind != event.GoReady {
		return ""
	}
	if s := look(c.w.Goroutines, event.GID(r.Peer)).State; s != Parked {
		return fmt.Sprintf("G%d is %s", r.Peer, s)
	}
	return ""
}

// released judges only those who wait on a channel or for ever; the others
// are judged by the laws of what they wait for.
func released(c *Checker, r *event.Record) string {
	if r.Kind != event.GoReady {
		return ""
	}
	g := c.w.Goroutines[event.GID(r.Peer)]
	if c.w.untold(g) {
		return ""
	}
	var on bool
	switch g.Reason {
	case event.Forever, event.NilRecv, event.NilSend:
		return fmt.Sprintf("G%d waits for ever (%s)", g.ID, g.Reason)
	case event.RecvWait, event.SendWait:
		on = g.Obj == r.Obj
	case event.SelectPark:
		on = slices.ContainsFunc(g.Cases, func(k Case) bool { return k.Obj == r.Obj })
	default:
		return ""
	}
	switch {
	case !on:
		return fmt.Sprintf("G%d does not wait on object %d", g.ID, r.Obj)
	case look(c.w.Channels, r.Obj).Closed, g.through.obj == r.Obj && !g.through.told:
		return ""
	}
	return fmt.Sprintf("nothing happened on object %d that releases G%d", r.Obj, g.ID)
}

// untold reports whether the run does not say for what g is parked.
func (w *World) untold(g *Goroutine) bool {
	return w.Traced != 0 && g.Obj == 0 && len(g.Cases) == 0
}

func stuckOnly(c *Checker, r *event.Record) string {
	w := c.w
	switch r.Kind {
	case event.Stuck:
		g := look(w.Goroutines, event.GID(r.Peer))
		if g.State != Parked || g.Reason == event.SleepWait && !g.bubbled || g.judged {
			return fmt.Sprintf("G%d is %s (%s), or was named before", r.Peer, g.State, g.Reason)
		}
	case event.RunEnd:
		if event.Outcome(r.Obj) != event.Deadlock || w.Traced != 0 { // the runtime has goroutines of its own
			return ""
		}
		for _, g := range w.ByID() {
			if g.State != Ended && !g.judged {
				return fmt.Sprintf("at a deadlock G%d, which is %s, was not named as stuck", g.ID, g.State)
			}
		}
	}
	return ""
}

func leakOnly(c *Checker, r *event.Record) string {
	if r.Kind != event.Leak {
		return ""
	}
	g := look(c.w.Goroutines, event.GID(r.Peer))
	if g.State != Parked || g.judged {
		return fmt.Sprintf("G%d is %s, or was named before", r.Peer, g.State)
	}
	return ""
}
