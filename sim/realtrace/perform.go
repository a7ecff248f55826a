package realtrace

import (
	"slices"
	"strings"

	"interleave/sim/event"
)

// act writes what a record of w says.
func (m *merger) act(w *writer, p *event.Probe, r event.Record) {
	r.G, r.P = w.f.id, w.f.p
	r.T = min(m.since(p.T), m.now)
	if r.Site == 0 {
		r.Site = m.site(p.Site)
	}
	m.write(r)
}

// try writes what record p of w says, if that is possible now. It releases f, if
// that is not nil.
func (m *merger) try(w *writer, p *event.Probe, f *fiber) bool {
	if w.f == nil || w.f.active < 0 {
		return false
	}
	if len(w.creates) > 0 && (m.making || !m.lenient) {
		return false // the trace has still to tell of its go statement, which comes before
	}
	switch p.Kind {
	case event.GoStart:
		return true
	case event.GoEnd:
		if p.N == 1 {
			w.f.status = 1
		}
		return true
	case event.GoCreate:
		if len(w.creates) < maxOpen {
			w.creates = append(w.creates, *p)
		}
		return true
	case event.GoPark:
		w.op = op{kind: p.Kind, rec: *p}
		return true
	case event.SelectWait:
		if w.op.kind != p.Kind {
			w.op = op{kind: p.Kind}
		}
		if len(w.op.cases) < maxOpen {
			w.op.cases = append(w.op.cases, *p)
		}
		return true
	}
	if !m.effect(w, p, f) {
		return false
	}
	w.op = op{}
	return true
}

// effect writes an operation on an object.
func (m *merger) effect(w *writer, p *event.Probe, f *fiber) bool {
	switch p.Kind {
	case event.ChanMake:
		m.made(w, p)
		return true
	case event.ChanSend, event.ChanSent, event.ChanRecv, event.ChanReceived, event.ChanRecvClosed, event.ChanClose:
		o := m.of(p, event.Chan)
		return o == nil || m.passes(w, p, o, p.Kind, p.Site, f)
	case event.SelectChosen:
		return m.chosen(w, p, f)
	case event.Lock, event.Unlock, event.RLock, event.RUnlock, event.TryFail:
		return m.locks(w, p)
	case event.WaitAdd, event.WaitDone:
		return m.counts(w, p)
	case event.CondSignal, event.CondAll, event.CondWoken:
		return m.signals(w, p)
	case event.OnceDo, event.OnceDone:
		return m.once(w, p)
	}
	m.sum.Unplaced++ // a record of no kind that probes write
	return true
}

func (m *merger) made(w *writer, p *event.Probe) {
	if p.Obj == 0 {
		return
	}
	name := strings.TrimSuffix(strings.TrimPrefix(m.called(p.Site), "!make("), ")")
	o := m.fresh(p, event.Chan, name, m.site(p.Site))
	if o == nil {
		return
	}
	if p.N >= 0 {
		o.cap = p.N
		m.act(w, p, event.Record{Kind: event.ChanMake, Obj: o.id, N: p.N})
	}
	if p.N < 0 || m.lossy {
		m.smudge(o)
	}
}

// passes writes an operation on channel o, as which the record of a select may be
// read, too.
func (m *merger) passes(w *writer, p *event.Probe, o *object, kind event.Kind, site uint16, f *fiber) bool {
	r := event.Record{Kind: kind, Obj: o.id, Val: m.val(p.Val), Site: m.site(site)}
	g := w.f
	switch kind {
	case event.ChanClose:
		if o.closed && !o.partial {
			return false
		}
		o.closed, r.N, r.Val = true, o.waiting, 0
		m.act(w, p, r)
		return true
	case event.ChanRecvClosed:
		if (!o.closed || o.len() > 0) && !o.partial {
			return false
		}
		r.Val = 0
		m.act(w, p, r)
		return true
	case event.ChanSent:
		if !w.op.parked {
			r.Kind = event.ChanSend
			return m.sends(w, p, o, r, f)
		}
		if (g.through.obj != o || !g.through.sent) && !o.partial {
			return false
		}
		r.Val = 0
	case event.ChanReceived:
		if !w.op.parked {
			r.Kind = event.ChanRecv
			return m.receives(w, p, o, r, f)
		}
		if (g.through.obj != o || g.through.sent) && !o.partial {
			return false
		}
		if g.through.obj == o && !o.partial {
			r.Val = g.through.val
		}
	case event.ChanSend:
		return m.sends(w, p, o, r, f)
	default:
		return m.receives(w, p, o, r, f)
	}
	if g.through.obj == o {
		r.Peer = uint32(g.through.by)
	}
	m.act(w, p, r)
	g.through = through{}
	return true
}

