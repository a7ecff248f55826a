package eventlog_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// wrong are logs that differ in one place from a valid one, with the law that
// each breaks.
var wrong = []struct {
	name string
	law  eventlog.Law
	log  func() *eventlog.Log
}{
	{"no RunEnd", eventlog.EndsOnce, func() *eventlog.Log { return busy().without("end") }},
	{"two RunEnds", eventlog.EndsOnce, func() *eventlog.Log {
		return busy().with("end", event.Record{Kind: event.RunEnd, Obj: event.ObjID(event.Exited), P: event.NoP})
	}},
	{"a panic's end without a panic", eventlog.EndsOnce, func() *eventlog.Log {
		return stuck().edit("end", func(r *event.Record) { r.Obj = event.ObjID(event.Panicked) })
	}},
	{"stuck at a normal end", eventlog.EndsOnce, func() *eventlog.Log {
		return stuck().edit("end", func(r *event.Record) { r.Obj = event.ObjID(event.Exited) })
	}},
	{"leak at a limit", eventlog.EndsOnce, func() *eventlog.Log {
		return busy().edit("end", func(r *event.Record) { r.Obj = event.ObjID(event.TimeLimit) })
	}},
	{"traced after all", eventlog.FirstOfAll, func() *eventlog.Log {
		return busy().with("start", event.Record{Kind: event.Traced, N: int32(event.FromTrace), P: event.NoP})
	}},
	{"unknown site", eventlog.Defined, func() *eventlog.Log { return busy().edit("park", func(r *event.Record) { r.Site = 999 }) }},
	{"unknown text", eventlog.Defined, func() *eventlog.Log { return busy().edit("output", func(r *event.Record) { r.Val = 999 }) }},
	{"unknown object", eventlog.Defined, func() *eventlog.Log { return busy().edit("make", func(r *event.Record) { r.Obj = 999 }) }},
	{"site in an unknown file", eventlog.Defined, func() *eventlog.Log {
		b := busy()
		b.log.Sites[3] = event.Site{Line: 3, File: 999}
		return b.log
	}},
	{"site called from itself", eventlog.Defined, func() *eventlog.Log {
		b := busy()
		b.log.Sites[event.MaxSite+1] = event.Site{Line: 3, Caller: event.MaxSite + 1}
		return b.log
	}},
	{"site called from nowhere", eventlog.Defined, func() *eventlog.Log {
		b := busy()
		b.log.Sites[3] = event.Site{Line: 3, Caller: event.MaxSite + 1}
		return b.log
	}},
	{"object of an unknown type", eventlog.Defined, func() *eventlog.Log {
		b := busy()
		b.log.Objects[jobs] = event.Object{Class: event.Chan, Type: 999}
		return b.log
	}},
	{"object made nowhere", eventlog.Defined, func() *eventlog.Log {
		b := busy()
		b.log.Objects[jobs] = event.Object{Class: event.Chan, Site: 999}
		return b.log
	}},
	{"no such reason", eventlog.Named, func() *eventlog.Log { return busy().edit("park", func(r *event.Record) { r.N = 99 }) }},
	{"starting because pre-empted", eventlog.Named, func() *eventlog.Log {
		return busy().edit("start", func(r *event.Record) { r.N = int32(event.Preempted) })
	}},
	{"yielding from a queue", eventlog.Named, func() *eventlog.Log {
		return busy().edit("yield", func(r *event.Record) { r.N = int32(event.FromLocal) })
	}},
	{"no such queue", eventlog.Named, func() *eventlog.Log { return busy().edit("kicked out", func(r *event.Record) { r.N = 0 }) }},
	{"no such outcome", eventlog.Named, func() *eventlog.Log { return busy().edit("end", func(r *event.Record) { r.Obj = 99 }) }},
	{"sending on a lock", eventlog.Fits, func() *eventlog.Log { return busy().edit("buffered", func(r *event.Record) { r.Obj = mu }) }},
	{"waiting to receive from a lock", eventlog.Fits, func() *eventlog.Log { return busy().edit("park", func(r *event.Record) { r.Obj = mu }) }},
	{"time goes back", eventlog.Monotonic, func() *eventlog.Log { return busy().edit("buffered", func(r *event.Record) { r.T = 1 }) }},
	{"created twice", eventlog.Created, func() *eventlog.Log { return busy().edit("go", func(r *event.Record) { r.Peer = 1 }) }},
	{"never created", eventlog.Created, func() *eventlog.Log { return stuck().edit("stuck", func(r *event.Record) { r.Peer = 9 }) }},
	{"start without a creation", eventlog.Created, func() *eventlog.Log {
		return stuck().with("stuck", event.Record{Kind: event.GoStart, G: 9, N: int32(event.ByPolicy)})
	}},
	{"acts after its end", eventlog.Dead, func() *eventlog.Log {
		return busy().with("after G2", event.Record{Kind: event.AtomicLoad, G: 2, Obj: counter, P: 1})
	}},
	{"readied after its end", eventlog.Dead, func() *eventlog.Log {
		return busy().with("after G2", event.Record{Kind: event.GoReady, G: 1, Peer: 2})
	}},
	{"acts while parked", eventlog.Acts, func() *eventlog.Log {
		return busy().with("ready", event.Record{Kind: event.AtomicLoad, G: 2, Obj: counter, P: 1})
	}},
	{"nobody locks", eventlog.Acts, func() *eventlog.Log { return busy().edit("lock", func(r *event.Record) { r.G = 0 }) }},
	{"on another P", eventlog.OnePlace, func() *eventlog.Log { return busy().edit("buffered", func(r *event.Record) { r.P = 1 }) }},
	{"two on one P", eventlog.OnePlace, func() *eventlog.Log { return busy().edit("stolen", func(r *event.Record) { r.P = 0 }) }},
	{"on no P", eventlog.OnePlace, func() *eventlog.Log { return busy().edit("start", func(r *event.Record) { r.P = event.NoP }) }},
	{"on an idle P", eventlog.OnePlace, func() *eventlog.Log { return busy().edit("start", func(r *event.Record) { r.P = 5 }) }},
	{"a P wakes twice", eventlog.OnePlace, func() *eventlog.Log { return busy().edit("wake", func(r *event.Record) { r.P = 0 }) }},
	{"a P goes idle while it runs somebody", eventlog.OnePlace, func() *eventlog.Log { return busy().edit("idle", func(r *event.Record) { r.P = 0 }) }},
	{"starts while parked", eventlog.Starts, func() *eventlog.Log {
		return stuck().with("stuck", event.Record{Kind: event.GoStart, G: 2, N: int32(event.ByPolicy)})
	}},
	{"a side of an iter.Pull starts by itself", eventlog.Starts, func() *eventlog.Log { return pulling().without("ask") }},
	{"goes on without an iter.Pull", eventlog.Starts, func() *eventlog.Log {
		return busy().edit("start", func(r *event.Record) { r.N = int32(event.FromPull) })
	}},
	{"is parked at first for another reason", eventlog.Named, func() *eventlog.Log {
		return pulling().edit("pull", func(r *event.Record) { r.N = int32(event.RecvWait) })
	}},
	{"ready without a park", eventlog.Readied, func() *eventlog.Log {
		return busy().with("steal", event.Record{Kind: event.GoReady, G: 1, Peer: 2})
	}},
	{"released by nothing", eventlog.Released, func() *eventlog.Log { return busy().without("hand over") }},
	{"released by another channel", eventlog.Released, func() *eventlog.Log { return busy().edit("ready", func(r *event.Record) { r.Obj = out }) }},
	{"woken from select {}", eventlog.Released, func() *eventlog.Log {
		return busy().with("wake up", event.Record{Kind: event.GoReady, Peer: 4, P: event.NoP})
	}},
	{"from the wrong end", eventlog.Discipline, func() *eventlog.Log { return busy().edit("steal", func(r *event.Record) { r.Peer = 1 }) }},
	{"from the wrong queue", eventlog.Discipline, func() *eventlog.Log {
		return busy().edit("from local", func(r *event.Record) { r.N = int32(event.FromGlobal) })
	}},
	{"kicked out and forgotten", eventlog.Discipline, func() *eventlog.Log {
		b := busy()
		b.log.Events[b.index("steal")].Peer = 3
		b.log.Events[b.index("stolen")].G = 3
		return b.without("kicked out")
	}},
	{"queued while it runs", eventlog.Discipline, func() *eventlog.Log { return busy().edit("kicked out", func(r *event.Record) { r.Peer = 1 }) }},
	{"queued twice", eventlog.Discipline, func() *eventlog.Log {
		return busy().with("steal", event.Record{Kind: event.Enqueue, Peer: 2, N: int32(event.Local)})
	}},
	{"length after a send", eventlog.Lengths, func() *eventlog.Log { return busy().edit("buffered", func(r *event.Record) { r.N = 2 }) }},
	{"over the capacity", eventlog.Lengths, func() *eventlog.Log { return busy().edit("make", func(r *event.Record) { r.N = 0 }) }},
	{"length after a refill", eventlog.Lengths, func() *eventlog.Log { return busy().edit("refill", func(r *event.Record) { r.N = 0 }) }},
	{"never made", eventlog.Lengths, func() *eventlog.Log { return busy().without("make") }},
	{"number of those who wait", eventlog.Lengths, func() *eventlog.Log { return busy().edit("close", func(r *event.Record) { r.N = 1 }) }},
	{"another value comes out", eventlog.InOrder, func() *eventlog.Log { return busy().edit("last value", func(r *event.Record) { r.Val = num(1) }) }},
	{"the sender's value overtakes", eventlog.InOrder, func() *eventlog.Log { return busy().edit("refill", func(r *event.Record) { r.Val = num(9) }) }},
	{"goes to whom does not wait", eventlog.InOrder, func() *eventlog.Log { return busy().edit("hand over", func(r *event.Record) { r.Peer = 3 }) }},
	{"send after close", eventlog.Closing, func() *eventlog.Log {
		return busy().with("drained", event.Record{Kind: event.ChanSend, G: 2, Obj: jobs, Val: num(1), N: 1, P: 1})
	}},
	{"closed twice", eventlog.Closing, func() *eventlog.Log {
		return busy().with("drained", event.Record{Kind: event.ChanClose, G: 2, Obj: jobs, P: 1})
	}},
	{"at the end of an open channel", eventlog.Closing, func() *eventlog.Log { return busy().without("close") }},
	{"another value arrives", eventlog.HappensPast, func() *eventlog.Log { return busy().edit("received", func(r *event.Record) { r.Val = num(1) }) }},
	{"arrives from another", eventlog.HappensPast, func() *eventlog.Log { return busy().edit("received", func(r *event.Record) { r.Peer = 3 }) }},
	{"sent before it is taken", eventlog.HappensPast, func() *eventlog.Log {
		return busy().with("ready", event.Record{Kind: event.ChanSent, G: 1, Obj: jobs, Peer: 2})
	}},
	{"a case that did not wait", eventlog.HappensPast, func() *eventlog.Log { return busy().edit("chosen", func(r *event.Record) { r.N = 1 }) }},
	{"locked twice", eventlog.Exclusion, func() *eventlog.Log {
		return busy().with("yield", event.Record{Kind: event.Lock, G: 2, Obj: mu})
	}},
	{"waiter of a held lock released", eventlog.Exclusion, func() *eventlog.Log { return busy().without("unlock") }},
	{"written while it is read", eventlog.Exclusion, func() *eventlog.Log {
		return busy().with("read unlock", event.Record{Kind: event.Lock, G: 1, Obj: rw})
	}},
	{"number of readers", eventlog.Exclusion, func() *eventlog.Log { return busy().edit("read lock", func(r *event.Record) { r.N = 2 }) }},
	{"unlocked twice", eventlog.Unlocking, func() *eventlog.Log {
		return busy().with("drained", event.Record{Kind: event.Unlock, G: 2, Obj: mu, P: 1})
	}},
	{"read unlock without a reader", eventlog.Unlocking, func() *eventlog.Log { return busy().without("read lock") }},
	{"counter does not add up", eventlog.Counting, func() *eventlog.Log { return busy().edit("add", func(r *event.Record) { r.N = 3 }) }},
	{"counter below zero", eventlog.Counting, func() *eventlog.Log {
		return busy().edit("add", func(r *event.Record) { r.N, r.Val = -1, num(-1) })
	}},
	{"group released early", eventlog.Counting, func() *eventlog.Log { return busy().without("last done") }},
	{"Wait returns early", eventlog.Counting, func() *eventlog.Log {
		return busy().with("drained", event.Record{Kind: event.WaitDone, G: 2, Obj: wg, P: 1})
	}},
	{"woken without a signal", eventlog.Signals, func() *eventlog.Log { return busy().without("signal") }},
	{"one signal for two", eventlog.Signals, func() *eventlog.Log { return busy().edit("signal", func(r *event.Record) { r.N = 2 }) }},
	{"run twice", eventlog.JustOnce, func() *eventlog.Log { return busy().edit("once again", func(r *event.Record) { r.N = 1 }) }},
	{"passed before it was done", eventlog.JustOnce, func() *eventlog.Log { return busy().without("once done") }},
	{"done without a run", eventlog.JustOnce, func() *eventlog.Log { return busy().without("once") }},
	{"fires early", eventlog.NotEarly, func() *eventlog.Log {
		b := busy()
		r := b.log.Events[b.index("fire")]
		b.without("fire")
		return b.with("second tick", r)
	}},
	{"fires after a stop", eventlog.NotEarly, func() *eventlog.Log {
		return busy().with("fire", event.Record{Kind: event.TimerFire, Obj: ticker, P: event.NoP})
	}},
	{"ticks early", eventlog.NotEarly, func() *eventlog.Log {
		return busy().with("second tick", event.Record{Kind: event.TimerFire, Obj: ticker, P: event.NoP})
	}},
	{"sleeps too little", eventlog.NotEarly, func() *eventlog.Log {
		b := busy()
		r := b.log.Events[b.index("wake up")]
		return b.with("fire", r)
	}},
	{"a race with itself", eventlog.Racing, func() *eventlog.Log { return racing().edit("race", func(r *event.Record) { r.Peer = 2 }) }},
	{"a race of two reads", eventlog.Racing, func() *eventlog.Log { return racing().edit("race", func(r *event.Record) { r.Val = num(0) }) }},
	{"a race with an unknown place", eventlog.Racing, func() *eventlog.Log { return racing().edit("race", func(r *event.Record) { r.N = 999 }) }},
	{"a write of a lock", eventlog.Fits, func() *eventlog.Log {
		b := racing()
		lock := b.object(event.Mutex, "mu", "")
		return b.edit("write", func(r *event.Record) { r.Obj = lock })
	}},
	{"derived twice", eventlog.Deriving, func() *eventlog.Log { return cancelling().edit("child", func(r *event.Record) { r.Obj = 1 }) }},
	{"derived from what does not exist", eventlog.Deriving, func() *eventlog.Log { return cancelling().without("root") }},
	{"asked before it is derived", eventlog.Deriving, func() *eventlog.Log { return cancelling().without("child") }},
	{"says that it is cancelled before it is", eventlog.Deriving, func() *eventlog.Log {
		return cancelling().edit("ask", func(r *event.Record) { r.N = 1 })
	}},
	{"a Done that is no channel", eventlog.Deriving, func() *eventlog.Log { return cancelling().edit("done", func(r *event.Record) { r.Peer = 1 }) }},
	{"cancelled twice", eventlog.Deriving, func() *eventlog.Log {
		return cancelling().edit("below", func(r *event.Record) { r.Obj, r.Peer = 1, 0 })
	}},
	{"cancelled by one below", eventlog.Deriving, func() *eventlog.Log { return cancelling().edit("above", func(r *event.Record) { r.Peer = 2 }) }},
	{"no such kind of context", eventlog.Named, func() *eventlog.Log { return cancelling().edit("child", func(r *event.Record) { r.N = 99 }) }},
	{"a metric of a context", eventlog.Fits, func() *eventlog.Log { return cancelling().edit("metric", func(r *event.Record) { r.Obj = 1 }) }},
	{"not named as stuck", eventlog.StuckOnly, func() *eventlog.Log { return stuck().without("stuck") }},
	{"named twice", eventlog.StuckOnly, func() *eventlog.Log { return stuck().edit("stuck", func(r *event.Record) { r.Peer = 1 }) }},
	{"stuck while it runs", eventlog.StuckOnly, func() *eventlog.Log {
		return busy().with("leak", event.Record{Kind: event.Stuck, Peer: 1, P: event.NoP})
	}},
	{"leaks while it runs", eventlog.LeakOnly, func() *eventlog.Log { return busy().edit("leak", func(r *event.Record) { r.Peer = 1 }) }},
}

