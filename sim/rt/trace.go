package rt

import (
	"strings"
	"unsafe"

	"interleave/sim/event"
)

// What the events speak of.
var (
	tracing  bool                  // events are wanted
	texts    = map[string]uint32{} // interned texts
	lastText uint32                // the last text id given out
	lastObj  uint32                // the last object id given out
)

// emit takes an event of the running goroutine's P.
func emit(k event.Kind, g, obj, peer uint32, val event.Val, n int32, site uint16) {
	if tracing {
		record(k, g, obj, peer, val, n, site)
	}
}

// emitAt takes an event of P number p.
func emitAt(k event.Kind, g, obj, peer uint32, val event.Val, n int32, site uint16, p uint8) {
	if tracing {
		recordAt(k, g, obj, peer, val, n, site, p)
	}
}

// record writes a record where it will be read: no copy is made. It is a
// function of its own so that emit is small enough to be part of its callers.
//
//go:noinline
func record(k event.Kind, g, obj, peer uint32, val event.Val, n int32, site uint16) {
	p := uint8(event.NoP)
	if g != 0 {
		p = cur.proc
	}
	i := bufN
	r := &buf[i&(bufSize-1)]
	r.T, r.G, r.Obj, r.Peer, r.Val, r.N, r.Site, r.Kind, r.P = uint64(now()), event.GID(g), event.ObjID(obj), peer, val, n, site, k, p
	written(i)
}

// recordAt is record for P number p.
func recordAt(k event.Kind, g, obj, peer uint32, val event.Val, n int32, site uint16, p uint8) {
	i := bufN
	r := &buf[i&(bufSize-1)]
	r.T, r.G, r.Obj, r.Peer, r.Val, r.N, r.Site, r.Kind, r.P = uint64(now()), event.GID(g), event.ObjID(obj), peer, val, n, site, k, p
	written(i)
}

// intern returns the text s as a value, defined once.
func intern(s string) event.Val {
	if s == "" {
		return 0
	}
	known := &lately[uintptr(unsafe.Pointer(unsafe.StringData(s)))/8%uintptr(len(lately))]
	if len(known.s) == len(s) && unsafe.StringData(known.s) == unsafe.StringData(s) {
		return known.val
	}
	id, ok := texts[s]
	if !ok {
		id = newText(s)
		texts[s] = id
	}
	known.s, known.val = s, event.Val(id)
	return event.Val(id)
}

// lately are some texts that were interned, by where their bytes are: most are
// constants of the program, for which this is quicker than texts.
var lately [64]struct {
	s   string
	val event.Val
}

// newText defines a text that is not expected again.
func newText(s string) uint32 {
	s = strings.ToValidUTF8(s, "\uFFFD")
	lastText++
	define(len(s), func(b []byte) []byte { return event.AppendText(b, lastText, s) })
	return lastText
}

// newObj defines an object. What a library uses while it is initialised, when
// there is nobody to tell, stays without an id until the run meets it again.
func newObj(c event.Class, name, typ string, site uint16) uint32 {
	if mach == nil {
		return 0
	}
	lastObj++
	if tracing {
		n, t := intern(name), intern(typ)
		define(20, func(b []byte) []byte {
			return event.AppendObject(b, event.ObjID(lastObj), event.Object{Class: c, Name: n.Text(), Type: t.Text(), Site: uint32(site)})
		})
	}
	return lastObj
}

// newNamed defines an object that the running goroutine uses for the first
// time, by the name that it has there.
func newNamed(c event.Class) uint32 { return newObj(c, siteName(cur.site), "", cur.site) }

// siteName is what the operation at a site is about.
func siteName(site uint16) string {
	if name := nameAt(site); name != "" && name[0] != '=' && name[0] != '!' {
		return name
	}
	return ""
}

// madeName is what the result of the operation at a site is called.
func madeName(site uint16) string {
	if name, ok := strings.CutPrefix(nameAt(site), "="); ok {
		return name
	}
	return ""
}

func nameAt(site uint16) string {
	if site != 0 && int(site) <= len(table.Sites) {
		if i := int(table.Sites[site-1].Name); i < len(table.Names) {
			return table.Names[i]
		}
	}
	return ""
}
