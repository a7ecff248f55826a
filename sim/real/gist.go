package real

import (
	"maps"
	"slices"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/say"
)

// A gist is what a run has come to: what somebody needs who did not see how. It
// takes part in no picture of its own, but stands for events that are gone.
type gist struct {
	texts   map[uint32]string
	sites   map[uint32]event.Site
	objects map[event.ObjID]event.Object
	said    map[uint32]bool // texts that only one event names

	traced event.Record
	t      uint64
	events uint64
	gs     map[event.GID]*goer
	procs  [event.NoP]procState
	knob   event.Record
	gc     event.Record              // GCStart, while the collector marks
	tasks  map[event.ObjID]bool      // those that have not ended
	last   map[event.ObjID]event.Val // values of metrics
	labels map[event.GID]event.Val
}

type procState struct {
	awake  bool
	thread int32
	sweeps bool
}

// A goer is a goroutine that has not ended.
type goer struct {
	name   event.Val
	site   uint16 // where it was created
	state  event.Kind
	reason int32 // for which it is parked
	at     uint16
	obj    event.ObjID
	call   event.Val
	p      uint8
}

func newGist() *gist {
	return &gist{
		texts: map[uint32]string{}, sites: map[uint32]event.Site{}, objects: map[event.ObjID]event.Object{}, said: map[uint32]bool{},
		gs: map[event.GID]*goer{}, tasks: map[event.ObjID]bool{}, last: map[event.ObjID]event.Val{}, labels: map[event.GID]event.Val{},
	}
}

// take adds a frame that follows.
func (g *gist) take(frame []byte) error {
	return event.Decode(frame, event.Sink{
		Text:   func(id uint32, s string) error { g.texts[id] = s; return nil },
		Site:   func(id uint32, s event.Site) error { g.sites[id] = s; return nil },
		Object: func(id event.ObjID, o event.Object) error { g.objects[id] = o; return nil },
		Event:  func(_ uint64, r event.Record) error { g.apply(&r); return nil },
	})
}

func (g *gist) apply(r *event.Record) {
	g.t = r.T
	g.events++
	switch r.Kind {
	case event.Traced:
		g.traced = *r
	case event.Output, event.UserLog:
		delete(g.texts, r.Val.Text()) // nothing else names it
	case event.GoCreate:
		n := &goer{name: r.Val, site: r.Site, state: event.GoReady, p: event.NoP}
		if r.N != 0 {
			n.state, n.reason, n.at = event.GoPark, r.N, r.Site
		}
		g.gs[event.GID(r.Peer)] = n
	case event.GoName:
		if n := g.gs[event.GID(r.Peer)]; n != nil {
			n.name = r.Val
		}
	case event.GoReady, event.Retake:
		if n := g.gs[event.GID(r.Peer)]; n != nil {
			if n.p = event.NoP; r.Kind == event.GoReady {
				n.state = event.GoReady
			}
		}
	case event.ProcStart:
		g.procs[r.P].awake, g.procs[r.P].thread = true, r.N
	case event.ProcStop:
		g.procs[r.P].awake = false
	case event.GCSweep:
		g.procs[r.P].sweeps = r.N == 1
	case event.Knob:
		g.knob = *r
	case event.GCStart, event.GCEnd:
		g.gc = *r
	case event.TaskBegin:
		g.tasks[r.Obj] = true
	case event.TaskEnd:
		delete(g.tasks, r.Obj)
		delete(g.objects, r.Obj)
	case event.Metric:
		if old, ok := g.last[r.Obj]; ok && old.Text() >= ownTexts {
			delete(g.texts, old.Text())
		}
		g.last[r.Obj] = r.Val
	case event.Label:
		g.labels[r.G] = r.Val
	default:
		g.goes(r)
	}
}

// goes takes what a goroutine does to its own state.
func (g *gist) goes(r *event.Record) {
	n := g.gs[r.G]
	if n == nil {
		return
	}
	switch r.Kind {
	case event.GoStart:
		n.state, n.p = event.GoStart, r.P
	case event.GoPark:
		n.state, n.reason, n.at, n.obj, n.p = event.GoPark, r.N, r.Site, r.Obj, event.NoP
	case event.GoYield:
		n.state, n.p = event.GoReady, event.NoP
	case event.SysEnter:
		n.state, n.call, n.at = event.SysEnter, r.Val, r.Site
	case event.SysExit:
		if n.state, n.p = event.GoStart, r.P; r.N == 0 {
			n.state, n.p = event.GoReady, event.NoP
		}
	case event.GoEnd:
		delete(g.gs, r.G)
		delete(g.labels, r.G)
	}
}

