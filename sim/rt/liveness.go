package rt

import (
	"slices"
	"unsafe"

	"interleave/sim/rt/search"
)

// Runs that go on and on. From the middle of the most steps that a run may take
// everybody goes on in turn: what does not come to an end then either does so
// under no fair schedule that begins alike.

// movement is what is known of the end of a run that went on for too long.
type movement struct {
	gs    []*g     // who took a step
	sites []uint16 // where they stood
}

const (
	lastMoves   = 400 // steps before the end of such a run that are looked at
	maxMoves    = 16  // places that are told of
	maxPassedBy = 200 // how often others get a lock before one who waits for it
)

// plain does the schedule in which everybody goes on until it has to wait, and
// then the one in which everybody has a turn: the one in which goroutines are
// most likely to step aside for each other for ever.
func (x *explorer) plain(p search.Search) {
	x.one(&guide{})
	x.weigh(p)
	x.inStep = true
	x.one(&guide{})
	x.inStep = false
	x.weigh(p)
}

// moves is called when g takes a step in a run that goes on for too long.
func (x *explorer) moves(g *g) {
	if x.run.steps <= x.opt.steps-lastMoves {
		return
	}
	m := &x.rules.movement
	if !slices.Contains(m.gs, g) {
		m.gs = append(m.gs, g)
	}
	if g.site != 0 && len(m.sites) < maxMoves && !slices.Contains(m.sites, g.site) {
		m.sites = append(m.sites, g.site)
	}
}

// wentOn judges a run that went on for too long: it is a livelock if others came
// to an end long before, else the program may well be one that never ends.
func (x *explorer) wentOn() {
	m := &x.rules.movement
	if len(m.gs) == 0 {
		m.gs, m.sites = append(m.gs, x.last), append(m.sites, x.last.site)
	}
	var key uint64
	for _, g := range m.gs {
		key += ident("", hashOf(g.funcName))
	}
	s := sighting{id: endlessID, class: "endless", severity: noteworthy, sites: m.sites, gs: m.gs}
	if x.longest > 0 {
		if x.longest*5 >= x.run.steps {
			return
		}
		x.damaging(endlessID)
		s.id, s.class, s.severity = ident("livelock", key), "livelock", bug
	}
	x.saw(s)
}

var endlessID = ident("endless")

// passedBy is called when the running goroutine gets a lock in a run in which
// everybody has a turn: who waits for it meanwhile must get it, too, some time.
func (x *explorer) passedBy(p unsafe.Pointer) {
	cur.passed = 0
	for o := gs.oldest; o != nil; o = o.newer {
		if o == cur || o.lockOf() != p {
			continue
		}
		if o.passed++; o.passed > maxPassedBy {
			x.saw(sighting{id: ident("starvation", uint64(o.site)), class: "starvation", severity: bug, sites: []uint16{o.site, cur.site}, gs: []*g{o, cur}})
		}
	}
}
