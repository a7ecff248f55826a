package rt

import (
	"slices"
	"unsafe"

	"interleave/sim/event"
	"interleave/sim/rt/search"
)

// What is wrong with a run, as it is seen while it goes on. Of a run that shows
// nothing new only a number is made (sighting.id); a finding is described when
// its schedule is done again with names (see recorder).

// A sighting is something wrong in a run.
type sighting struct {
	id       uint64 // the same for the same cause, in every run and process
	class    string // the damage
	cause    string // the rule behind it
	severity string
	msg      string
	sites    []uint16
	gs       []*g
	obj      uint32
	step     int
	moment   int      // the step from which on nothing could mend it; 0 unknown
	gsThen   []string // what is said of gs, as it was then
	stacks   []string
	late     bool // it is seen, too, when main has returned
}

const (
	bug        = "bug"
	hazard     = "hazard"
	noteworthy = "note"
)

// ident mixes what names a cause into a number.
func ident(class string, parts ...uint64) uint64 {
	h := hashOf(class)
	for _, p := range parts {
		h = mix(h ^ mix(p))
	}
	return h
}

// hashOf is FNV-1a.
func hashOf[T string | []byte](b T) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(b) {
		h = (h ^ uint64(b[i])) * 1099511628211
	}
	return h
}

func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// placed names a site by its place. That of a line without an operation has the
// number of when this process first came to need it.
func placed(site uint16) uint64 { return hashOf(placeText(site)) }

// saw notes something wrong, once a run.
func (x *explorer) saw(s sighting) {
	r := &x.run
	if r.draining && !s.late || unwinding {
		return
	}
	if x.hasSeen(s.id) {
		return
	}
	s.step = r.steps
	r.found = append(r.found, s)
	if x.rec != nil {
		x.rec.describe(&r.found[len(r.found)-1])
	}
}

// hasSeen reports whether it was noted in this run already.
func (x *explorer) hasSeen(id uint64) bool {
	for i := range x.run.found {
		if x.run.found[i].id == id {
			return true
		}
	}
	return false
}

// stuck judges a run in which nobody can ever take a step again.
func (x *explorer) stuck() {
	r := &x.run
	class, some := "deadlock", false
	var id uint64
	var left []*g
	for g := gs.oldest; g != nil; g = g.newer {
		if !g.waitsForever() {
			continue
		}
		some = true
		id += ident("", uint64(g.site), uint64(g.waitsFor()))
		if x.rec != nil || len(left) == 0 {
			left = append(left, g)
		}
	}
	if r.draining {
		if !some {
			x.ended(nil, outcomeExit, 0, "")
			return
		}
		class = "leak"
	}
	if x.rules.cycle.cause != "" { // see judgeCycle
		x.stuckEnd()
		return
	}
	cause, culprit := x.whyStuck()
	if class == "leak" && (culprit.gate != nil || isLockWait(culprit.waitsFor())) {
		class = "partial-deadlock"
	}
	s := sighting{id: ident(class+cause, id), class: class, cause: cause, severity: bug, gs: left, late: true}
	if culprit != nil {
		s.sites, s.obj = []uint16{culprit.site}, culprit.obj
	}
	x.saw(s)
	x.stuckEnd()
}

func (x *explorer) stuckEnd() {
	if x.run.draining {
		x.ended(nil, outcomeExit, 0, "")
	} else {
		x.ended(nil, outcomeDeadlock, 2, "")
	}
}

// waitsForever reports whether g, in a run that has come to a standstill, will
// never go on. Who waits for a signal from outside, or is the other side of an
// iterator, is left alone.
func (g *g) waitsForever() bool {
	if g.state == dead || g.turn == 0 {
		return false
	}
	return g.gate != nil || g.state == parked && g.reason != event.SignalWait && g.reason != event.CoroWait
}

// waitsFor is why g does not go on.
func (g *g) waitsFor() event.Reason {
	switch g.gate.(type) {
	case *freeMutex, *freeForWriter:
		return event.MutexWait
	case *freeForReaders:
		return event.RLockWait
	case *zeroGroup:
		return event.GroupWait
	case *freeOnce:
		return event.OnceWait
	}
	return g.reason
}

