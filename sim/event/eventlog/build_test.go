package eventlog_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// A builder writes a log by hand, event after event, 10 ns apart. Some events
// are marked, so that a test can spoil them.
type builder struct {
	log   *eventlog.Log
	now   uint64
	on    map[event.GID]uint8
	marks map[string]int
}

func build() *builder {
	b := &builder{log: eventlog.New(), on: map[event.GID]uint8{}, marks: map[string]int{}}
	for line := range uint32(40) {
		b.log.Sites[line+1] = event.Site{Line: line + 1, Col: 2, File: b.text("main.go").Text(), Func: b.text("main").Text()}
	}
	return b
}

func (b *builder) text(s string) event.Val {
	for id, t := range b.log.Texts {
		if t == s {
			return event.Val(id)
		}
	}
	id := uint32(len(b.log.Texts) + 1)
	b.log.Texts[id] = s
	return event.Val(id)
}

func (b *builder) object(c event.Class, name, typ string) event.ObjID {
	id := event.ObjID(len(b.log.Objects) + 1)
	b.log.Objects[id] = event.Object{Class: c, Name: b.text(name).Text(), Type: b.text(typ).Text(), Site: 1}
	return id
}

func num(i int64) event.Val {
	v, _ := event.Int(i)
	return v
}

// ev appends r, with its time and, for what a goroutine does, its P filled in.
func (b *builder) ev(r event.Record) *builder {
	b.now += 10
	r.T = b.now
	switch p, running := b.on[r.G]; {
	case r.Kind == event.GoStart:
		b.on[r.G] = r.P
	case r.G != 0 && running:
		r.P = p
	case r.Kind != event.ProcStart && r.Kind != event.ProcStop && r.Kind != event.Enqueue && r.Kind != event.Steal:
		r.P = event.NoP
	}
	b.log.Events = append(b.log.Events, r)
	return b
}

// mark names the event that was appended last.
func (b *builder) mark(name string) *builder {
	b.marks[name] = len(b.log.Events) - 1
	return b
}

func (b *builder) later(ns uint64) *builder {
	b.now += ns
	return b
}

func (b *builder) create(by, g event.GID, name string, line uint16) *builder {
	return b.ev(event.Record{Kind: event.GoCreate, G: by, Peer: uint32(g), Val: b.text(name), Site: line})
}

func (b *builder) queue(g event.GID, q event.Queue, p uint8) *builder {
	return b.ev(event.Record{Kind: event.Enqueue, Peer: uint32(g), N: int32(q), P: p})
}

func (b *builder) steal(g event.GID, from event.ObjID, to uint8) *builder {
	return b.ev(event.Record{Kind: event.Steal, Peer: uint32(g), Obj: from, P: to})
}

func (b *builder) start(g event.GID, p uint8, why event.Why) *builder {
	return b.ev(event.Record{Kind: event.GoStart, G: g, P: p, N: int32(why)})
}

func (b *builder) park(g event.GID, why event.Reason, obj event.ObjID, v event.Val, line uint16) *builder {
	return b.ev(event.Record{Kind: event.GoPark, G: g, Obj: obj, N: int32(why), Val: v, Site: line})
}

func (b *builder) ready(by, g event.GID, obj event.ObjID) *builder {
	return b.ev(event.Record{Kind: event.GoReady, G: by, Peer: uint32(g), Obj: obj})
}

// do lets goroutine g do something on object obj, with a peer, a value and a
// number.
func (b *builder) do(k event.Kind, g event.GID, obj event.ObjID, peer event.GID, v event.Val, n int32) *builder {
	return b.ev(event.Record{Kind: k, G: g, Obj: obj, Peer: uint32(peer), Val: v, N: n, Site: 9})
}

func (b *builder) dur(k event.Kind, g event.GID, obj event.ObjID, ns int64, v event.Val) *builder {
	r := event.Record{Kind: k, G: g, Obj: obj, Val: v}
	r.SetDur(ns)
	return b.ev(r)
}

func (b *builder) proc(k event.Kind, p uint8) *builder { return b.ev(event.Record{Kind: k, P: p}) }

func (b *builder) end(o event.Outcome, status int32, msg string) *builder {
	var v event.Val
	if msg != "" {
		v = b.text(msg)
	}
	return b.ev(event.Record{Kind: event.RunEnd, Obj: event.ObjID(o), N: status, Val: v}).mark("end")
}

