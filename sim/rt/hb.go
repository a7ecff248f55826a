package rt

import (
	"os"
	"unsafe"

	"interleave/sim/event"
)

// Happens-before by vector clocks (Mattern 1989), kept only while races are
// looked for. The rules are those of the Go memory model,
// https://go.dev/ref/mem, and of the documentation of sync and its neighbours;
// each stands at the function that keeps it.

// hb says that clocks are kept.
var hb bool

// A clock says how much of each goroutine's time is known, by slot.
type clock []uint32

// join adds what o knows.
func (c *clock) join(o clock) {
	for len(*c) < len(o) {
		*c = append(*c, 0)
	}
	for i, t := range o {
		if t > (*c)[i] {
			(*c)[i] = t
		}
	}
}

// set makes c know what o knows and nothing else.
func (c *clock) set(o clock) { *c = append((*c)[:0], o...) }

// A timeline is a goroutine's own clock. A timer has one, too, without a slot.
type timeline struct {
	slot  uint32
	knows clock
	at    instant // its present time
}

// An instant is a time of one goroutine: its slot and its own clock.
type instant uint64

func instantOf(slot, time uint32) instant { return instant(slot)<<32 | instant(time) }

// before reports whether what t does now comes after all that was done at e.
func (e instant) before(t *timeline) bool {
	slot := int(e >> 32)
	return e == 0 || slot < len(t.knows) && uint32(e) <= t.knows[slot]
}

// now is the goroutine's own time.
func (t *timeline) now() uint32 { return uint32(t.at) }

// step begins a new time: what the goroutine does from here on is not part of
// what it has let others know.
func (t *timeline) step() {
	if t.slot != noSlot {
		t.knows[t.slot]++
		t.at++
	}
}

const noSlot = 1<<32 - 1

// maxSlots is how many goroutines can be told apart: as many as the race
// detector's (internal/race, "limit on 8128 simultaneously alive goroutines").
const maxSlots = 8128

var (
	finals    clock    // how far the goroutine that had a slot last has come
	freeSlots []uint32 // of goroutines that have ended, oldest first
)

// forked gives a new goroutine its clock: "The go statement that starts a new
// goroutine is synchronized before the start of the goroutine's execution."
// There is nothing to do at its end: "The exit of a goroutine is not
// guaranteed to be synchronized before any event in the program."
func forked(parent *timeline, child *g) {
	t := child.hb
	if t == nil {
		t = &timeline{}
		child.hb = t
	}
	*t = timeline{knows: t.knows[:0]}
	if parent != nil {
		t.knows.set(parent.knows)
		parent.step()
	}
	slot, ok := takeSlot(t.knows)
	if !ok {
		giveUp()
		return
	}
	t.slot = slot
	for len(t.knows) <= int(slot) {
		t.knows = append(t.knows, 0)
	}
	t.knows[slot] = finals[slot] + 1
	t.at = instantOf(slot, t.knows[slot])
}

// takeSlot returns a slot for a goroutine that begins knowing k. A slot is
// used again only if k knows all that was done under it: then no access of the
// ended goroutine can be taken for one of the new one's.
func takeSlot(k clock) (uint32, bool) {
	const tries = 16
	for i := range min(tries, len(freeSlots)) {
		if s := freeSlots[i]; int(s) < len(k) && k[s] >= finals[s] {
			freeSlots = append(freeSlots[:i], freeSlots[i+1:]...)
			return s, true
		}
	}
	if len(finals) == maxSlots {
		return 0, false
	}
	finals = append(finals, 0)
	return uint32(len(finals) - 1), true
}

// retired frees the slot of a goroutine that has ended.
func retired(t *timeline) {
	finals[t.slot] = t.now()
	freeSlots = append(freeSlots, t.slot)
}

// giveUp stops looking for races.
func giveUp() {
	hb, watch = false, accesses
	os.Stderr.WriteString("rt: more goroutines than races can be looked for in: from here on none are found\n")
}

// syncs are the clocks of what goroutines synchronise with, but for channels.
var syncs byAddr[clock]

// leftAt is the clock at p.
func leftAt(p unsafe.Pointer) *clock {
	c, isNew := syncs.of(p)
	if isNew {
		*c = (*c)[:0]
	}
	return c
}

// acquire: the running goroutine learns what was let out at p.
func acquire(p unsafe.Pointer) {
	if c := syncs.find(p); c != nil {
		cur.hb.knows.join(*c)
	}
}

// release lets out at p what the running goroutine knows, in place of what
// was there.
//
// "For any sync.Mutex or sync.RWMutex variable l and n < m, call n of
// l.Unlock() is synchronized before call m of l.Lock() returns."
//
// "The completion of a single call of f() from once.Do(f) is synchronized
// before the return of any call of once.Do(f)."
func release(p unsafe.Pointer) {
	leftAt(p).set(cur.hb.knows)
	cur.hb.step()
}

// releaseMerge lets out at p what the running goroutine knows, beside what is
// there.
//
// "For any call to l.RLock on a sync.RWMutex variable l, there is an n such
// that the nth call to l.Unlock is synchronized before the return from
// l.RLock, and the matching call to l.RUnlock is synchronized before the
// return from call n+1 to l.Lock."
//
// sync.WaitGroup: "a call to Done synchronizes before the return of any Wait
// call that it unblocks."
func releaseMerge(p unsafe.Pointer) {
	leftAt(p).join(cur.hb.knows)
	cur.hb.step()
}

// tellTo lets w, which waits, know what the running goroutine knows.
// sync.Cond: "a call to Broadcast or Signal synchronizes before any Wait call
// that it unblocks."
func tellTo(w *g) {
	w.hb.knows.join(cur.hb.knows)
	cur.hb.step()
}

// atomicAt is an atomic operation on p, after it was done; ok is false for a
// compare-and-swap that failed, which only reads. "If the effect of an atomic
// operation A is observed by atomic operation B, then A is synchronized before
// B." A store takes the place of the effect before it; a read-modify-write
// observes it and adds its own.
func atomicAt(p unsafe.Pointer, kind event.Kind, ok bool) {
	switch {
	case kind == event.AtomicStore:
		release(p)
	case kind == event.AtomicRMW && ok:
		acquire(p)
		release(p)
	default:
		acquire(p)
	}
}

// A Moment is what a goroutine knew at some time.
type Moment struct{ knows clock }

// ThisMoment returns what the running goroutine knows, to be kept beside a
// value that it leaves for others; nil if clocks are not kept.
//
// sync.Map: "a write operation synchronizes before any read operation that
// observes the effect of the write". sync.Pool: "a call to Put(x) synchronizes
// before a call to Get returning that same value x".
func ThisMoment() *Moment {
	if !hb {
		return nil
	}
	m := &Moment{}
	m.knows.set(cur.hb.knows)
	cur.hb.step()
	return m
}

// Observed says that the running goroutine has found what was left at m.
func (m *Moment) Observed() {
	if hb && m != nil {
		cur.hb.knows.join(m.knows)
	}
}

// A timer has learnt what those who set it knew (runtime/time.go,
// racerelease in newTimer and resetTimer): its channel, or the goroutine that
// it starts, has it from the timer.
func (t *Timer) learn() {
	if t.hb == nil {
		t.hb = &timeline{slot: noSlot}
	}
	t.hb.knows.join(cur.hb.knows)
	cur.hb.step()
}

// firing is the timeline of the timer that fires.
var firing *timeline

// timeOf is the timeline of by; if it is nil, of the timer that fires.
func timeOf(by *g) *timeline {
	if by == nil {
		return firing
	}
	return by.hb
}
