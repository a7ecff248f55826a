package eventlog

import (
	"fmt"

	"interleave/sim/event"
)

// The laws of locks, wait groups, timers and variables.

// readying returns the goroutine that r makes ready, if it waits for one of
// these reasons.
func (c *Checker) readying(r *event.Record, reasons ...event.Reason) *Goroutine {
	if r.Kind != event.GoReady {
		return nil
	}
	g := c.w.Goroutines[event.GID(r.Peer)]
	if c.w.untold(g) {
		return nil
	}
	for _, why := range reasons {
		if g.Reason == why {
			return g
		}
	}
	return nil
}

func exclusion(c *Checker, r *event.Record) string {
	if g := c.readying(r, event.MutexWait, event.RLockWait); g != nil && c.w.Traced == 0 {
		if h := look(c.w.Locks, g.Obj).Holder; h != 0 {
			return fmt.Sprintf("G%d waits for lock %d, which G%d holds", g.ID, g.Obj, h)
		}
		return ""
	}
	l := look(c.w.Locks, r.Obj)
	switch r.Kind {
	case event.Lock:
		if l.Holder != 0 || len(l.Readers) > 0 {
			return fmt.Sprintf("lock %d is held by %s, read by %s", r.Obj, gid(l.Holder), gids(l.Readers))
		}
	case event.RLock:
		n := int32(len(l.Readers))
		if c.w.Goroutines[r.G].granted != r.Obj {
			n++
		}
		if l.Holder != 0 || r.N != n {
			return fmt.Sprintf("lock %d is held by %s, and these are %d readers, not %d", r.Obj, gid(l.Holder), n, r.N)
		}
	}
	return ""
}

func unlocking(c *Checker, r *event.Record) string {
	l := look(c.w.Locks, r.Obj)
	switch r.Kind {
	case event.Unlock:
		if l.Holder == 0 {
			return fmt.Sprintf("lock %d is not locked", r.Obj)
		}
	case event.RUnlock:
		if n := len(l.Readers); n == 0 || int(r.N) != n-1 {
			return fmt.Sprintf("lock %d has %d readers, and %d are said to be left", r.Obj, n, r.N)
		}
	}
	return ""
}

func counting(c *Checker, r *event.Record) string {
	if g := c.readying(r, event.GroupWait); g != nil {
		if n := look(c.w.Groups, g.Obj).Counter; n != 0 {
			return fmt.Sprintf("G%d waits for group %d, whose counter is %d", g.ID, g.Obj, n)
		}
		return ""
	}
	n := look(c.w.Groups, r.Obj).Counter
	switch r.Kind {
	case event.WaitAdd:
		if d, ok := r.Val.Int(); r.N < 0 || ok && int64(n)+d != int64(r.N) {
			return fmt.Sprintf("%d and %s do not make %d", n, val(r.Val), r.N)
		}
	case event.WaitDone:
		if n != 0 && c.w.Goroutines[r.G].came != (waited{event.GroupWait, r.Obj}) {
			return fmt.Sprintf("the counter of group %d is %d", r.Obj, n)
		}
	}
	return ""
}

func signals(c *Checker, r *event.Record) string {
	if g := c.readying(r, event.CondWait); g != nil {
		if look(c.w.Conds, g.Obj).calls <= 0 {
			return fmt.Sprintf("no signal of cond %d is left for G%d", g.Obj, g.ID)
		}
		return ""
	}
	switch r.Kind {
	case event.CondSignal, event.CondAll:
		if r.N < 0 || r.Kind == event.CondSignal && r.N > 1 {
			return fmt.Sprintf("it wakes %d", r.N)
		}
	case event.CondWoken:
		// A signal may come between joining the queue and parking.
		if c.w.Goroutines[r.G].came != (waited{event.CondWait, r.Obj}) && look(c.w.Conds, r.Obj).calls <= 0 {
			return fmt.Sprintf("no signal of cond %d was for G%d", r.Obj, r.G)
		}
	}
	return ""
}