// sends writes a send that did not wait: to f, or into the buffer.
func (m *merger) sends(w *writer, p *event.Probe, o *object, r event.Record, f *fiber) bool {
	if f != nil {
		if f.awaits(o, false) == nil || o.len() > 0 && !o.partial {
			return false
		}
		f.through = through{by: w.f.id, obj: o, val: r.Val}
		r.Peer = uint32(f.id)
	}
	switch {
	case o.partial:
		r.N = max(p.N, 0)
	case o.closed, f == nil && (int32(o.len()) >= o.cap || !m.turn(w, o, r.Val)):
		return false
	case f == nil:
		o.put(r.Val)
		r.N = int32(o.len())
	}
	m.act(w, p, r)
	return true
}

// turn lets others send on o first who must have done so, or rather have done so,
// before w puts v into its buffer, and reports whether w may do so then.
func (m *merger) turn(w *writer, o *object, v event.Val) bool {
	if len(m.active) < 2 || m.depth == maxPulls {
		return true
	}
	f := o.receiver()
	rank := -1
	for i, g := range m.active {
		other := g.w
		if i == maxLook {
			break
		}
		if other == nil || other == w || other.busy || other.done == len(other.recs) {
			continue
		}
		p := other.next()
		if other.arrived == other.done && (f == nil || p.Kind != event.ChanSent || other.op.parked) {
			continue
		}
		if p.Obj != o.addr || does(p) != sending {
			continue
		}
		if f == nil {
			if rank < 0 {
				rank = m.rank(o, v)
			}
			if rank == 0 || v == 0 || m.rank(o, m.val(p.Val)) >= rank {
				continue
			}
		}
		m.depth++
		w.busy = true
		m.perform(other, f, wait1)
		w.busy = false
		m.depth--
		return int32(o.len()) < o.cap
	}
	return f == nil || m.lenient
}

// receives writes a receive that did not wait: what was oldest, while f may take the
// room for what it sends.
func (m *merger) receives(w *writer, p *event.Probe, o *object, r event.Record, f *fiber) bool {
	var sender *wait
	if f != nil {
		if sender = f.awaits(o, true); sender == nil {
			return false
		}
	}
	switch {
	case o.partial:
		r.N = max(p.N, 0)
	case f == nil && o.len() == 0, f != nil && int32(o.len()) != o.cap:
		return false
	case o.len() > 0 && !fits(r.Val, o.buf[o.from]), o.len() == 0 && !fits(r.Val, sender.val):
		return false
	case o.len() > 0:
		r.Val = o.take()
		if f != nil {
			o.put(sender.val)
		}
		r.N = int32(o.len())
	default:
		r.Val = sender.val
	}
	if f != nil {
		f.through = through{by: w.f.id, obj: o, val: sender.val, sent: true}
		r.Peer = uint32(f.id)
	}
	m.act(w, p, r)
	return true
}

// chosen writes what a select did, and that it did.
func (m *merger) chosen(w *writer, p *event.Probe, f *fiber) bool {
	r := event.Record{Kind: event.SelectChosen, N: p.N}
	var o *object
	if p.N >= 0 {
		if o = m.of(p, event.Chan); o == nil {
			return true
		}
		r.Obj = o.id
	} else {
		r.N = -1
	}
	g := w.f
	if len(g.chosen) > 0 && !slices.ContainsFunc(g.chosen, func(c wait) bool { return c.index == p.N && c.obj == o }) {
		m.sum.Unplaced++
		return true
	}
	if o != nil {
		site := p.Site
		for i := range w.op.cases {
			if w.op.cases[i].N == p.N {
				site = w.op.cases[i].Site
			}
		}
		kind := event.ChanReceived
		switch {
		case p.Flag&event.ProbeClosed != 0:
			kind = event.ChanRecvClosed
		case p.Flag&event.ProbeSend != 0:
			kind = event.ChanSent
		case o.closed && g.through.obj != o && o.len() == 0 && (o.cap == 0 || !o.partial):
			kind = event.ChanRecvClosed // it does not always say so
		}
		if !m.passes(w, p, o, kind, site, f) {
			return false
		}
	}
	m.act(w, p, r)
	g.chosen = nil
	return true
}