func TestEveryWrongLogIsRejectedByItsLaw(t *testing.T) {
	for _, w := range wrong {
		t.Run(w.name, func(t *testing.T) {
			var v *eventlog.Violation
			require.ErrorAs(t, eventlog.Validate(w.log()), &v)
			assert.Equal(t, w.law, v.Law, "%v", v)
		})
	}
}

func TestEveryLawRejectsSomething(t *testing.T) {
	shown := map[eventlog.Law]bool{eventlog.InSequence: true} // by the test below
	for _, w := range wrong {
		shown[w.law] = true
	}
	for _, law := range eventlog.Laws() {
		assert.True(t, shown[law], "no wrong log breaks the law %q", law)
	}
}

func TestGapInTheSequenceIsRejected(t *testing.T) {
	log := busy().log
	c := eventlog.NewChecker(log)
	require.NoError(t, c.Check(0, log.Events[0]))
	var v *eventlog.Violation
	require.True(t, errors.As(c.Check(2, log.Events[1]), &v))
	assert.Equal(t, eventlog.InSequence, v.Law)
}

// FuzzCheck holds checker and fold to take any event without a panic.
func FuzzCheck(f *testing.F) {
	for _, b := range []*builder{busy(), stuck()} {
		var all []byte
		for _, r := range b.log.Events {
			var rec [event.RecordSize]byte
			r.Put(rec[:])
			all = append(all, rec[:]...)
		}
		f.Add(all)
	}
	f.Fuzz(func(t *testing.T, all []byte) {
		log := busy().log
		log.Events = log.Events[:0]
		for ; len(all) >= event.RecordSize; all = all[event.RecordSize:] {
			if r := event.Parse(all); r.Kind > 0 && r.Kind < event.NumKinds {
				log.Events = append(log.Events, r)
			}
		}
		_ = eventlog.Validate(log)
		w := log.World(len(log.Events))
		_ = w.String()
		_ = w.Verdict()
	})
}
