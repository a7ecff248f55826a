package eventlog

import "interleave/sim/event"

// applyThread is about Ps, the threads that run them, and what stops them all.
func (w *World) applyThread(r event.Record) {
	switch r.Kind {
	case event.ProcStart:
		w.wakes = true
		p := at(w.Procs, r.P)
		p.Awake, p.Thread = true, r.N
	case event.ProcStop:
		p := at(w.Procs, r.P)
		p.Awake, p.Thread, p.Spins = false, 0, false
	case event.ProcSpin:
		at(w.Procs, r.P).Spins = true
	case event.ProcHand:
		at(w.Procs, r.P).Thread = r.N
	case event.Retake:
		w.stop(w.g(event.GID(r.Peer)), Calling)
		at(w.Procs, r.P).Thread = 0
	case event.SysEnter:
		g := w.g(r.G)
		if g.State == Runnable { // it was there before the trace, or comes from C
			w.take(g)
			w.unplaced--
		}
		g.State, g.Since = Calling, w.T
	case event.SysExit:
		w.leaveCall(w.g(r.G), r)
	case event.WorldStop, event.WorldStart:
		w.Stopped = r.Kind == event.WorldStop
	case event.GCStart:
		w.Marking = r.N
	case event.GCEnd:
		w.Marking = 0
	case event.GCWork:
		at(w.Procs, r.P).Marks = r.N == 1
	}
}

func (w *World) leaveCall(g *Goroutine, r event.Record) {
	if r.N == 0 {
		w.runnable(g)
		return
	}
	g.State, g.P, g.Since = Running, r.P, w.T
	at(w.Procs, r.P).Runs = g.ID
}
