package eventlog

import (
	"fmt"
	"slices"

	"interleave/sim/event"
)

// Law is the name of a rule that every log keeps.
type Law string

// The laws, in the order in which they are looked at. Where an event breaks
// several, the first is reported.
const (
	InSequence  Law = "sequence"       // events are numbered from 0 without a gap
	Named       Law = "number"         // a number that stands for a reason, rule, queue or outcome is one that exists
	FirstOfAll  Law = "origin"         // only the first event says that a run is the real runtime's
	EndsOnce    Law = "end"            // exactly one RunEnd, which is the last event and fits what went before
	Defined     Law = "definition"     // what an event names is defined
	Fits        Law = "class"          // an operation is on an object of its class
	Monotonic   Law = "time"           // time never goes back
	Created     Law = "creation"       // a goroutine is created once and before anything else about it
	Dead        Law = "after end"      // an ended goroutine does nothing and nothing is done to it
	Acts        Law = "running"        // only a running goroutine acts
	OnePlace    Law = "place"          // a goroutine runs on one P at a time, a P runs one goroutine
	Starts      Law = "runnable"       // only a runnable goroutine starts
	Readied     Law = "ready"          // only a parked goroutine becomes ready
	Released    Law = "release"        // who waits on a channel is released by what it waits for
	Discipline  Law = "queue"          // a goroutine leaves the queue that it was put in, from the right end
	Lengths     Law = "length"         // a channel's length adds up
	InOrder     Law = "order"          // values and waiting goroutines leave a channel in the order in which they came
	Closing     Law = "close"          // a channel is closed once, and nothing is sent on it afterwards
	HappensPast Law = "happens before" // what a peer did for a parked goroutine lies in that goroutine's past
	Exclusion   Law = "exclusion"      // a lock has one writer or some readers
	Unlocking   Law = "unlock"         // only what is locked is unlocked
	Counting    Law = "wait group"     // its counter adds up, is never negative and is zero when Wait returns
	Signals     Law = "cond"           // nobody wakes from a Wait without a signal
	JustOnce    Law = "once"           // a Once runs one function, and the others wait until it is done
	NotEarly    Law = "timer"          // a timer fires only when it is set and not before its time
	Deriving    Law = "context"        // a context is derived once, from one that exists, and cancelled once, by itself or after one above it
	StuckOnly   Law = "stuck"          // stuck are exactly those who are parked at a deadlock
	Racing      Law = "race"           // a race is between two goroutines, one of which writes at least
	LeakOnly    Law = "leak"           // a leak is a goroutine that is parked when main has returned
)

// rule looks at an event in the state before it and says what is wrong; ""
// if nothing is.
type rule func(c *Checker, r *event.Record) string

var rules = [...]struct {
	law   Law
	check rule
}{
	{Named, named},
	{FirstOfAll, firstOfAll},
	{EndsOnce, endsOnce},
	{Defined, defined},
	{Fits, fits},
	{Monotonic, monotonic},
	{Created, created},
	{Dead, dead},
	{Acts, acts},
	{OnePlace, onePlace},
	{Starts, starts},
	{Readied, readied},
	{Released, released},
	{Discipline, discipline},
	{Lengths, lengths},
	{InOrder, inOrder},
	{Closing, closing},
	{HappensPast, happensPast},
	{Exclusion, exclusion},
	{Unlocking, unlocking},
	{Counting, counting},
	{Signals, signals},
	{JustOnce, justOnce},
	{NotEarly, notEarly},
	{Racing, racing},
	{Deriving, deriving},
	{StuckOnly, stuckOnly},
	{LeakOnly, leakOnly},
}

// Laws returns the laws that Validate holds a log to.
func Laws() []Law {
	laws := []Law{InSequence}
	for _, r := range rules {
		laws = append(laws, r.law)
	}
	return laws
}