func justOnce(c *Checker, r *event.Record) string {
	if g := c.readying(r, event.OnceWait); g != nil {
		if !look(c.w.Onces, g.Obj).Done {
			return fmt.Sprintf("once %d is not done", g.Obj)
		}
		return ""
	}
	o := look(c.w.Onces, r.Obj)
	switch {
	case r.Kind == event.OnceDo && r.N == 1 && o.Runner != 0:
		return fmt.Sprintf("G%d has run the function of once %d", o.Runner, r.Obj)
	case r.Kind == event.OnceDo && r.N != 1 && !o.Done:
		return fmt.Sprintf("once %d is not done", r.Obj)
	case r.Kind == event.OnceDone && (o.Runner != r.G || o.Done):
		return fmt.Sprintf("once %d is done already, or run by %s", r.Obj, gid(o.Runner))
	}
	return ""
}

func notEarly(c *Checker, r *event.Record) string {
	if g := c.readying(r, event.SleepWait); g != nil {
		if r.T < g.wake {
			return fmt.Sprintf("G%d sleeps until %d", g.ID, g.wake)
		}
		return ""
	}
	if r.Kind != event.TimerFire {
		return ""
	}
	if t := look(c.w.Timers, r.Obj); !t.Pending || r.T < t.Due {
		return fmt.Sprintf("timer %d is not set, or due at %d", r.Obj, t.Due)
	}
	return ""
}

func racing(c *Checker, r *event.Record) string {
	if r.Kind != event.Race {
		return ""
	}
	_, known := c.log.Sites[uint32(r.N)]
	how, _ := r.Val.Int()
	switch {
	case r.Peer == 0 || event.GID(r.Peer) == r.G:
		return fmt.Sprintf("G%d races with G%d", r.G, r.Peer)
	case how < event.RaceWrote || how > event.RaceWrote|event.RaceWrites:
		return "neither access writes"
	case r.N != 0 && !known:
		return fmt.Sprintf("site %d is unknown", r.N)
	}
	return ""
}

func deriving(c *Checker, r *event.Record) string {
	ctx, other := look(c.w.Contexts, r.Obj), look(c.w.Contexts, event.ObjID(r.Peer))
	switch r.Kind {
	case event.CtxMake:
		switch {
		case ctx.Kind != 0:
			return fmt.Sprintf("context %d exists already", r.Obj)
		case r.Peer != 0 && other.Kind == 0:
			return fmt.Sprintf("context %d does not exist", r.Peer)
		}
		return ""
	case event.CtxDone, event.CtxAsk, event.CtxCancel:
		if ctx.Kind == 0 {
			return fmt.Sprintf("context %d does not exist", r.Obj)
		}
	}
	switch {
	case r.Kind == event.CtxDone && c.log.Objects[event.ObjID(r.Peer)].Class != event.Chan:
		return fmt.Sprintf("object %d is no channel", r.Peer)
	case r.Kind == event.CtxAsk && (r.N == 1) != ctx.Cancelled:
		return fmt.Sprintf("context %d is cancelled: %t", r.Obj, ctx.Cancelled)
	case r.Kind == event.CtxCancel && ctx.Cancelled:
		return fmt.Sprintf("context %d is cancelled already", r.Obj)
	case r.Kind == event.CtxCancel && r.Peer != 0 && (!other.Cancelled || !c.w.below(r.Obj, event.ObjID(r.Peer))):
		return fmt.Sprintf("context %d is not cancelled, or not above context %d", r.Peer, r.Obj)
	}
	return ""
}

// below reports whether a context is derived from another, by any steps.
func (w *World) below(ctx, above event.ObjID) bool {
	for ctx != 0 && ctx != above {
		ctx = look(w.Contexts, ctx).Parent
	}
	return ctx == above
}
