package realtrace

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// A Digest sums up the events of a run: what each function's goroutines did,
// and who waited longest for whom. NewDigest makes one. Of goroutines that have
// ended it keeps nothing but their part in what others wait for.
type Digest struct {
	log *eventlog.Log // the tables alone
	fns map[event.Val]*Function
	gs  map[event.GID]*life
	now uint64
	end bool // nothing comes any more

	longest map[waitAt]Delay
	met     map[meeting]*met
}

// A Function is the goroutines that began with one function, together.
type Function struct {
	Name       string
	System     bool // it is one of the runtime's own
	Goroutines int

	Running  time.Duration
	Runnable time.Duration // without a P
	Calling  time.Duration // in system calls
	Waiting  time.Duration // the sum of Waits
	Waits    map[event.Reason]time.Duration
}

// A Delay is the longest wait of goroutines with the same function, for the
// same reason, at the same place.
type Delay struct {
	Link
	Times int  // how many waits there were
	Open  bool // it still lasted at the end
	Chain []Link
}

// A Link is a wait, and who ended it. In a chain each link is about the
// goroutine that released the one before.
type Link struct {
	G        event.GID
	Name     string
	Reason   event.Reason
	Waited   time.Duration
	At       eventlog.Place // where it waited
	By       event.GID      // who released it; 0 for a timer, the network poller or the runtime
	ByName   string
	ByAt     eventlog.Place
	ByActive time.Duration // for how long of the wait that one was not waiting itself, up to the release
}

// A life is a goroutine.
type life struct {
	id     event.GID
	fn     *Function
	state  eventlog.State
	since  uint64
	reason event.Reason
	site   uint16
	woken  *wake // the last time that it was released

	running, runnable, calling time.Duration
	waits                      [event.NumReasons]time.Duration
}

// A wake is the end of a wait. Those before it, of who released it, hang on it,
// but no more than maxDepth.
type wake struct {
	g         event.GID
	fn        *Function
	reason    event.Reason
	since, at uint64
	site      uint16
	by        event.GID
	byFn      *Function
	bySite    uint16
	before    *wake // of by
	depth     int
}

const (
	maxDepth = 32
	maxPlace = 1 << 16 // different places of waits
)

type waitAt struct {
	fn     *Function
	reason event.Reason
	site   uint16
}

// NewDigest returns a Digest of nothing.
func NewDigest() *Digest {
	return &Digest{log: eventlog.New(), fns: map[event.Val]*Function{}, gs: map[event.GID]*life{}, longest: map[waitAt]Delay{}, met: map[meeting]*met{}}
}

// Sink returns where to hand the events to.
func (d *Digest) Sink() event.Sink {
	return event.Sink{
		Text: func(id uint32, s string) error {
			d.log.Texts[id] = s
			return nil
		},
		Site: func(id uint32, s event.Site) error {
			d.log.Sites[id] = s
			return nil
		},
		Object: func(event.ObjID, event.Object) error { return nil },
		Event: func(_ uint64, r event.Record) error {
			d.event(&r)
			return nil
		},
	}
}

// Tee returns a sink that hands everything to both.
func Tee(a, b event.Sink) event.Sink {
	return event.Sink{
		Text:   func(id uint32, s string) error { return cmp.Or(a.Text(id, s), b.Text(id, s)) },
		Site:   func(id uint32, s event.Site) error { return cmp.Or(a.Site(id, s), b.Site(id, s)) },
		Object: func(id event.ObjID, o event.Object) error { return cmp.Or(a.Object(id, o), b.Object(id, o)) },
		Event:  func(seq uint64, r event.Record) error { return cmp.Or(a.Event(seq, r), b.Event(seq, r)) },
	}
}

func (d *Digest) event(r *event.Record) {
	d.now = r.T
	switch r.Kind {
	case event.GoCreate:
		g := &life{id: event.GID(r.Peer), fn: d.function(r.Val), state: eventlog.Runnable, since: r.T, site: r.Site}
		if r.N != 0 {
			g.state, g.reason = eventlog.Parked, reasonIn(r)
		}
		g.fn.Goroutines++
		d.gs[g.id] = g
	case event.GoName:
		if g := d.gs[event.GID(r.Peer)]; g != nil {
			g.fn.Goroutines--
			g.fn = d.function(r.Val)
			g.fn.Goroutines++
		}
	case event.GoReady:
		d.ready(r)
	case event.UserLog:
		delete(d.log.Texts, r.Val.Text()) // nobody else says the same
	case event.GoStart, event.GoPark, event.GoYield, event.GoEnd, event.SysEnter, event.SysExit:
		g := d.gs[r.G]
		if g == nil {
			return
		}
		d.pass(g)
		g.state = after(r)
		if r.Kind == event.GoPark {
			g.reason, g.site = reasonIn(r), r.Site
		}
		if r.Kind == event.GoEnd {
			g.add()
			delete(d.gs, g.id)
		}
	}
}

func reasonIn(r *event.Record) event.Reason {
	if r.N > 0 && r.N < int32(event.NumReasons) {
		return event.Reason(r.N)
	}
	return event.UnknownWait
}

// after is the state of the goroutine that does r.
func after(r *event.Record) eventlog.State {
	switch {
	case r.Kind == event.GoPark:
		return eventlog.Parked
	case r.Kind == event.SysEnter:
		return eventlog.Calling
	case r.Kind == event.GoStart, r.Kind == event.SysExit && r.N == 1:
		return eventlog.Running
	}
	return eventlog.Runnable
}