func isLockWait(r event.Reason) bool {
	switch r {
	case event.MutexWait, event.RLockWait, event.GroupWait, event.CondWait, event.OnceWait:
		return true
	}
	return false
}

// lockOf is the lock that g stands before or waits for; nil if it is none.
func (g *g) lockOf() unsafe.Pointer {
	switch w := g.gate.(type) {
	case *freeMutex:
		return unsafe.Pointer(w)
	case *freeForWriter:
		return unsafe.Pointer(w)
	case *freeForReaders:
		return unsafe.Pointer(w)
	}
	if g.state == parked && (g.reason == event.MutexWait || g.reason == event.RLockWait) {
		return g.wants
	}
	return nil
}

// A hold is a lock that a goroutine has.
type hold struct {
	p    unsafe.Pointer
	id   uint32
	site uint16
	read bool
}

// locked: the running goroutine has taken a lock, for which it would have
// waited.
func locked(p unsafe.Pointer, id uint32, read bool) {
	if len(cur.holds) > 0 && !unwinding {
		ex.acquired(cur, p, read)
	}
	lockedByTry(p, id, read)
}

// lockedByTry: it has taken one for which it would not have waited.
func lockedByTry(p unsafe.Pointer, id uint32, read bool) {
	if unwinding {
		return
	}
	if ex.run.fair {
		ex.passedBy(p)
	}
	cur.holds = append(cur.holds, hold{p, id, cur.site, read})
}

// unlocked: the running goroutine lets go of a lock. A lock may be another's.
func unlocked(p unsafe.Pointer, read bool) {
	if unwinding {
		return
	}
	if cur.letGo(p, read) {
		return
	}
	for g := gs.oldest; g != nil; g = g.newer {
		if g.letGo(p, read) {
			return
		}
	}
}

func (g *g) letGo(p unsafe.Pointer, read bool) bool {
	for i := len(g.holds) - 1; i >= 0; i-- {
		if g.holds[i].p == p && g.holds[i].read == read {
			g.holds = append(g.holds[:i], g.holds[i+1:]...)
			return true
		}
	}
	return false
}

// whyStuck finds the rule behind a standstill, the most telling one first, and
// a goroutine that it holds: nil if none is left, since main called Goexit.
func (x *explorer) whyStuck() (cause string, culprit *g) {
	for _, rule := range [...]func(*g) string{nilChannel, (*g).lostSignal, neverUnlocked, noPeer, neverDone} {
		for g := gs.oldest; g != nil; g = g.newer {
			if !g.waitsForever() {
				continue
			}
			if culprit == nil {
				culprit = g
			}
			if cause := rule(g); cause != "" {
				return cause, g
			}
		}
	}
	return "", culprit
}

// ownLock: it waits for a lock that it has itself.
func ownLock(g *g) string {
	p := g.lockOf()
	if p == nil {
		return ""
	}
	for _, h := range g.holds {
		switch {
		case h.p != p:
		case h.read && g.waitsFor() == event.RLockWait:
			return "recursive-rlock"
		case h.read:
			return "lock-upgrade"
		default:
			return "double-lock"
		}
	}
	return ""
}

func nilChannel(g *g) string {
	if g.reason == event.NilRecv || g.reason == event.NilSend {
		return "nil-channel"
	}
	return ""
}

// lostSignal: it waits at a Cond of which a signal found nobody, or another one.
func (g *g) lostSignal() string {
	if g.reason == event.CondWait && (*Cond)(g.wants).missed {
		return "lost-signal"
	}
	return ""
}

// neverUnlocked: it waits for a lock that nobody has who could let go of it.
func neverUnlocked(g *g) string {
	p := g.lockOf()
	if p == nil {
		return ""
	}
	for o := gs.oldest; o != nil; o = o.newer {
		if o.holdOf(p) != nil || o.drains(p) {
			return ""
		}
	}
	return "never-unlocked"
}

