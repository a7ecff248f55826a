package rt

import (
	"unsafe"

	"interleave/sim/event"
)

// Updates that lose another's, and decisions that are not true any more: a
// goroutine reads a variable, another one writes it, and the first writes it
// without having read it again, although what it writes, or that it does,
// depends on what it has read (Lu et al., "AVIO: Detecting Atomicity Violations
// via Access Interleaving Invariants", ASPLOS 2006: the unserialisable case
// read, remote write, write). That it depends is what the rewriter has found out.

// A Dep says that the write at a site depends on the read at another of the
// same function: by what it writes, or only in that it does.
type Dep struct {
	Read, Write int
	ByValue     bool
}

// deps are those of the program, by read and write.
var deps map[[2]uint16]bool

func findDeps() {
	deps = make(map[[2]uint16]bool, len(table.Deps))
	for _, d := range table.Deps {
		deps[[2]uint16{uint16(d.Read), uint16(d.Write)}] = d.ByValue
	}
}

// A view is what a goroutine has seen of a variable.
type view struct {
	by    uint32 // 0: nobody
	site  uint16 // where it read it last
	over  uint16 // where somebody else has written it since …
	stale bool   // … if anybody has
}

// views are those of the goroutines that read a variable last.
type views struct {
	few [4]view
	n   uint8 // whose place is given away next
}

// read: the running goroutine has read the variable.
func (v *views) read(site uint16) {
	var free *view
	for i := range v.few {
		switch w := &v.few[i]; {
		case w.by == cur.id:
			w.site, w.stale = site, false
			return
		case w.by == 0 && free == nil:
			free = w
		}
	}
	if free == nil {
		free = &v.few[v.n%uint8(len(v.few))]
		v.n++
	}
	*free = view{by: cur.id, site: site}
}

// write: it writes the variable; afresh if in one step it reads it, too.
func (v *views) write(site uint16, afresh bool) {
	for i := range v.few {
		w := &v.few[i]
		switch {
		case w.by == 0:
		case w.by != cur.id:
			w.stale, w.over = true, site
		default:
			if w.stale && !unwinding {
				ex.overwrote(w, site, afresh)
			}
			*w = view{}
		}
	}
}

// overwrote: the running goroutine writes what somebody else has written since
// it read it.
func (x *explorer) overwrote(w *view, site uint16, afresh bool) {
	x.run.stale = true
	byValue, depends := deps[[2]uint16{w.site, site}]
	if !depends || afresh {
		return
	}
	class := "atomicity"
	if byValue {
		class = "lost-update"
	}
	x.hazardous(sighting{id: ident(class, uint64(w.site), uint64(site)), class: class, sites: []uint16{w.site, w.over, site}, gs: []*g{cur}})
}

// behind is the rule that may be behind damage of a class, because the run has
// broken it. Where there is damage, a write of what has changed is telling also
// if nobody knows whether it depends on what was read.
func (x *explorer) behind(class string) string {
	if class != "panic" && class != "invariant" {
		return ""
	}
	for _, s := range x.run.found {
		if s.class == "lost-update" || s.class == "atomicity" {
			return s.class
		}
	}
	if x.run.stale {
		return "atomicity"
	}
	return ""
}

// views of variables that are accessed atomically; those of a run are taken
// from a pool.
var (
	atomics    byAddr[views]
	viewsPool  []*views
	viewsTaken int
)

func viewsAt(p unsafe.Pointer) *views {
	if v := atomics.find(p); v != nil {
		return v
	}
	if viewsTaken == len(viewsPool) {
		viewsPool = append(viewsPool, &views{})
	}
	v := viewsPool[viewsTaken]
	viewsTaken++
	*v = views{}
	atomics.put(p, v)
	return v
}

func forgetViews() {
	atomics.forget()
	viewsTaken = 0
}

// atomically is an atomic operation of the running goroutine that has been done.
// What a failed compare-and-swap says is that the variable has changed.
func (x *explorer) atomically(p unsafe.Pointer, kind event.Kind, v int64, ok bool) {
	if !ok {
		idled()
	}
	switch {
	case kind == event.AtomicLoad:
		viewsAt(p).read(cur.site)
	case ok:
		viewsAt(p).write(cur.site, kind == event.AtomicRMW)
		if x.asksValues {
			x.wrote(siteName(cur.site), itoa(v))
		}
	}
}
