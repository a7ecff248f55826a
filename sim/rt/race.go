package rt

import (
	"reflect"
	"unsafe"

	"interleave/sim/event"
)

// Races, found as FastTrack does (Flanagan and Freund, PLDI 2009): of a
// variable's writes the last one is enough, of its reads the last one, too, as
// long as each is ordered after the one before; only where reads are
// concurrent one a goroutine is kept.

// A stamp is an access: when it was, and what to say of it.
type stamp struct {
	at   instant // 0: there is none
	by   uint32  // the goroutine
	site uint16
}

func (t *timeline) stamp(site uint16) stamp {
	s := stamp{t.at, cur.id, site}
	if ex.rec != nil {
		ex.rec.keepStack(s)
	}
	return s
}

// history is what is known of the accesses to a variable.
type history struct {
	wrote  stamp
	read1  stamp   // the last read, while reads is empty
	reads  []stamp // the last read of each goroutine, if they are concurrent
	atomic []stamp // the last atomic operation of each goroutine, by function of sync/atomic
	stores []stamp // those of them that wrote
	views  views
}

// cleared is a history of nothing that uses the room of h.
func (h *history) cleared() history {
	return history{reads: h.reads[:0], atomic: h.atomic[:0], stores: h.stores[:0]}
}

// read is a read of the variable by the running goroutine at site. One at a
// time at which it has read or written the variable already says nothing new,
// but to a search: there somebody else's access may come between the two, for
// which the place has to be known.
func (c *cell) read(site uint16) {
	now := cur.hb.at
	switch known := c.read1.at == now && (!exploring || c.read1.site == site) || c.wrote.at == now && (!exploring || c.wrote.site == site); {
	case !known:
		c.readAnew(cur.hb, site)
	case exploring:
		c.views.read(site)
	}
}

func (c *cell) readAnew(t *timeline, site uint16) {
	if exploring {
		c.views.read(site)
	}
	c.against(&c.wrote, true, false, site)
	for i := range c.stores {
		c.against(&c.stores[i], true, false, site)
	}
	switch {
	case len(c.reads) > 0:
		remember(&c.reads, t, site)
	case c.read1.at.before(t):
		c.read1 = t.stamp(site)
	default:
		c.reads = append(c.reads, c.read1, t.stamp(site))
		c.read1 = stamp{}
	}
}

// write is a write of the variable by the running goroutine at site.
func (c *cell) write(site uint16) {
	if c.wrote.at != cur.hb.at || c.read1.at != 0 || len(c.reads) > 0 || exploring && c.wrote.site != site {
		c.writeAnew(cur.hb, site)
	}
}

func (c *cell) writeAnew(t *timeline, site uint16) {
	if exploring {
		c.views.write(site, false)
	}
	c.against(&c.wrote, true, true, site)
	c.against(&c.read1, false, true, site)
	for i := range c.reads {
		c.against(&c.reads[i], false, true, site)
	}
	for i := range c.atomic {
		c.against(&c.atomic[i], true, true, site)
	}
	c.wrote, c.read1, c.reads = t.stamp(site), stamp{}, c.reads[:0]
}

// atomically is an atomic operation on a variable that others access plainly.
func (c *cell) atomically(write bool, site uint16) {
	c.against(&c.wrote, true, write, site)
	if write {
		c.against(&c.read1, false, true, site)
		for i := range c.reads {
			c.against(&c.reads[i], false, true, site)
		}
		remember(&c.stores, cur.hb, site)
	}
	remember(&c.atomic, cur.hb, site)
}

// atomicVar is an operation of a function of sync/atomic on the variable at
// p, which others may access plainly.
func atomicVar(p unsafe.Pointer, kind event.Kind, ok bool) {
	c := shadow.find(p)
	if c == nil {
		c = newCell(p, reflect.TypeFor[int64](), "", cur.site)
	}
	c.atomically(kind != event.AtomicLoad && ok, cur.site)
	atomicAt(p, kind, ok)
}

// remember keeps the last access of each goroutine.
func remember(list *[]stamp, t *timeline, site uint16) {
	for i := range *list {
		if uint32((*list)[i].at>>32) == t.slot {
			(*list)[i] = t.stamp(site)
			return
		}
	}
	*list = append(*list, t.stamp(site))
}

// against tells of a race of the running goroutine's access at site with an
// earlier one, if nothing orders them: once a pair of places.
func (c *cell) against(e *stamp, wrote, writes bool, site uint16) {
	if e.at.before(cur.hb) {
		return
	}
	if exploring {
		var how int64
		if wrote {
			how |= event.RaceWrote
		}
		if writes {
			how |= event.RaceWrites
		}
		ex.raced(c, e, how, site)
		return
	}
	pair := [2]uint16{min(e.site, site), max(e.site, site)}
	if racesTold[pair] {
		return
	}
	racesTold[pair] = true
	var how int64
	if wrote {
		how |= event.RaceWrote
	}
	if writes {
		how |= event.RaceWrites
	}
	emit(event.Race, cur.id, c.object(), e.by, intVal(how), int32(e.site), site)
}

// racesTold are the pairs of sites whose race is known already.
var racesTold = map[[2]uint16]bool{}