// edit returns the log with the marked event changed.
func (b *builder) edit(mark string, change func(*event.Record)) *eventlog.Log {
	change(&b.log.Events[b.index(mark)])
	return b.log
}

// without returns the log without the marked event.
func (b *builder) without(mark string) *eventlog.Log {
	i := b.index(mark)
	b.log.Events = slices.Delete(b.log.Events, i, i+1)
	return b.log
}

// with returns the log with r before the marked event, at its time.
func (b *builder) with(mark string, r event.Record) *eventlog.Log {
	i := b.index(mark)
	r.T = b.log.Events[i].T
	b.log.Events = slices.Insert(b.log.Events, i, r)
	return b.log
}

func (b *builder) index(mark string) int {
	i, ok := b.marks[mark]
	if !ok {
		panic("no event is marked " + mark)
	}
	return i
}

// The objects of busy.
const (
	jobs event.ObjID = iota + 1
	out
	mu
	rw
	wg
	once
	cond
	timer
	ticker
	counter
)

// busy is a valid run of four goroutines on two Ps that does something of
// everything and leaves G4 behind.
func busy() *builder {
	b := build()
	for _, o := range []struct {
		class     event.Class
		name, typ string
	}{{event.Chan, "jobs", "chan int"}, {event.Chan, "out", "chan int"}, {event.Mutex, "mu", ""}, {event.RWMutex, "rw", ""},
		{event.WaitGroup, "wg", ""}, {event.Once, "once", ""}, {event.Cond, "cond", ""}, {event.Timer, "", "time.Timer"},
		{event.Timer, "", "time.Ticker"}, {event.Atomic, "n", ""}} {
		b.object(o.class, o.name, o.typ)
	}
	b.beginBusy()
	b.channelsOfBusy()
	b.locksOfBusy()
	b.timersOfBusy()
	b.do(event.Output, 1, 0, 0, b.text("done\n"), 1).mark("output")
	b.ev(event.Record{Kind: event.Leak, Peer: 4, N: int32(event.Forever)}).mark("leak")
	return b.end(event.Exited, 0, "")
}

func (b *builder) beginBusy() {
	b.create(0, 1, "main", 0).queue(1, event.RunNext, 0).proc(event.ProcStart, 0).start(1, 0, event.FromRunNext)
	b.do(event.ChanMake, 1, jobs, 0, 0, 1).mark("make").do(event.ChanMake, 1, out, 0, 0, 0)
	b.do(event.WaitAdd, 1, wg, 0, num(2), 2).mark("add")
	b.create(1, 2, "worker", 5).mark("go").queue(2, event.RunNext, 0).proc(event.ProcStart, 1).mark("wake")
	b.create(1, 3, "worker", 5).queue(3, event.RunNext, 0).queue(2, event.Local, 0).mark("kicked out")
	b.steal(2, 0, 1).mark("steal").start(2, 1, event.FromSteal).mark("stolen")
}

func (b *builder) channelsOfBusy() {
	b.park(2, event.RecvWait, jobs, 0, 12).mark("park")
	b.do(event.ChanSend, 1, jobs, 2, num(7), 0).mark("hand over").ready(1, 2, jobs).mark("ready")
	b.queue(2, event.RunNext, 0).queue(3, event.Local, 0).steal(3, 0, 1).start(3, 1, event.FromSteal)
	b.do(event.ChanSend, 1, jobs, 0, num(8), 1).mark("buffered").park(1, event.SendWait, jobs, num(9), 10)
	b.start(2, 0, event.FromRunNext).mark("start").do(event.ChanReceived, 2, jobs, 1, num(7), 0).mark("received")
	b.do(event.ChanRecv, 2, jobs, 1, num(8), 1).mark("refill").ready(2, 1, jobs).queue(1, event.RunNext, 0)
	b.do(event.ChanRecv, 3, jobs, 0, num(9), 0).mark("last value")
	b.do(event.SelectWait, 3, out, 0, 0, 0).do(event.SelectWait, 3, jobs, 0, 0, 1).park(3, event.SelectPark, 0, 0, 20).mark("select")
	b.do(event.ChanSend, 2, out, 3, num(5), 0).ready(2, 3, out).queue(3, event.RunNext, 0).queue(1, event.Local, 0)
	b.do(event.Lock, 2, mu, 0, 0, 0).mark("lock")
	b.ev(event.Record{Kind: event.GoYield, G: 2, N: int32(event.Gosched)}).mark("yield").queue(2, event.Global, event.NoP)
	b.start(3, 0, event.FromRunNext).do(event.ChanReceived, 3, out, 2, num(5), 0).do(event.SelectChosen, 3, out, 0, 0, 0).mark("chosen")
	b.park(3, event.MutexWait, mu, 0, 21).start(1, 0, event.FromLocal).mark("from local")
	b.do(event.ChanSent, 1, jobs, 2, 0, 0).mark("sent").do(event.ChanClose, 1, jobs, 0, 0, 0).mark("close")
}