func (d *Digest) function(name event.Val) *Function {
	f, ok := d.fns[name]
	if !ok {
		s := d.log.Text(name)
		f = &Function{Name: s, System: System(s), Waits: map[event.Reason]time.Duration{}}
		d.fns[name] = f
	}
	return f
}

// System reports whether a goroutine that begins with this function is one of
// the runtime's own, or is there because the program is observed.
func System(name string) bool { return strings.HasPrefix(name, "runtime.") || Observer(name) }

// Observer reports whether a goroutine that begins with this function is there
// because the program is observed.
func Observer(name string) bool {
	return strings.HasPrefix(name, "interleave/sim/rt/observe.") || strings.HasPrefix(name, "runtime/trace.")
}

// pass adds the time since g's state last changed.
func (d *Digest) pass(g *life) {
	took := time.Duration(d.now - g.since)
	switch g.state {
	case eventlog.Running:
		g.running += took
	case eventlog.Runnable:
		g.runnable += took
	case eventlog.Calling:
		g.calling += took
	case eventlog.Parked:
		g.waits[g.reason] += took
	}
	g.since = d.now
}

// add puts what g did to its function.
func (g *life) add() {
	g.fn.Running += g.running
	g.fn.Runnable += g.runnable
	g.fn.Calling += g.calling
	for reason, took := range g.waits {
		if took > 0 {
			g.fn.Waiting += took
			g.fn.Waits[event.Reason(reason)] += took
		}
	}
}

func (d *Digest) ready(r *event.Record) {
	g := d.gs[event.GID(r.Peer)]
	if g == nil {
		return
	}
	w := &wake{g: g.id, fn: g.fn, reason: g.reason, since: g.since, at: r.T, site: g.site, by: r.G, bySite: r.Site}
	if by := d.gs[r.G]; by != nil {
		w.byFn, w.before = by.fn, by.woken
	}
	if w.before != nil {
		if w.depth = w.before.depth + 1; w.depth > maxDepth {
			w.before = shortened(w.before, maxDepth/2)
			w.depth = maxDepth/2 + 1
		}
	}
	d.note(w, false)
	d.meet(w)
	d.pass(g)
	g.state, g.woken = eventlog.Runnable, w
}

// shortened is a copy of the first n of a chain.
func shortened(w *wake, n int) *wake {
	if w == nil || n == 0 {
		return nil
	}
	c := *w
	c.before, c.depth = shortened(w.before, n-1), n
	return &c
}

// note keeps a wait if it is the longest of its kind. Sleeps and the runtime's
// own goroutines are not what anybody looks for.
func (d *Digest) note(w *wake, open bool) {
	if w.fn.System || w.reason == event.SleepWait || w.reason == event.SystemWait || w.reason == event.CoroWait {
		return
	}
	key := waitAt{w.fn, w.reason, w.site}
	old, ok := d.longest[key]
	if !ok && len(d.longest) == maxPlace {
		return
	}
	old.Times++
	if took := time.Duration(w.at - w.since); took >= old.Waited {
		old.Link, old.Open, old.Chain = d.link(w), open, d.chain(w)
	}
	d.longest[key] = old
}

// chain walks back from a wait: who ended it, what that one waited for
// meanwhile, who ended that, and so on, up to who did not wait.
func (d *Digest) chain(w *wake) []Link {
	var chain []Link
	for p := w.before; p != nil && p.at > w.since; p = p.before {
		chain = append(chain, d.link(p))
	}
	return chain
}

func (d *Digest) link(w *wake) Link {
	l := Link{G: w.g, Name: w.fn.Name, Reason: w.reason, Waited: time.Duration(w.at - w.since), At: d.log.Place(w.site), By: w.by, ByAt: d.log.Place(w.bySite)}
	if w.byFn != nil {
		l.ByName = w.byFn.Name
		awake := w.since
		if w.before != nil {
			awake = max(awake, w.before.at)
		}
		l.ByActive = time.Duration(w.at - awake)
	}
	return l
}

// Functions returns what each function's goroutines did, those first that ran
// longest. No event may come after it.
func (d *Digest) Functions() []Function {
	d.close()
	var list []Function
	for _, f := range d.fns {
		if f.Goroutines > 0 {
			list = append(list, *f)
		}
	}
	slices.SortFunc(list, func(a, b Function) int {
		return cmp.Or(cmp.Compare(b.Running, a.Running), cmp.Compare(b.Waiting, a.Waiting), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// Delays returns the longest waits, at most n. No event may come after it.
func (d *Digest) Delays(n int) []Delay {
	d.close()
	list := slices.SortedFunc(maps.Values(d.longest), func(a, b Delay) int {
		return cmp.Or(cmp.Compare(b.Waited, a.Waited), cmp.Compare(a.G, b.G), cmp.Compare(a.Reason, b.Reason))
	})
	return list[:min(max(n, 0), len(list))]
}

// close takes in what still lasts.
func (d *Digest) close() {
	if d.end {
		return
	}
	d.end = true
	for _, id := range slices.Sorted(maps.Keys(d.gs)) {
		g := d.gs[id]
		if g.state == eventlog.Parked {
			d.note(&wake{g: g.id, fn: g.fn, reason: g.reason, since: g.since, at: d.now, site: g.site}, true)
		}
		d.pass(g)
		g.add()
	}
}
