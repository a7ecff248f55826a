package realtrace

import "interleave/sim/event"

// parks adds to a GoPark of the trace for what goroutine f waits, if it has recorded
// that. What the runtime itself makes it wait for in between is none of that.
func (m *merger) parks(r *event.Record, f *fiber) {
	if f == nil {
		return
	}
	m.awaited(r, f)
	if f.reason == 0 {
		m.park(f, event.Reason(r.N), nil, nil)
	}
}

func (m *merger) awaited(r *event.Record, f *fiber) {
	w := f.w
	if w == nil {
		return
	}
	reason := event.Reason(r.N)
	switch {
	case w.op.kind == event.SelectWait && reason == event.SelectPark:
		m.selects(r, f)
	case w.op.kind == event.GoPark && sameWait(event.Reason(w.op.rec.N), reason):
		m.waits(r, f)
	case reason == event.OnceWait:
		if p := w.next(); p != nil && p.Kind == event.OnceDo && p.N != 1 {
			if o := m.of(p, event.Once); o != nil {
				r.Obj = o.id
				m.park(f, reason, o, nil)
			}
		}
	}
}

// sameWait reports whether what a probe calls its wait and what the trace calls it
// may be the same.
func sameWait(probed, traced event.Reason) bool {
	switch probed {
	case event.RecvWait, event.SendWait, event.CondWait, event.Forever:
		return probed == traced
	case event.NilRecv, event.NilSend:
		return traced == event.RecvWait || traced == event.SendWait || traced == event.Forever
	case event.MutexWait, event.RLockWait, event.GroupWait:
		switch traced {
		case event.MutexWait, event.RLockWait, event.GroupWait, event.SyncWait:
			return true
		}
	}
	return false
}

// waits is parks for one that waits for one thing.
func (m *merger) waits(r *event.Record, f *fiber) {
	op := &f.w.op
	op.parked = true
	p := &op.rec
	reason := event.Reason(p.N)
	r.N = p.N
	if site := m.site(p.Site); r.Site == 0 {
		r.Site = site
	}
	var o *object
	switch reason {
	case event.RecvWait, event.SendWait:
		if o = m.of(p, event.Chan); o == nil {
			return
		}
		v := wait{obj: o, send: reason == event.SendWait}
		if v.send {
			v.val = m.val(p.Val)
			r.Val = v.val
		}
		r.Obj = o.id
		f.through = through{}
		m.park(f, reason, nil, []wait{v})
		return
	case event.MutexWait:
		o = m.lockOf(p)
	case event.RLockWait:
		if o = m.of(p, event.RWMutex); f.granted != nil {
			o = nil // it was released and found the lock taken again: it does not read twice
		}
	case event.GroupWait:
		o = m.of(p, event.WaitGroup)
	case event.CondWait:
		o = m.of(p, event.Cond)
	}
	if o != nil {
		r.Obj = o.id
	}
	m.park(f, reason, o, nil)
}

// selects is parks for a select.
func (m *merger) selects(r *event.Record, f *fiber) {
	op := &f.w.op
	op.parked = true
	all := make([]wait, 0, len(op.cases))
	for i := range op.cases {
		p := &op.cases[i]
		if p.Obj == 0 {
			continue
		}
		o := m.of(p, event.Chan)
		if o == nil {
			return
		}
		all = append(all, wait{obj: o, send: p.Flag&event.ProbeSend != 0, val: m.val(p.Val), index: p.N})
	}
	for i, v := range all {
		s := event.Record{Kind: event.SelectWait, G: f.id, P: f.p, T: m.now, Obj: v.obj.id, N: v.index, Site: r.Site}
		if v.send {
			s.Peer, s.Val = 1, v.val
		}
		if i < len(op.cases) {
			if site := m.site(op.cases[i].Site); site != 0 {
				s.Site = site
			}
		}
		m.write(s)
	}
	f.through = through{}
	m.park(f, event.SelectPark, nil, all)
}

