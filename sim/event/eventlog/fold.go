package eventlog

import (
	"math"
	"slices"
	"strconv"

	"interleave/sim/event"
)

// Apply takes the next event into account. It supposes that the laws hold;
// where they don't, it does what is nearest and never panics.
func (w *World) Apply(r event.Record) {
	w.Events++
	w.T = r.T
	if r.G != 0 {
		if g := w.g(r.G); r.Site != 0 {
			g.Site = r.Site
		}
	}
	switch r.Kind {
	case event.GoCreate, event.GoStart, event.GoPark, event.GoReady, event.GoYield, event.GoEnd, event.GoPanic:
		w.applyGoroutine(r)
	case event.ProcStart, event.ProcStop, event.ProcSpin, event.ProcHand, event.Retake, event.SysEnter, event.SysExit,
		event.WorldStop, event.WorldStart, event.GCStart, event.GCWork, event.GCEnd:
		w.applyThread(r)
	case event.Traced:
		w.Traced = event.Origin(r.N)
	case event.GoName:
		w.g(event.GID(r.Peer)).Name = r.Val
	case event.Enqueue:
		w.queues = true
		w.enqueue(w.g(event.GID(r.Peer)), event.Queue(r.N), r.P)
	case event.Steal:
		g := w.g(event.GID(r.Peer))
		w.take(g)
		w.enqueue(g, event.Local, r.P)
	case event.ChanMake, event.ChanSend, event.ChanRecv, event.ChanSent, event.ChanReceived, event.ChanClose,
		event.SelectWait, event.SelectChosen:
		w.applyChannel(r)
	case event.Lock, event.Unlock, event.RLock, event.RUnlock:
		w.applyLock(r)
	case event.WaitAdd, event.WaitDone, event.CondSignal, event.CondAll, event.CondWoken, event.OnceDo, event.OnceDone:
		w.applySync(r)
	case event.Sleep, event.TimerSet, event.TimerFire, event.TimerStop:
		w.applyTimer(r)
	case event.AtomicLoad, event.AtomicStore, event.AtomicRMW:
		w.Atomics[r.Obj] = r.Val
	case event.Read, event.Write:
		w.Variables[r.Obj] = r.Val
	case event.CtxMake, event.CtxDone, event.CtxCancel:
		w.applyContext(r)
	case event.Partial:
		w.applyPartial(r.Obj)
	case event.Metric:
		w.Metrics[r.Obj] = r.Val
	case event.Race:
		how, _ := r.Val.Int()
		push(&w.Races, Race{
			Obj:   r.Obj,
			First: Access{event.GID(r.Peer), how&event.RaceWrote != 0, uint16(r.N)},
			Then:  Access{r.G, how&event.RaceWrites != 0, r.Site},
		})
	case event.Output:
		w.Output = append(w.Output, Output{r.G, r.N, r.Val, r.Site})
	case event.Leak:
		push(&w.Leaks, event.GID(r.Peer))
		w.g(event.GID(r.Peer)).judged = true
	case event.Stuck:
		push(&w.Stuck, event.GID(r.Peer))
		w.g(event.GID(r.Peer)).judged = true
	case event.RunEnd:
		w.Outcome, w.Status, w.Message = event.Outcome(r.Obj), r.N, r.Val
	}
}

func (w *World) applyGoroutine(r event.Record) {
	switch r.Kind {
	case event.GoCreate:
		g := w.g(event.GID(r.Peer))
		g.Parent, g.Name, g.Made, g.Site = r.G, r.Val, r.Site, r.Site
		g.Path = w.path(r)
		if g.Reason = event.Reason(r.N); g.Reason != 0 {
			g.State, g.Since = Parked, w.T
			return
		}
		w.runnable(g)
	case event.GoStart:
		w.start(w.g(r.G), r.P)
	case event.GoPark:
		g := w.g(r.G)
		w.stop(g, Parked)
		g.Reason, g.Obj, g.Val = event.Reason(r.N), r.Obj, r.Val
		w.await(g)
	case event.GoReady:
		g := w.g(event.GID(r.Peer))
		w.release(g)
		w.runnable(g)
	case event.GoYield:
		w.stop(w.g(r.G), Runnable)
		w.unplaced++
	case event.GoEnd:
		w.stop(w.g(r.G), Ended)
	case event.GoPanic:
		w.Panic = &Panic{r.G, r.Val, r.Site}
	}
}

// path is the new goroutine's place in the tree of go statements. One that a
// timer starts is named after itself alone.
func (w *World) path(r event.Record) string {
	switch {
	case r.G != 0:
		parent := w.g(r.G)
		parent.children++
		return parent.Path + "." + strconv.Itoa(parent.children)
	case r.Obj != 0:
		return "t" + strconv.Itoa(int(r.Peer))
	default:
		return strconv.Itoa(int(r.Peer))
	}
}

func (w *World) runnable(g *Goroutine) {
	g.State, g.Since = Runnable, w.T
	w.unplaced++
}

