package realtrace

import (
	"cmp"
	"fmt"
	"slices"

	"interleave/sim/event"
	"interleave/sim/probe"
	"interleave/sim/rewrite"
)

// A ProbeSource is where the records of a program with probes come from; a
// [*probe.Memory] is one. Its methods are called by Read alone, one at a time.
type ProbeSource interface {
	// Read returns what was recorded since the last call, each goroutine's
	// records in the order in which it wrote them.
	Read() ([]event.Probe, error)
	Head() (probe.Head, error)
}

var _ ProbeSource = (*probe.Memory)(nil)

// Source is what the rewriter knows of a program with probes.
type Source struct {
	Sites  []rewrite.Site // as rewrite.Program has them: site number i is Sites[i-1]
	Starts map[int]string // the function that the go statement at a site starts
}

// A writer is a goroutine as probes know it, with what it has recorded. Only what
// lies before arrived has a time that has come; what lies before done has become
// events.
type writer struct {
	id      event.GID
	f       *fiber // nil: it is not known which goroutine of the trace it is
	recs    []event.Probe
	done    int
	arrived int
	early   int    // how many became events before their time had come
	taken   uint64 // how many became events ever
	op      op
	creates []event.Probe // its GoCreate records whose goroutines were not seen yet
	busy    bool          // somebody is asked to make it possible
	listed  bool          // it is in the merger's list of those who are
	stuck   bool          // its next record cannot happen yet,
	since   int           // since that many reads
}

// An op is what a goroutine is about to wait for.
type op struct {
	kind   event.Kind // GoPark or SelectWait; 0: nothing
	rec    event.Probe
	cases  []event.Probe
	parked bool // it has waited
}

// next returns the first record that has not become an event; nil if there is none.
func (w *writer) next() *event.Probe {
	if w.done == len(w.recs) {
		return nil
	}
	return &w.recs[w.done]
}

// pop is called when the next record has become an event.
func (w *writer) pop() {
	w.done++
	w.taken++
	if w.done > w.arrived {
		w.arrived = w.done
		w.early++
	}
	switch {
	case w.done == len(w.recs):
		w.recs, w.done, w.arrived = w.recs[:0], 0, 0
	case w.done >= 1024 && w.done > len(w.recs)/2:
		n := copy(w.recs, w.recs[w.done:])
		w.recs, w.arrived, w.done = w.recs[:n], w.arrived-w.done, 0
	}
}

// A token says that the time of a writer's next record has come.
type token struct {
	t uint64 // as the records have it
	w *writer
}

// maxForeign bounds the goroutines that have recorded something and that the trace
// has not shown.
const maxForeign = 1 << 16

// maxPending bounds the records that wait to become events; a program's memory for
// them has room for fewer.
const maxPending = 4 << 20

// read takes over what was recorded since the last time.
func (m *merger) read() {
	if m.failed != nil {
		return
	}
	m.reads++
	recs, err := m.source.Read()
	if err == nil {
		m.head, err = m.source.Head()
	}
	if err != nil {
		m.failed = fmt.Errorf("read probes: %w", err)
		m.lose()
		return
	}
	m.align()
	if m.head.Lost > 0 {
		m.lose()
	}
	m.sum.Probes += uint64(len(recs))
	fresh := make([]token, 0, len(recs))
	for i := range recs {
		r := &recs[i]
		if m.pending == maxPending {
			m.sum.Unplaced++
			m.lose()
			continue
		}
		m.pending++
		w := m.writer(r.G)
		if w == nil {
			m.pending--
			m.sum.Unplaced++
			m.lose()
			continue
		}
		w.recs = append(w.recs, *r)
		fresh = append(fresh, token{r.T, w})
		if gets(r) {
			m.willGet(r)
		}
		if r.Kind == event.GoStart && w.f == nil {
			m.recognise(w, r)
		}
	}
	if !slices.IsSortedFunc(fresh, byTime) {
		slices.SortStableFunc(fresh, byTime)
	}
	m.tokens = merged(m.tokens[m.token:], fresh)
	m.token = 0
}

// values are those that goroutines will say that they have received, in the order of
// that, as far as they are known.
type values []event.Val

// gets reports whether r receives a value that is known.
func gets(r *event.Probe) bool {
	return r.Val != 0 && r.Val.Text() == 0 && does(r) == receiving
}

// willGet notes that r has yet to become an event.
func (m *merger) willGet(r *event.Probe) {
	v := m.gets[r.Obj]
	if v == nil {
		v = new(values)
		m.gets[r.Obj] = v
	}
	*v = append(*v, r.Val)
}

// got notes that r has become one.
func (m *merger) got(r *event.Probe) {
	v := m.gets[r.Obj]
	if v == nil || !gets(r) {
		return
	}
	list := *v
	i := slices.Index(list[:min(len(list), maxLook)], r.Val)
	if i < 0 {
		return
	}
	copy(list[1:i+1], list[:i])
	if *v = list[1:]; len(*v) == 0 {
		delete(m.gets, r.Obj)
	}
}

// rank returns how soon v will be received from o, if that is known.
func (m *merger) rank(o *object, v event.Val) int {
	if list := m.gets[o.addr]; list != nil && v.Text() == 0 {
		if i := slices.Index((*list)[:min(len(*list), maxLook)], v); i >= 0 {
			return i
		}
	}
	return maxLook
}

func byTime(a, b token) int { return cmp.Compare(a.t, b.t) }

// merged returns two sorted lists as one.
func merged(a, b []token) []token {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	case a[len(a)-1].t <= b[0].t:
		return append(slices.Clip(a), b...)
	}
	all := make([]token, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0].t < a[0].t {
			all, b = append(all, b[0]), b[1:]
		} else {
			all, a = append(all, a[0]), a[1:]
		}
	}
	return append(append(all, a...), b...)
}

// writer returns who records as id; nil if there are too many of whom nobody knows who
// they are.
func (m *merger) writer(id event.GID) *writer {
	w := m.writers[id]
	if w == nil && len(m.writers) < len(m.fibers)+maxForeign {
		w = &writer{id: id}
		m.writers[id] = w
	}
	return w
}

// recognise finds out who begins to record with r: main, or a goroutine that the
// program has not started, whose number r has.
func (m *merger) recognise(w *writer, r *event.Probe) {
	number := r.Obj
	if r.G == 1 {
		number = 1
	}
	if number == 0 {
		return
	}
	if g, ok := m.numbers[number]; ok {
		m.match(r.G, g)
	} else if len(m.foreign) < maxForeign {
		m.foreign[number] = r.G
	}
}

// match says that who records as id is goroutine g of the trace; 0 is nobody.
func (m *merger) match(id, g event.GID) {
	f := m.fibers[g]
	if f == nil {
		return
	}
	if w := m.writer(id); w != nil && w.f == nil {
		w.f, f.w = f, w
	}
}

// site returns the site of an event for that of a record.
func (m *merger) site(n uint16) uint16 {
	if n == 0 || int(n) > len(m.src.Sites) {
		return 0
	}
	if m.sites == nil {
		m.sites = make([]uint16, len(m.src.Sites)+1)
	}
	if m.sites[n] == 0 {
		s := &m.src.Sites[n-1]
		m.sites[n] = m.tables.sourceSite(s.File, s.Func, s.Line, s.Col)
	}
	return m.sites[n]
}

// called returns what the site of a record calls the object that it is about.
func (m *merger) called(n uint16) string {
	if n == 0 || int(n) > len(m.src.Sites) {
		return ""
	}
	return m.src.Sites[n-1].Name
}
