package realtrace

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// A Meeting is a place in the source at which goroutines waited for a channel, a
// select or a lock, together with a place from which others released them. It is all
// that a trace without probes says of what they met at: the line of the one operation
// and that of the other, but not whether it was the same channel every time.
type Meeting struct {
	Reason event.Reason
	At     eventlog.Place // where they waited
	By     eventlog.Place // where those were who released them
	Times  int
	Waited time.Duration // in all
}

type meeting struct {
	reason   event.Reason
	site, by uint16
}

type met struct {
	times  int
	waited time.Duration
}

// meets reports whether a goroutine that waits for this reason meets another in the
// program's own code.
func meets(why event.Reason) bool {
	switch why {
	case event.RecvWait, event.SendWait, event.SelectPark, event.MutexWait, event.RLockWait, event.GroupWait, event.CondWait, event.OnceWait, event.SyncWait:
		return true
	}
	return false
}

// meet counts that a wait was ended by somebody.
func (d *Digest) meet(w *wake) {
	if w.by == 0 || w.site == 0 || w.bySite == 0 || !meets(w.reason) || w.fn.System {
		return
	}
	key := meeting{w.reason, w.site, w.bySite}
	m := d.met[key]
	if m == nil {
		if len(d.met) == maxPlace {
			return
		}
		m = &met{}
		d.met[key] = m
	}
	m.times++
	m.waited += time.Duration(w.at - w.since)
}

// Meetings returns at most n meetings, those first at which goroutines waited longest.
// Sites of the same lines with other callers are one.
func (d *Digest) Meetings(n int) []Meeting {
	type lines struct {
		reason event.Reason
		at, by eventlog.Place
	}
	all := map[lines]Meeting{}
	for key, m := range d.met {
		k := lines{key.reason, d.log.Place(key.site), d.log.Place(key.by)}
		sum := all[k]
		sum.Reason, sum.At, sum.By = k.reason, k.at, k.by
		sum.Times += m.times
		sum.Waited += m.waited
		all[k] = sum
	}
	list := slices.SortedFunc(maps.Values(all), func(a, b Meeting) int {
		return cmp.Or(cmp.Compare(b.Waited, a.Waited), cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line),
			cmp.Compare(a.By.File, b.By.File), cmp.Compare(a.By.Line, b.By.Line), cmp.Compare(a.Reason, b.Reason))
	})
	return list[:min(max(n, 0), len(list))]
}