// ready places a GoReady of the trace, which by does: what it did to release the
// goroutine is said before. It returns false if that was not read yet.
func (m *merger) ready(r *event.Record, by *fiber, hardly bool) bool {
	f := m.fibers[event.GID(r.Peer)]
	var w *writer
	if by != nil {
		w = by.w
	}
	if f == nil {
		m.settle(w, r, force)
		m.write(*r)
		return true
	}
	if len(f.waits) > 0 && f.through.obj == nil {
		if !m.explain(r, w, f, hardly) {
			return false
		}
	} else {
		m.settle(w, r, force)
	}
	switch {
	case len(f.waits) > 0:
		r.Obj = m.cause(f).id
	case f.obj != nil:
		m.ripe(f, f.obj)
		r.Obj = f.obj.id
	}
	m.write(*r)
	m.release(f)
	f.state = runnable
	m.retry()
	return true
}

// explain lets w do what releases f, which waits on channels.
func (m *merger) explain(r *event.Record, w *writer, f *fiber, hardly bool) bool {
	h := force
	if hardly {
		h = hard
	}
	if w != nil {
		i := m.freeing(w, f)
		if i < 0 {
			m.settle(w, r, force)
		} else {
			if !m.advance(w, i, h) && !hardly {
				return false
			}
			p := w.next()
			closes := p.Kind == event.ChanClose
			switch {
			case closes:
				m.perform(w, nil, hard)
			case !m.perform(w, f, h):
				return false
			}
		}
	}
	if f.through.obj != nil || m.cause(f) != nil {
		return true
	}
	if w != nil && w.done == len(w.recs) && !hardly {
		return false // it may not have come to write it
	}
	// Code without probes has done it. On which channel, f itself says when it goes on.
	if f.w != nil {
		if p := f.w.next(); p != nil && p.Kind == event.SelectChosen && p.Obj != 0 {
			for _, v := range f.waits {
				if v.obj == m.objects[address{p.Obj, event.Chan}] {
					m.smudge(v.obj)
					return true
				}
			}
		}
	}
	for _, v := range f.waits {
		m.smudge(v.obj)
	}
	return true
}

// freeing returns the index of the record by which w releases f now; -1 if it has none.
// It is the last that w has stamped before, or the first that it stamps afterwards.
func (m *merger) freeing(w *writer, f *fiber) int {
	if m.vague {
		for i := w.done; i < len(w.recs) && i < w.done+maxLook; i++ {
			if m.frees(w, &w.recs[i], f) {
				return i
			}
		}
		return -1
	}
	end := m.due(w, m.clock)
	if end > w.done && before(&w.recs[end-1]) && m.frees(w, &w.recs[end-1], f) {
		return end - 1
	}
	i := end
	for i > w.done && m.since(w.recs[i-1].T)+m.margin >= m.clock {
		i-- // the two clocks are not quite the same
	}
	for ; i < len(w.recs); i++ {
		if m.frees(w, &w.recs[i], f) {
			return i
		}
		if i >= end && !quiet(w.recs[i].Kind) {
			break
		}
	}
	return -1
}

// cause returns the channel by which f can be released now; nil if there is none.
func (m *merger) cause(f *fiber) *object {
	if f.through.obj != nil {
		return f.through.obj
	}
	for _, v := range f.waits {
		if v.obj.closed {
			return v.obj
		}
	}
	if f.w != nil && len(f.waits) > 1 {
		if p := f.w.next(); p != nil && p.Kind == event.SelectChosen {
			for _, v := range f.waits {
				if v.obj.partial && v.obj == m.objects[address{p.Obj, event.Chan}] {
					return v.obj
				}
			}
		}
	}
	for _, v := range f.waits {
		if v.obj.partial {
			return v.obj
		}
	}
	return nil
}

// before reports whether a record may have been stamped before what it says was done.
func before(p *event.Probe) bool { return releases(p) }