func (w *World) start(g *Goroutine, p uint8) {
	w.take(g)
	w.unplaced--
	g.State, g.P, g.Since = Running, p, w.T
	slot := at(w.Procs, p)
	slot.Runs, slot.Spins = g.ID, false
}

func (w *World) stop(g *Goroutine, s State) {
	if p, ok := w.Procs[g.P]; ok && p.Runs == g.ID {
		p.Runs = 0
	}
	g.State, g.P, g.Since = s, event.NoP, w.T
}

// await puts a goroutine that parks where it can be found by what it waits for.
func (w *World) await(g *Goroutine) {
	if g.Obj == 0 && g.Reason != event.SelectPark { // it is not known, or there is nothing
		return
	}
	switch g.Reason {
	case event.RecvWait:
		push(&at(w.Channels, g.Obj).Recvq, g.ID)
	case event.SendWait:
		push(&at(w.Channels, g.Obj).Sendq, g.ID)
	case event.SelectPark:
		for _, c := range g.Cases {
			if c.Send {
				push(&at(w.Channels, c.Obj).Sendq, g.ID)
			} else {
				push(&at(w.Channels, c.Obj).Recvq, g.ID)
			}
		}
	default:
		if q := w.waiters(g.Reason, g.Obj); q != nil {
			push(q, g.ID)
		}
	}
}

// waiters returns the list of those who wait for an object that is no channel.
func (w *World) waiters(why event.Reason, obj event.ObjID) *[]event.GID {
	if obj == 0 {
		return nil
	}
	switch why {
	case event.MutexWait, event.RLockWait:
		return &at(w.Locks, obj).Waiters
	case event.GroupWait:
		return &at(w.Groups, obj).Waiters
	case event.CondWait:
		return &at(w.Conds, obj).Waiters
	case event.OnceWait:
		return &at(w.Onces, obj).Waiters
	}
	return nil
}

// release takes a goroutine out of everything it waits in.
func (w *World) release(g *Goroutine) {
	switch g.Reason {
	case event.RecvWait, event.SendWait:
		if g.Obj != 0 {
			w.forget(g, g.Obj)
		}
	case event.SelectPark:
		for _, c := range g.Cases {
			w.forget(g, c.Obj)
		}
	default:
		if q := w.waiters(g.Reason, g.Obj); q != nil {
			drop(q, g.ID)
		}
	}
	switch {
	case g.Obj == 0:
	case g.Reason == event.RLockWait:
		push(&at(w.Locks, g.Obj).Readers, g.ID)
		g.granted = g.Obj
	case g.Reason == event.CondWait:
		at(w.Conds, g.Obj).calls--
	}
	g.came, g.chosen = waited{g.Reason, g.Obj}, g.Cases
	g.Reason, g.Obj, g.Val, g.Cases = 0, 0, 0, nil
}

func (w *World) forget(g *Goroutine, ch event.ObjID) {
	c := at(w.Channels, ch)
	drop(&c.Recvq, g.ID)
	drop(&c.Sendq, g.ID)
}

// enqueue puts g in a queue; who was in the runnext slot is in none then.
func (w *World) enqueue(g *Goroutine, q event.Queue, p uint8) {
	w.take(g)
	w.unplaced--
	g.Queue, g.Of = q, p
	switch q {
	case event.RunNext:
		slot := at(w.Procs, p)
		if old := slot.Next; old != 0 {
			w.take(w.g(old))
		}
		slot.Next = g.ID
	case event.Local:
		push(&at(w.Procs, p).Local, g.ID)
	case event.Global:
		g.Of = event.NoP
		push(&w.Global, g.ID)
	case event.GlobalHead:
		g.Queue, g.Of = event.Global, event.NoP
		w.Global = slices.Insert(w.Global, 0, g.ID)
	}
}

// take takes g out of its queue, if it is in one.
func (w *World) take(g *Goroutine) {
	if g.Queue == 0 {
		return
	}
	switch g.Queue {
	case event.RunNext:
		at(w.Procs, g.Of).Next = 0
	case event.Local:
		drop(&at(w.Procs, g.Of).Local, g.ID)
	case event.Global:
		drop(&w.Global, g.ID)
	}
	g.Queue, g.Of = 0, event.NoP
	w.unplaced++
}

// applyPartial forgets what is not certain any more.
func (w *World) applyPartial(id event.ObjID) {
	w.Partial[id] = true
	switch w.log.Objects[id].Class {
	case event.Chan:
		at(w.Channels, id).Buf = nil
	case event.Mutex, event.RWMutex:
		l := at(w.Locks, id)
		l.Holder, l.Readers = 0, nil
	}
}