func (b *builder) locksOfBusy() {
	b.start(2, 1, event.FromGlobal).do(event.Unlock, 2, mu, 0, 0, 1).mark("unlock").ready(2, 3, mu).mark("lock waiter").queue(3, event.RunNext, 1)
	b.do(event.ChanRecvClosed, 2, jobs, 0, 0, 0).mark("drained")
	b.do(event.RLock, 2, rw, 0, 0, 1).mark("read lock").do(event.RUnlock, 2, rw, 0, 0, 0).mark("read unlock")
	b.do(event.OnceDo, 2, once, 0, 0, 1).mark("once").do(event.OnceDone, 2, once, 0, 0, 0).mark("once done")
	b.do(event.WaitAdd, 2, wg, 0, num(-1), 1).ev(event.Record{Kind: event.GoEnd, G: 2}).mark("G2 ends")
	b.start(3, 1, event.FromRunNext).mark("after G2").do(event.Lock, 3, mu, 0, 0, 0).do(event.Unlock, 3, mu, 0, 0, 0).do(event.OnceDo, 3, once, 0, 0, 0).mark("once again")
	b.park(1, event.CondWait, cond, 0, 13).do(event.CondSignal, 3, cond, 0, 0, 1).mark("signal").ready(3, 1, cond).queue(1, event.RunNext, 1)
	b.steal(1, 1, 0).start(1, 0, event.FromSteal).do(event.CondWoken, 1, cond, 0, 0, 0)
	b.park(1, event.GroupWait, wg, 0, 14).do(event.WaitAdd, 3, wg, 0, num(-1), 0).mark("last done").ready(3, 1, wg).queue(1, event.RunNext, 1)
	b.steal(1, 1, 0).start(1, 0, event.FromSteal).do(event.WaitDone, 1, wg, 0, 0, 0)
}

func (b *builder) timersOfBusy() {
	b.dur(event.Sleep, 3, 0, 1000, 0).park(3, event.SleepWait, 0, 0, 22)
	b.dur(event.TimerSet, 1, timer, 500, b.text("Timer")).dur(event.TimerSet, 1, ticker, 200, b.text("Ticker"))
	b.later(200).do(event.TimerFire, 0, ticker, 0, 0, 0).later(200).do(event.TimerFire, 0, ticker, 0, 0, 0).mark("second tick")
	b.do(event.TimerStop, 1, ticker, 0, 0, 1).later(200).do(event.TimerFire, 0, timer, 0, 0, 0).mark("fire")
	b.do(event.AtomicRMW, 1, counter, 0, num(1), 1)
	b.create(1, 4, "main.func1", 15).queue(4, event.RunNext, 0).steal(4, 0, 1).start(4, 1, event.FromSteal).park(4, event.Forever, 0, 0, 16)
	b.later(1000).ready(0, 3, 0).mark("wake up").queue(3, event.RunNext, 0).steal(3, 0, 1).start(3, 1, event.FromSteal)
	b.ev(event.Record{Kind: event.GoEnd, G: 3}).proc(event.ProcStop, 1).mark("idle")
}

// stuck is a valid run on one P, without queues, in which main and two workers
// wait for each other's locks.
func stuck() *builder {
	b := build()
	a, z := b.object(event.Mutex, "a", ""), b.object(event.Mutex, "b", "")
	b.create(0, 1, "main", 0).start(1, 0, event.ByPolicy).create(1, 2, "worker", 3).create(1, 3, "worker", 3)
	b.do(event.Lock, 1, a, 0, 0, 0).ev(event.Record{Kind: event.GoYield, G: 1, N: int32(event.Switched)})
	b.start(2, 0, event.ByPolicy).do(event.Lock, 2, z, 0, 0, 0).park(2, event.MutexWait, a, 0, 11)
	b.start(3, 0, event.ByPolicy).park(3, event.MutexWait, a, 0, 11)
	b.start(1, 0, event.ByPolicy).park(1, event.MutexWait, z, 0, 7)
	for _, g := range []uint32{1, 2, 3} {
		b.ev(event.Record{Kind: event.Stuck, Peer: g, N: int32(event.MutexWait)}).mark("stuck")
	}
	return b.end(event.Deadlock, 2, "")
}