// quiet reports whether a record is no operation: an event of the trace, or an op's
// beginning.
func quiet(k event.Kind) bool { return k == event.GoPark || k == event.SelectWait }

// frees reports whether what p says may release f.
func (m *merger) frees(w *writer, p *event.Probe, f *fiber) bool {
	o := m.objects[address{p.Obj, event.Chan}]
	if o == nil || w.op.parked && p == w.next() { // it was released itself
		return false
	}
	switch does(p) {
	case sending:
		return f.awaits(o, false) != nil
	case receiving:
		return f.awaits(o, true) != nil
	case closing:
		return f.awaits(o, true) != nil || f.awaits(o, false) != nil
	}
	return false
}

// ripe lets others do what must have been done before one who waits for o is released.
func (m *merger) ripe(f *fiber, o *object) {
	switch f.reason {
	case event.GroupWait:
		for o.counter != 0 && !o.partial && m.countDown(o) {
		}
		if o.counter != 0 {
			m.smudge(o)
		}
	case event.CondWait:
		if o.calls <= 0 {
			m.smudge(o)
		}
	case event.OnceWait:
		if !o.done {
			m.smudge(o)
		}
	}
}

// countDown lets somebody whose next record is about WaitGroup o do it.
func (m *merger) countDown(o *object) bool {
	for _, g := range m.active {
		if v := g.w; v != nil && v.done < len(v.recs) {
			if p := v.next(); p.Kind == event.WaitAdd && m.objects[address{p.Obj, event.WaitGroup}] == o && m.perform(v, nil, wait1) {
				return true
			}
		}
	}
	return false
}

// What a record does to others.
type doing uint8

const (
	nothing doing = iota
	sending
	receiving
	closing
	closed // it receives that a channel is closed
	locking
	unlocking
	reading
	leaving
	adding
	added
	signalling
	woken
	onced
	done
)

func does(p *event.Probe) doing {
	switch p.Kind {
	case event.ChanSend, event.ChanSent:
		return sending
	case event.ChanRecv, event.ChanReceived:
		return receiving
	case event.ChanClose:
		return closing
	case event.ChanRecvClosed:
		return closed
	case event.SelectChosen:
		switch {
		case p.N < 0:
			return nothing
		case p.Flag&event.ProbeClosed != 0:
			return closed
		case p.Flag&event.ProbeSend != 0:
			return sending
		}
		return receiving
	case event.Lock:
		return locking
	case event.Unlock:
		return unlocking
	case event.RLock:
		return reading
	case event.RUnlock:
		return leaving
	case event.WaitAdd:
		return adding
	case event.WaitDone:
		return added
	case event.CondSignal, event.CondAll:
		return signalling
	case event.CondWoken:
		return woken
	case event.OnceDo:
		return onced
	case event.OnceDone:
		return done
	}
	return nothing
}

// helps reports whether p, of somebody else, may make possible what w needs to do,
// which would release f. Both are about the same address.
func (m *merger) helps(need, p *event.Probe, w *writer, f *fiber) bool {
	it := does(p)
	switch does(need) {
	case sending:
		o := m.objects[address{need.Obj, event.Chan}]
		return it == receiving && o != nil && o.len() > 0 && fits(m.val(p.Val), o.buf[o.from])
	case receiving:
		o := m.objects[address{need.Obj, event.Chan}]
		if o == nil {
			return false
		}
		if o.len() > 0 && f == nil {
			return it == receiving && fits(m.val(p.Val), o.buf[o.from]) && !fits(m.val(need.Val), o.buf[o.from])
		}
		return it == sending && (o.len() > 0 || fits(p.Val, need.Val)) || it == closing && need.Kind == event.SelectChosen
	case closed:
		return it == closing || it == receiving
	case locking:
		return it == unlocking || it == leaving
	case reading:
		return it == unlocking
	case unlocking:
		return it == locking
	case leaving:
		return it == reading
	case adding, added:
		return it == adding
	case woken:
		return it == signalling
	case onced:
		return it == done
	}
	return false
}
