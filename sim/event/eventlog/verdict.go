package eventlog

import (
	"slices"

	"interleave/sim/event"
)

// A Verdict is how a run ended, with everything that a sentence about it
// needs.
type Verdict struct {
	Outcome event.Outcome // 0 if the log has no end yet
	Status  int
	Message string // the runtime's or the host's, if there is one
	Panic   *PanicAt
	Waiters []Waiter // at a deadlock all that are stuck, at an exit all that leaked; by number
	Cycle   []Who    // each waits for what the next holds, the last for the first's; empty if there is no such ring
	Races   []RaceAt // in the order in which they were found
	Real    bool     // it is a run of the real runtime, which does not tell all
	Empty   bool     // every goroutine has ended: at a deadlock, main called runtime.Goexit
	Events  int
	T       uint64 // virtual time at the end, in ns
	Files   int    // of how many source files the run's sites are
}

// Who is a goroutine with its name.
type Who struct {
	ID   event.GID
	Name string // its function's short name
}

// PanicAt is a panic that ended a run.
type PanicAt struct {
	Who     Who
	Message string
	Place   Place
}

// RaceAt is two accesses to a variable that nothing orders.
type RaceAt struct {
	On          Thing
	First, Then AccessAt
}

// AccessAt is a read or a write of a variable.
type AccessAt struct {
	Who
	Write bool
	Place Place
}

// A Waiter is a goroutine that waits when the run is over.
type Waiter struct {
	Who
	Reason event.Reason
	On     Thing       // for what; no ID where it waits for nothing in particular
	Cases  []ThingCase // of a select
	Place  Place
}

// A ThingCase is a case of a select.
type ThingCase struct {
	Send bool
	On   Thing
}

// A Thing is a channel, lock or other object, as it is at the end of a run.
type Thing struct {
	ID         event.ObjID
	Class      event.Class
	Name, Type string
	Made       Place // where it was made or first used

	Len, Cap int // of a channel
	Closed   bool
	Holder   Who  // of a lock; the goroutine that runs a Once's function
	Gone     bool // the holder has ended
	Readers  []Who
	Counter  int // of a WaitGroup
}

// Verdict says how the run ended.
func (l *Log) Verdict() Verdict { return l.World(len(l.Events)).Verdict() }

// Verdict says how the run ended whose last state this is.
func (w *World) Verdict() Verdict {
	v := Verdict{Outcome: w.Outcome, Status: int(w.Status), Message: w.log.Text(w.Message), Events: w.Events, T: w.T, Real: w.Traced != 0, Files: w.log.files()}
	if w.Panic != nil {
		v.Panic = &PanicAt{w.who(w.Panic.G), w.log.Text(w.Panic.Message), w.log.Place(w.Panic.Site)}
	}
	for _, r := range w.Races {
		v.Races = append(v.Races, RaceAt{w.thing(r.Obj), w.access(r.First), w.access(r.Then)})
	}
	waiting := slices.Concat(w.Stuck, w.Leaks)
	slices.Sort(waiting)
	for _, id := range waiting {
		v.Waiters = append(v.Waiters, w.waiter(w.g(id)))
	}
	if w.Outcome == event.Deadlock {
		v.Cycle = w.ring(waiting)
		v.Empty = w.empty()
	}
	return v
}

// empty reports whether there were goroutines and all have ended.
func (w *World) empty() bool {
	for _, g := range w.Goroutines {
		if g.State != Ended {
			return false
		}
	}
	return len(w.Goroutines) > 0
}

// files counts the files that sites are in.
func (l *Log) files() int {
	seen := map[uint32]bool{}
	for _, s := range l.Sites {
		seen[s.File] = true
	}
	return len(seen)
}

func (w *World) who(id event.GID) Who {
	if g, ok := w.Goroutines[id]; ok {
		return Who{id, w.log.Text(g.Name)}
	}
	return Who{ID: id}
}

func (w *World) access(a Access) AccessAt {
	return AccessAt{w.who(a.G), a.Write, w.log.Place(a.Site)}
}

func (w *World) waiter(g *Goroutine) Waiter {
	out := Waiter{Who: w.who(g.ID), Reason: g.Reason, Place: w.log.Place(g.Site)}
	if g.Obj != 0 {
		out.On = w.thing(g.Obj)
	}
	for _, c := range g.Cases {
		out.Cases = append(out.Cases, ThingCase{c.Send, w.thing(c.Obj)})
	}
	return out
}

func (w *World) thing(id event.ObjID) Thing {
	o := w.log.Objects[id]
	t := Thing{ID: id, Class: o.Class, Name: w.log.Texts[o.Name], Type: w.log.Texts[o.Type], Made: w.log.Place(uint16(o.Site))}
	switch o.Class {
	case event.Chan:
		c := look(w.Channels, id)
		t.Len, t.Cap, t.Closed = len(c.Buf), int(c.Cap), c.Closed
	case event.Mutex, event.RWMutex:
		l := look(w.Locks, id)
		t.Holder = w.who(l.Holder)
		for _, r := range l.Readers {
			if who := w.who(r); !slices.Contains(t.Readers, who) {
				t.Readers = append(t.Readers, who)
			}
		}
	case event.WaitGroup:
		t.Counter = int(look(w.Groups, id).Counter)
	case event.Once:
		t.Holder = w.who(look(w.Onces, id).Runner)
	}
	t.Gone = t.Holder.ID != 0 && look(w.Goroutines, t.Holder.ID).State == Ended
	return t
}

// ring finds goroutines of which each waits for what the next one holds. It
// begins with the one of the lowest number from which a ring is reached.
func (w *World) ring(waiting []event.GID) []Who {
	const unseen, onPath, done = 0, 1, 2
	mark := map[event.GID]int{}
	var path []event.GID
	var visit func(event.GID) []event.GID
	visit = func(id event.GID) []event.GID {
		switch mark[id] {
		case onPath:
			return path[slices.Index(path, id):]
		case done:
			return nil
		}
		mark[id] = onPath
		path = append(path, id)
		for _, next := range w.blockers(w.g(id)) {
			if found := visit(next); found != nil {
				return found
			}
		}
		path = path[:len(path)-1]
		mark[id] = done
		return nil
	}
	for _, id := range waiting {
		if found := visit(id); found != nil {
			ring := make([]Who, len(found))
			for i, g := range found {
				ring[i] = w.who(g)
			}
			return ring
		}
	}
	return nil
}

// blockers returns the goroutines that hold what g waits for, where that is
// known: locks and Onces. A writer that waits keeps new readers out.
func (w *World) blockers(g *Goroutine) []event.GID {
	if g.State != Parked {
		return nil
	}
	var by []event.GID
	switch g.Reason {
	case event.MutexWait, event.RLockWait:
		l := look(w.Locks, g.Obj)
		if l.Holder != 0 {
			return []event.GID{l.Holder}
		}
		if g.Reason == event.MutexWait {
			return l.Readers
		}
		for _, id := range l.Waiters {
			if w.g(id).Reason == event.MutexWait {
				by = append(by, id)
			}
		}
	case event.OnceWait:
		if runner := look(w.Onces, g.Obj).Runner; runner != 0 {
			by = append(by, runner)
		}
	}
	return by
}
