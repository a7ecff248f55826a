package realtrace

import (
	"slices"
	"strings"

	"interleave/sim/event"
)

// A fiber is what the events that were written so far say of a goroutine: those of
// the trace, and those of probes.
type fiber struct {
	id     event.GID
	state  state
	p      uint8
	w      *writer // what it records, if it does
	active int     // its place in the merger's list of those who may act; -1 if it is in none
	number uint64  // what the runtime calls it; 0 if that does not matter
	status int32   // as its GoEnd record has it

	// While it is parked, if it is known for what:
	reason event.Reason
	obj    *object
	waits  []wait // on channels

	parks   uint64 // how often it was parked
	through through
	granted *object      // a lock that it reads since it was released
	came    event.Reason // for what it was parked last,
	cameObj *object
	chosen  []wait
}

// A wait is that for one channel.
type wait struct {
	obj   *object
	send  bool
	val   event.Val
	index int32
}

// through is an operation that another has completed for a goroutine.
type through struct {
	by   event.GID
	obj  *object
	val  event.Val
	sent bool
}

// An object is a channel, or one of package sync's.
type object struct {
	id      event.ObjID // 0: there were too many to number this one
	partial bool
	used    int   // reads there were when it was used last
	waiting int32 // goroutines that are parked on it

	// Channels.
	cap    int32
	closed bool
	addr   uint64
	buf    []event.Val
	from   int // in buf, of what was not taken out yet

	queue []ticket // who waits to receive, or waited

	holder  event.GID
	readers int32
	counter int32 // of a WaitGroup
	calls   int32 // of a Cond, that have woken nobody yet
	runner  event.GID
	done    bool
}

func (o *object) len() int { return len(o.buf) - o.from }

// A ticket is a place in a channel's queue; it is good for one time that f is parked.
type ticket struct {
	f     *fiber
	parks uint64
}

func (t ticket) good() bool {
	return t.f.parks == t.parks && t.f.waits != nil && t.f.through.obj == nil
}

// receiver returns who waits longest to receive from o and was given nothing yet; nil
// if nobody does.
func (o *object) receiver() *fiber {
	for len(o.queue) > 0 {
		if o.queue[0].good() {
			return o.queue[0].f
		}
		o.queue = o.queue[1:]
	}
	return nil
}

func (o *object) join(f *fiber) {
	if n := len(o.queue); n >= 64 && n > 4*int(o.waiting) {
		o.queue = slices.DeleteFunc(o.queue, func(t ticket) bool { return !t.good() })
	}
	o.queue = append(o.queue, ticket{f, f.parks})
}

func (o *object) put(v event.Val) {
	if o.from > 64 && o.from > len(o.buf)/2 {
		n := copy(o.buf, o.buf[o.from:])
		o.buf, o.from = o.buf[:n], 0
	}
	o.buf = append(o.buf, v)
}

func (o *object) take() event.Val {
	v := o.buf[o.from]
	if o.from++; o.from == len(o.buf) {
		o.buf, o.from = o.buf[:0], 0
	}
	return v
}

// A place in memory at which objects of a class live, one after the other.
type address struct {
	addr  uint64
	class event.Class
}

// of returns the object that r is about, as one of that class; nil if there is none
// or there were too many.
func (m *merger) of(r *event.Probe, class event.Class) *object {
	if r.Obj == 0 {
		return nil
	}
	if o := m.objects[address{r.Obj, class}]; o != nil {
		o.used = m.reads
		if o.id == 0 {
			return nil
		}
		return o
	}
	if class == event.Chan { // code without probes has made it
		return m.found(r, class, "", 0, true)
	}
	name := m.called(r.Site)
	if strings.HasPrefix(name, "!") || strings.HasPrefix(name, "=") {
		name = ""
	}
	return m.found(r, class, name, m.site(r.Site), false)
}

// lockOf is of for a lock.
func (m *merger) lockOf(r *event.Probe) *object {
	if r.Flag&event.ProbeRW != 0 {
		return m.of(r, event.RWMutex)
	}
	return m.of(r, event.Mutex)
}