func (m *merger) locks(w *writer, p *event.Probe) bool {
	o := m.lockOf(p)
	if p.Kind == event.RLock || p.Kind == event.RUnlock {
		o = m.of(p, event.RWMutex)
	}
	if o == nil {
		return true
	}
	r := event.Record{Kind: p.Kind, Obj: o.id}
	g := w.f
	switch p.Kind {
	case event.Lock:
		if (o.holder != 0 || o.readers > 0) && !o.partial {
			return false
		}
		o.holder = g.id
	case event.Unlock:
		if o.holder == 0 && !o.partial {
			return false
		}
		o.holder, r.N = 0, o.waiting
	case event.RLock:
		if o.holder != 0 && !o.partial {
			return false
		}
		if g.granted == o {
			g.granted = nil
		} else {
			o.readers++
		}
		r.N = o.readers
	case event.RUnlock:
		if o.readers == 0 && !o.partial {
			return false
		}
		o.readers = max(o.readers-1, 0)
		r.N = o.readers
	}
	m.act(w, p, r)
	return true
}

func (m *merger) counts(w *writer, p *event.Probe) bool {
	o := m.of(p, event.WaitGroup)
	if o == nil {
		return true
	}
	r := event.Record{Kind: p.Kind, Obj: o.id}
	g := w.f
	if p.Kind == event.WaitDone {
		if o.counter != 0 && !o.partial && (g.came != event.GroupWait || g.cameObj != o) {
			return false
		}
		g.came, g.cameObj = 0, nil
		m.act(w, p, r)
		return true
	}
	delta, known := p.Val.Int()
	n := int64(o.counter) + delta
	if (!known || n < 0 || n > 1<<31-1) && !o.partial {
		return false
	}
	o.counter = int32(min(max(n, 0), 1<<31-1))
	r.N = o.counter
	if known {
		r.Val = p.Val
	}
	m.act(w, p, r)
	return true
}

func (m *merger) signals(w *writer, p *event.Probe) bool {
	o := m.of(p, event.Cond)
	if o == nil {
		return true
	}
	r := event.Record{Kind: p.Kind, Obj: o.id}
	g := w.f
	switch p.Kind {
	case event.CondSignal, event.CondAll:
		r.N = o.waiting - min(max(o.calls, 0), o.waiting) + m.entering(p, w)
		if p.Kind == event.CondSignal {
			r.N = min(r.N, 1)
		}
		o.calls += r.N
	case event.CondWoken:
		if g.came != event.CondWait || g.cameObj != o {
			if o.calls <= 0 && !o.partial {
				return false
			}
			o.calls--
		}
		g.came, g.cameObj = 0, nil
	}
	m.act(w, p, r)
	return true
}

// entering counts those who are about to wait for the Cond of p: a signal may come
// between joining its queue and parking.
func (m *merger) entering(p *event.Probe, w *writer) int32 {
	n := int32(0)
	for _, f := range m.active {
		if v := f.w; v != nil && v != w && v.op.kind == event.GoPark && !v.op.parked && v.op.rec.Obj == p.Obj && event.Reason(v.op.rec.N) == event.CondWait {
			n++
		}
	}
	return n
}

func (m *merger) once(w *writer, p *event.Probe) bool {
	o := m.of(p, event.Once)
	if o == nil {
		return true
	}
	r := event.Record{Kind: p.Kind, Obj: o.id}
	switch {
	case p.Kind == event.OnceDone:
		if (o.runner != w.f.id || o.done) && !o.partial {
			return false
		}
		o.done = true
	case p.N == 1:
		if o.runner != 0 && !o.partial {
			return false
		}
		o.runner, r.N = w.f.id, 1
	default:
		if !o.done && !o.partial {
			return false
		}
	}
	m.act(w, p, r)
	return true
}

// doubt says of what record p is about that not all is known, since it cannot be as
// it says.
func (m *merger) doubt(w *writer, p *event.Probe, f *fiber) {
	switch p.Kind {
	case event.ChanSend, event.ChanSent, event.ChanRecv, event.ChanReceived, event.ChanRecvClosed, event.ChanClose, event.SelectChosen:
		m.smudge(m.of(p, event.Chan))
	case event.Lock, event.Unlock, event.TryFail:
		m.smudge(m.lockOf(p))
	case event.RLock, event.RUnlock:
		m.smudge(m.of(p, event.RWMutex))
	case event.WaitAdd, event.WaitDone:
		m.smudge(m.of(p, event.WaitGroup))
	case event.CondWoken:
		m.smudge(m.of(p, event.Cond))
	case event.OnceDo, event.OnceDone:
		m.smudge(m.of(p, event.Once))
	}
}