// A Violation is the error for a log that breaks a law.
type Violation struct {
	Law   Law
	Seq   uint64 // the event; the number of events where one is missing at the end
	Event event.Record
	Fact  string // what is wrong
}

func (v *Violation) Error() string {
	return fmt.Sprintf("event %d (%s of G%d at %d ns) breaks the law %q: %s", v.Seq, v.Event.Kind, v.Event.G, v.Event.T, v.Law, v.Fact)
}

// A Checker judges a log event by event.
type Checker struct {
	log *Log
	w   *World
	seq uint64
}

// NewChecker returns a checker for the events of a run whose definitions are
// in l by the time that an event refers to them.
func NewChecker(l *Log) *Checker { return &Checker{log: l, w: NewWorld(l)} }

// World returns the state after the events checked so far. The caller must
// not change it.
func (c *Checker) World() *World { return c.w }

// Check judges the next event. After a violation the checker is of no use.
func (c *Checker) Check(seq uint64, r event.Record) error {
	if seq != c.seq {
		return &Violation{InSequence, seq, r, fmt.Sprintf("event %d is next", c.seq)}
	}
	partial := c.partial(&r)
	for i := range rules {
		if partial && ofObjects[rules[i].law] {
			continue
		}
		if fact := rules[i].check(c, &r); fact != "" {
			return &Violation{rules[i].law, seq, r, fact}
		}
	}
	c.w.Apply(r)
	c.seq++
	return nil
}

// ofObjects are the laws that hold only for objects of which all is told.
var ofObjects = map[Law]bool{
	Released: true, Lengths: true, InOrder: true, Closing: true, HappensPast: true, Exclusion: true, Unlocking: true,
	Counting: true, Signals: true, JustOnce: true,
}

// partial reports whether r is about an object of which not all is told, or
// releases a goroutine that waits for one.
func (c *Checker) partial(r *event.Record) bool {
	if len(c.w.Partial) == 0 {
		return false
	}
	if r.Kind != event.GoReady {
		return namesObject(r) && c.w.Partial[r.Obj]
	}
	g := look(c.w.Goroutines, event.GID(r.Peer))
	return c.w.Partial[g.Obj] || slices.ContainsFunc(g.Cases, func(k Case) bool { return c.w.Partial[k.Obj] })
}

// Done judges whether the run may stop here.
func (c *Checker) Done() error {
	if c.w.Outcome == 0 {
		return &Violation{Law: EndsOnce, Seq: c.seq, Fact: "there is no RunEnd"}
	}
	return nil
}

// Validate judges a whole log: its definitions, its events and its end. The
// error is a *Violation.
func Validate(l *Log) error {
	if fact := l.dangling(); fact != "" {
		return &Violation{Law: Defined, Fact: fact}
	}
	c := NewChecker(l)
	for i := range l.Events {
		if err := c.Check(uint64(i), l.Events[i]); err != nil {
			return err
		}
	}
	return c.Done()
}

// dangling returns a definition that refers to something undefined.
func (l *Log) dangling() string {
	text := func(id uint32) bool {
		_, ok := l.Texts[id]
		return id == 0 || ok
	}
	for _, id := range sortedKeys(l.Sites) {
		if s := l.Sites[id]; !text(s.File) || !text(s.Func) {
			return fmt.Sprintf("site %d names an unknown text", id)
		}
		if up := l.Sites[id].Caller; up != 0 {
			if _, ok := l.Sites[up]; !ok || up <= event.MaxSite || id > event.MaxSite && up >= id {
				return fmt.Sprintf("site %d is called from site %d", id, up)
			}
		}
	}
	for _, id := range sortedKeys(l.Objects) {
		o := l.Objects[id]
		if !text(o.Name) || !text(o.Type) {
			return fmt.Sprintf("object %d names an unknown text", id)
		}
		if _, ok := l.Sites[o.Site]; o.Site != 0 && !ok {
			return fmt.Sprintf("object %d was made at an unknown site", id)
		}
	}
	return ""
}