// frames are events that come to the same, the last of which is the one before
// event next.
func (g *gist) frames(next uint64) []eventlog.Frame {
	recs := g.records()
	defs := g.defs()
	// A frame has its bounds, and each has to hold an event, or nobody would ask
	// for the next.
	for len(recs) < len(defs) {
		recs = append(recs, event.Record{T: g.t, Kind: event.Output, N: fromUs, P: event.NoP})
	}
	first := next - min(next, uint64(len(recs))) // much more was dropped than this comes to
	var all []eventlog.Frame
	for i := 0; len(recs) > 0; i++ {
		var b []byte
		n := 1
		if i < len(defs) {
			b = defs[i]
		}
		if i >= len(defs)-1 {
			n = min(len(recs), maxSummary/event.RecordSize)
		}
		data := make([]byte, event.HeaderSize, event.HeaderSize+len(b)+n*event.RecordSize)
		event.PutHeader(data, len(b), first, n)
		h := event.Header{Defs: len(b), First: first, Count: n}
		data = append(data, b...)
		for _, r := range recs[:n] {
			var rec [event.RecordSize]byte
			r.Put(rec[:])
			data = append(data, rec[:]...)
		}
		all = append(all, eventlog.Frame{Header: h, Data: data})
		first += uint64(n)
		recs = recs[n:]
	}
	return all
}

// goneText is the text that says what is gone.
const goneText = ownTexts - 1

// maxSummary bounds each half of a frame.
const maxSummary = event.MaxFrame / 4

// records are the events that come to the same.
func (g *gist) records() []event.Record {
	var recs []event.Record
	add := func(r event.Record) {
		r.T = g.t
		recs = append(recs, r)
	}
	if g.traced.Kind != 0 {
		add(g.traced)
	}
	if g.events > 0 {
		g.texts[goneText] = say.Text(say.Fallback, "real.gone", "n", g.events) + "\n"
		add(event.Record{Kind: event.Output, N: fromUs, Val: goneText, P: event.NoP})
	}
	if g.knob.Kind != 0 {
		add(g.knob)
	}
	ids := slices.Sorted(maps.Keys(g.gs))
	for _, id := range ids {
		n := g.gs[id]
		r := event.Record{Kind: event.GoCreate, Peer: uint32(id), Val: n.name, Site: n.site, P: event.NoP}
		if n.state == event.GoPark {
			r.N, r.Site = n.reason, n.at
		}
		add(r)
	}
	for p := range g.procs {
		if s := g.procs[p]; s.awake {
			add(event.Record{Kind: event.ProcStart, P: uint8(p), N: s.thread})
		}
		if g.procs[p].sweeps {
			add(event.Record{Kind: event.GCSweep, P: uint8(p), N: 1})
		}
	}
	for _, id := range ids {
		n := g.gs[id]
		if n.p != event.NoP {
			add(event.Record{Kind: event.GoStart, G: id, P: n.p, N: int32(event.Unsaid)})
		}
		if n.state == event.SysEnter {
			add(event.Record{Kind: event.SysEnter, G: id, P: n.p, Val: n.call, Site: n.at})
		}
	}
	if g.gc.Kind == event.GCStart {
		marks := g.gc
		marks.G, marks.P = 0, event.NoP // whoever began that does something else by now
		add(marks)
	}
	for _, obj := range slices.Sorted(maps.Keys(g.objects)) {
		if class := g.objects[obj].Class; class != event.Task && class != event.Expvar {
			add(event.Record{Kind: event.Partial, Obj: obj, P: event.NoP}) // who holds it and what is in it is gone
		}
	}
	for _, obj := range slices.Sorted(maps.Keys(g.last)) {
		add(event.Record{Kind: event.Metric, Obj: obj, Val: g.last[obj], P: event.NoP})
	}
	return recs
}

// defs are the definitions, in parts.
func (g *gist) defs() (parts [][]byte) {
	var b []byte
	room := func() {
		if len(b) > maxSummary {
			parts, b = append(parts, b), nil
		}
	}
	for _, id := range slices.Sorted(maps.Keys(g.texts)) {
		b = event.AppendText(b, id, g.texts[id])
		room()
	}
	for _, id := range slices.Sorted(maps.Keys(g.sites)) {
		b = event.AppendSite(b, id, g.sites[id])
		room()
	}
	for _, id := range slices.Sorted(maps.Keys(g.objects)) {
		b = event.AppendObject(b, id, g.objects[id])
		room()
	}
	return append(parts, b)
}