func noPeer(g *g) string {
	switch g.waitsFor() {
	case event.CondWait:
		return "never-signalled"
	case event.SendWait:
		return "no-receiver"
	case event.RecvWait:
		return "no-sender"
	case event.SelectPark:
		return "no-case"
	case event.Forever:
		return "no-cases"
	case event.OnceWait:
		return "once"
	}
	return ""
}

func neverDone(g *g) string {
	if g.waitsFor() == event.GroupWait {
		return "wait-forever"
	}
	return ""
}

// raced: an access of the running goroutine and an earlier one are ordered by
// nothing.
func (x *explorer) raced(c *cell, e *stamp, how int64, site uint16) {
	a, b := e.site, site
	x.watch(a)
	x.watch(b)
	id := ident("race", uint64(min(a, b)), uint64(max(a, b)))
	if x.hasSeen(id) {
		return
	}
	s := sighting{id: id, class: "race", severity: bug}
	if x.rec != nil {
		s.sites = []uint16{a, b}
		s.obj = c.object()
		if x.rec.stacks != nil {
			s.stacks = []string{x.rec.stackOf(*e), stackNow()}
		}
		s.gs = []*g{x.byID[e.by], cur}
		s.msg = [...]string{"", "wrote", "writes", "both write"}[how&3]
	}
	x.saw(s)
}

// watches reports whether the accesses at a site are steps.
func (x *explorer) watches(site uint16) bool { return int(site) < len(x.watched) && x.watched[site] }

// watch makes the accesses at a site steps of their own, from the next run on.
func (x *explorer) watch(site uint16) {
	if int(site) < len(x.watched) && !x.watched[site] && !x.fixed && !slices.Contains(x.unwatched, site) {
		x.unwatched = append(x.unwatched, site)
	}
}

// watchMore begins to watch, and reports whether there is anything new: then
// what was searched so far counts for nothing.
func (x *explorer) watchMore() bool {
	for _, site := range x.unwatched {
		x.watched[site] = true
	}
	more := len(x.unwatched) > 0
	x.unwatched = x.unwatched[:0]
	return more
}

// access is the point before an access to memory at p.
func (x *explorer) access(p unsafe.Pointer, write bool, site uint16) {
	if unwinding {
		return
	}
	me := cur
	was := me.site
	At(site)
	if x.watches(site) {
		mode := search.Read
		if write {
			mode = search.Write
		}
		touch(p, mode)
		lookAtPoint()
	} else if x.rec != nil {
		x.rec.entered(me)
	}
	me.site = was
}

// panicked judges a panic that nothing recovers.
func (x *explorer) panicked(msg string, stacks []string) {
	class := "panic"
	switch msg {
	case "send on closed channel":
		class = "send-on-closed"
	case "close of closed channel":
		class = "close-of-closed"
	case "close of nil channel":
		class = "nil-channel"
	case "sync: negative WaitGroup counter":
		class = "negative-waitgroup"
	}
	x.saw(sighting{id: ident(class, placed(cur.site)), class: class, cause: x.behind(class), severity: bug, msg: clipTo(msg, 1000), sites: []uint16{cur.site}, gs: []*g{cur}, stacks: stacks})
}

// failed judges the end of a run by the runtime, or by a status.
func (x *explorer) failed(outcome uint32, status int, msg string) {
	r := &x.run
	if r.draining || r.cut {
		return
	}
	switch {
	case outcome == outcomePanic: // said by us, for one that was recovered and repeated
		x.panicked(msg, nil)
	case outcome == outcomeFatal:
		class := "fatal"
		x.saw(sighting{id: ident(class+msg, placed(cur.site)), class: class, severity: bug, msg: msg, sites: []uint16{cur.site}, gs: []*g{cur}})
	case outcome == outcomeExit && status != 0:
		x.saw(sighting{id: ident("invariant", uint64(status), placed(cur.site)), class: "invariant", cause: x.behind("invariant"), severity: bug, msg: "exit status " + itoa(int64(status)), sites: []uint16{cur.site}, gs: []*g{cur}})
	}
}