func (w *World) applyChannel(r event.Record) {
	switch r.Kind {
	case event.ChanMake:
		w.Channels[r.Obj] = &Channel{Cap: r.N}
	case event.ChanSend:
		switch {
		case r.Peer == 0 && w.Partial[r.Obj]:
		case r.Peer == 0:
			push(&at(w.Channels, r.Obj).Buf, r.Val)
		default:
			w.g(event.GID(r.Peer)).through = through{by: r.G, obj: r.Obj, val: r.Val}
		}
	case event.ChanRecv:
		w.receive(r)
	case event.ChanSent, event.ChanReceived:
		w.g(r.G).through.told = true
	case event.ChanClose:
		at(w.Channels, r.Obj).Closed = true
	case event.SelectWait:
		g := w.g(r.G)
		g.Cases = append(g.Cases, Case{Obj: r.Obj, Index: r.N, Send: r.Peer == 1, Val: r.Val, Site: r.Site})
	case event.SelectChosen:
		w.g(r.G).chosen = nil
	}
}

func (w *World) receive(r event.Record) {
	c := at(w.Channels, r.Obj)
	if len(c.Buf) > 0 {
		c.Buf = c.Buf[1:]
	}
	if r.Peer == 0 {
		return
	}
	g := w.g(event.GID(r.Peer))
	v := g.sends(r.Obj)
	if c.Cap > 0 && !w.Partial[r.Obj] {
		push(&c.Buf, v)
	}
	g.through = through{by: r.G, obj: r.Obj, val: v, sent: true}
}

// sends returns the value that a parked goroutine wants to send on ch.
func (g *Goroutine) sends(ch event.ObjID) event.Val {
	if g.Reason == event.SendWait {
		return g.Val
	}
	for _, c := range g.Cases {
		if c.Send && c.Obj == ch {
			return c.Val
		}
	}
	return 0
}

func (w *World) applyLock(r event.Record) {
	l := at(w.Locks, r.Obj)
	switch r.Kind {
	case event.Lock:
		l.Holder = r.G
	case event.Unlock:
		l.Holder = 0
	case event.RLock:
		if g := w.g(r.G); g.granted == r.Obj {
			g.granted = 0
		} else {
			push(&l.Readers, r.G)
		}
	case event.RUnlock:
		if !drop(&l.Readers, r.G) && len(l.Readers) > 0 {
			l.Readers = l.Readers[1:]
		}
	}
}

func (w *World) applySync(r event.Record) {
	switch r.Kind {
	case event.WaitAdd:
		at(w.Groups, r.Obj).Counter = r.N
	case event.WaitDone:
		w.g(r.G).came = waited{}
	case event.CondSignal, event.CondAll:
		at(w.Conds, r.Obj).calls += r.N
	case event.CondWoken:
		g := w.g(r.G)
		if g.came != (waited{event.CondWait, r.Obj}) {
			at(w.Conds, r.Obj).calls--
		}
		g.came = waited{}
	case event.OnceDo:
		if r.N == 1 {
			at(w.Onces, r.Obj).Runner = r.G
		}
	case event.OnceDone:
		at(w.Onces, r.Obj).Done = true
	}
}

func (w *World) applyTimer(r event.Record) {
	switch r.Kind {
	case event.Sleep:
		g := w.g(r.G)
		g.wake = after(r.T, r.Dur())
		_, g.bubbled = r.Val.Int()
		if g.bubbled {
			g.wake = r.T
		}
	case event.TimerSet:
		t := at(w.Timers, r.Obj)
		*t = Timer{Pending: true, Due: after(r.T, r.Dur())}
		if w.ticks(r) {
			t.Every = uint64(max(r.Dur(), 0))
		}
		if _, t.Bubbled = r.Val.Int(); t.Bubbled {
			t.Due = r.T
		}
	case event.TimerFire:
		t := at(w.Timers, r.Obj)
		t.Pending = t.Every > 0
		if !t.Bubbled {
			t.Due += t.Every
		}
	case event.TimerStop:
		at(w.Timers, r.Obj).Pending = false
	}
}

func (w *World) applyContext(r event.Record) {
	c, other := at(w.Contexts, r.Obj), event.ObjID(r.Peer)
	switch r.Kind {
	case event.CtxMake:
		c.Kind, c.Parent, c.Val = event.CtxKind(r.N), other, r.Val
	case event.CtxDone:
		c.Done = other
	case event.CtxCancel:
		c.Cancelled, c.By, c.Cause = true, other, r.Val
	}
}

// ticks reports whether the timer that r sets is a ticker.
func (w *World) ticks(r event.Record) bool {
	return w.log.Text(r.Val) == "Ticker" || w.log.Texts[w.log.Objects[r.Obj].Type] == "time.Ticker"
}

func after(t uint64, ns int64) uint64 {
	if ns <= 0 {
		return t
	}
	if t > math.MaxUint64-uint64(ns) {
		return math.MaxUint64
	}
	return t + uint64(ns)
}

func push[T any](list *[]T, v T) { *list = append(*list, v) }

// drop takes the first v out of list and reports whether there was one.
func drop(list *[]event.GID, v event.GID) bool {
	i := slices.Index(*list, v)
	if i < 0 {
		return false
	}
	if i == 0 { // the head, nearly always: no copying
		*list = (*list)[1:]
		return true
	}
	*list = slices.Delete(*list, i, i+1)
	return true
}