// found numbers an object that begins to live where r says.
func (m *merger) found(r *event.Probe, class event.Class, name string, site uint16, partial bool) *object {
	o := m.fresh(r, class, name, site)
	if o != nil && (partial || m.lossy) {
		m.smudge(o)
	}
	return o
}

// fresh is found without a word about how much is known of it.
func (m *merger) fresh(r *event.Probe, class event.Class, name string, site uint16) *object {
	if len(m.objects) >= m.roomy {
		if m.tidy(); len(m.objects) >= maxKept {
			return nil
		}
	}
	o := &object{used: m.reads}
	m.objects[address{r.Obj, class}] = o
	o.addr = r.Obj
	o.id = m.tables.object(event.Object{Class: class, Name: m.tables.intern(name), Site: uint32(site)})
	if o.id == 0 {
		return nil
	}
	return o
}

// Of objects so many are kept at least, used or not, and at most.
const (
	maxIdle = 1 << 16
	maxKept = 1 << 19
)

// tidy forgets objects that are in no particular state and were not used lately: no
// record says when one dies. A channel that is used again after all is one of which not
// all is known, and a lock another one.
func (m *merger) tidy() {
	for at, o := range m.objects {
		if o.used+2 < m.reads && o.waiting == 0 && o.len() == 0 && o.holder == 0 && o.readers == 0 && o.counter == 0 && o.runner == 0 {
			delete(m.objects, at)
		}
	}
	m.roomy = min(max(maxIdle, 2*len(m.objects)), maxKept)
}

// smudge says that not all is known of o.
func (m *merger) smudge(o *object) {
	if o == nil || o.partial || o.id == 0 {
		return
	}
	o.partial, o.buf, o.from = true, nil, 0
	o.holder, o.readers = 0, 0
	m.sum.Partial++
	m.write(event.Record{Kind: event.Partial, Obj: o.id, P: event.NoP, T: m.t})
}

// lose says that not all is known of anything from now on.
func (m *merger) lose() {
	if m.lossy {
		return
	}
	m.lossy = true
	all := make([]*object, 0, len(m.objects))
	for _, o := range m.objects {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b *object) int { return int(a.id) - int(b.id) })
	for _, o := range all {
		m.smudge(o)
	}
}

// fits reports whether a value that was received may be one that was sent: probes
// do not know every value.
func fits(got, sent event.Val) bool { return got == sent || got == 0 || sent == 0 }

// val returns the value of an event for that of a record.
func (m *merger) val(v event.Val) event.Val {
	switch {
	case v.Text() == 0:
		return v
	case v == event.ProbeFalse:
		return m.tables.text("false")
	case v == event.ProbeTrue:
		return m.tables.text("true")
	}
	return 0
}

// awaits returns how f is parked on o; nil if it is not.
func (f *fiber) awaits(o *object, send bool) *wait {
	for i := range f.waits {
		if w := &f.waits[i]; w.obj == o && w.send == send {
			return w
		}
	}
	return nil
}

// park notes for what f waits.
func (m *merger) park(f *fiber, reason event.Reason, o *object, waits []wait) {
	f.reason, f.obj, f.waits = reason, o, waits
	f.parks++
	if o != nil {
		o.waiting++
	}
	for i, w := range waits {
		if !slices.ContainsFunc(waits[:i], func(v wait) bool { return v.obj == w.obj }) {
			w.obj.waiting++
		}
		if !w.send {
			w.obj.join(f)
		}
	}
}

// release takes f out of all in which it waits.
func (m *merger) release(f *fiber) {
	if f.obj != nil {
		f.obj.waiting--
		switch f.reason {
		case event.RLockWait:
			f.obj.readers++
			f.granted = f.obj
		case event.CondWait:
			f.obj.calls--
		}
	}
	for i, w := range f.waits {
		if !slices.ContainsFunc(f.waits[:i], func(v wait) bool { return v.obj == w.obj }) {
			w.obj.waiting--
		}
	}
	f.came, f.cameObj, f.chosen = f.reason, f.obj, nil
	if f.reason == event.SelectPark {
		f.chosen = f.waits
	}
	f.reason, f.obj, f.waits = 0, nil, nil
}