func TestHandBuiltLogsAreValid(t *testing.T) {
	for name, b := range map[string]*builder{"busy": busy(), "stuck": stuck(), "pulling": pulling(), "cancelling": cancelling()} {
		t.Run(name, func(t *testing.T) { require.NoError(t, eventlog.Validate(b.log)) })
	}
}

// pulling is a valid run in which G2 is the other side of main's iter.Pull, and
// G3 waits in a queue meanwhile.
func pulling() *builder {
	b := build()
	b.create(0, 1, "main", 0).queue(1, event.RunNext, 0).proc(event.ProcStart, 0).start(1, 0, event.FromRunNext)
	b.ev(event.Record{Kind: event.GoCreate, G: 1, Peer: 2, Val: b.text("seq"), N: int32(event.CoroWait)}).mark("pull")
	b.create(1, 3, "worker", 3).queue(3, event.RunNext, 0)
	b.ready(1, 2, 0).mark("ask").park(1, event.CoroWait, 0, 0, 5).start(2, 0, event.FromPull).mark("go on")
	b.ready(2, 1, 0).ev(event.Record{Kind: event.GoEnd, G: 2}).start(1, 0, event.FromPull)
	return b.end(event.Exited, 0, "")
}

// cancelling is a run in which main derives a context, asks it, and cancels the
// one from which it is derived.
func cancelling() *builder {
	b := build()
	root, child := b.object(event.Context, "ctx", ""), b.object(event.Context, "jobCtx", "")
	done, hits := b.object(event.Chan, "jobCtx.Done()", "chan struct{}"), b.object(event.Expvar, "hits", "")
	b.create(0, 1, "main", 0).start(1, 0, event.ByPolicy)
	of := func(k event.Kind, obj, other event.ObjID, v event.Val, n int32) *builder {
		return b.ev(event.Record{Kind: k, G: 1, Obj: obj, Peer: uint32(other), Val: v, N: n, Site: 9})
	}
	of(event.CtxMake, root, 0, 0, int32(event.WithCancel)).mark("root")
	of(event.CtxMake, child, root, b.text("userKey{}: ann"), int32(event.WithValue)).mark("child")
	of(event.ChanMake, done, 0, 0, 0)
	of(event.CtxDone, child, done, 0, 0).mark("done")
	of(event.CtxAsk, child, 0, 0, 0).mark("ask")
	of(event.Metric, hits, 0, num(3), 0).mark("metric")
	of(event.CtxCancel, root, 0, b.text("context canceled"), 0).mark("above")
	of(event.CtxCancel, child, root, b.text("context canceled"), 0).mark("below")
	of(event.CtxAsk, child, 0, 0, 1)
	return b.end(event.Exited, 0, "")
}

// racing is a run in which G2 writes what G1 has written and ended after.
func racing() *builder {
	b := build()
	count := b.object(event.Variable, "count", "int")
	b.create(0, 1, "main", 0).start(1, 0, event.ByPolicy).create(1, 2, "worker", 3).create(1, 3, "worker", 3)
	b.park(1, event.SleepWait, 0, 0, 4).start(3, 0, event.ByPolicy).do(event.Read, 3, count, 0, num(0), 0)
	b.ev(event.Record{Kind: event.Write, G: 3, Obj: count, Val: num(1), Site: 9}).ev(event.Record{Kind: event.GoEnd, G: 3})
	b.start(2, 0, event.ByPolicy)
	b.ev(event.Record{Kind: event.Race, G: 2, Obj: count, Peer: 3, Val: num(event.RaceWrote | event.RaceWrites), N: 9, Site: 8}).mark("race")
	b.do(event.Write, 2, count, 0, num(2), 0).mark("write").ev(event.Record{Kind: event.GoEnd, G: 2})
	return b.ready(0, 1, 0).start(1, 0, event.ByPolicy).end(event.Exited, 0, "")
}
