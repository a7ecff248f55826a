package rt

import (
	"iter"
	"slices"
	"unsafe"

	"interleave/sim/event"
)

// Maps as the runtime sees them (internal/runtime/maps, map.go): one object,
// with a flag while somebody writes, which readers, iterators and other
// writers look at. Somebody else finds the flag set only if the accesses do
// overlap, so there is a scheduling point in the midst of each write.

// A MapRef is a map about to be accessed.
type MapRef[K comparable, V any] struct {
	m    map[K]V
	site uint16
}

// MapAt returns m, for an access at site.
func MapAt[M ~map[K]V, K comparable, V any](m M, site uint16) MapRef[K, V] {
	return MapRef[K, V]{m, site}
}

// Get is m[k].
func (r MapRef[K, V]) Get(k K) V {
	seeMap(mapAddr(&r.m), (*map[K]V)(nil), r.site, "concurrent map read and map write")
	return r.m[k]
}

// Get2 is m[k] with its second value.
func (r MapRef[K, V]) Get2(k K) (V, bool) {
	seeMap(mapAddr(&r.m), (*map[K]V)(nil), r.site, "concurrent map read and map write")
	v, ok := r.m[k]
	return v, ok
}

// Set is m[k] = v.
func (r MapRef[K, V]) Set(k K, v V) {
	c := beginMapWrite(mapAddr(&r.m), (*map[K]V)(nil), r.site)
	defer doneWriting(mapAddr(&r.m)) // also if the key has no hash, or the map is nil
	r.m[k] = v
	endMapWrite(c, r.site)
}

// Elem is the element of key k, about to be changed by an operation.
func (r MapRef[K, V]) Elem(k K) MapElem[K, V] { return MapElem[K, V]{r, k} }

// Delete is delete(m, k).
func (r MapRef[K, V]) Delete(k K) {
	c := beginMapWrite(mapAddr(&r.m), (*map[K]V)(nil), r.site)
	defer doneWriting(mapAddr(&r.m))
	delete(r.m, k)
	endMapWrite(c, r.site)
}

// Clear is clear(m).
func (r MapRef[K, V]) Clear() {
	c := beginMapWrite(mapAddr(&r.m), (*map[K]V)(nil), r.site)
	defer doneWriting(mapAddr(&r.m))
	clear(r.m)
	endMapWrite(c, r.site)
}

// Len is len(m).
func (r MapRef[K, V]) Len() int {
	seeMap(mapAddr(&r.m), (*map[K]V)(nil), r.site, "")
	return len(r.m)
}

// A MapElem is an element of a map, to be read and written: m[k]++.
type MapElem[K comparable, V any] struct {
	r MapRef[K, V]
	k K
}

// Load reads the element, which the runtime does within the write.
func (e MapElem[K, V]) Load() V {
	seeMap(mapAddr(&e.r.m), (*map[K]V)(nil), e.r.site, "concurrent map writes")
	return e.r.m[e.k]
}

// Set writes the element.
func (e MapElem[K, V]) Set(v V) { e.r.Set(e.k, v) }

// RangeMapSeen is RangeMap, each step of which is a read of the map.
func RangeMapSeen[M ~map[K]V, K comparable, V any](m M, site uint16) iter.Seq2[K, V] {
	seq := RangeMap(m, site)
	return func(yield func(K, V) bool) {
		next := func() {
			plain := map[K]V(m)
			seeMap(mapAddr(&plain), (*map[K]V)(nil), site, "concurrent map iteration and map write")
		}
		next()
		for k, v := range seq {
			if !yield(k, v) {
				return
			}
			next()
		}
	}
}

func mapAddr[K comparable, V any](m *map[K]V) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(m))
}

// seeMap is a read of the map at p, unless somebody writes it; then the run
// ends with the words fatal, if there are any.
func seeMap(p unsafe.Pointer, typ any, site uint16, fatal string) {
	budget -= costAccess
	pause(p, false, site)
	if fatal != "" {
		refuseOverlap(p, fatal, site)
	}
	if watch && p != nil {
		c := shadowOf(p, typ, site)
		if hb {
			c.read(site)
		}
		c.tellMap(event.Read, site)
	}
}

// writing are the maps that somebody is in the midst of writing.
var writing []unsafe.Pointer

func refuseOverlap(p unsafe.Pointer, fatal string, site uint16) {
	if len(writing) > 0 && slices.Contains(writing, p) {
		At(site)
		Throw(fatal)
	}
}

// beginMapWrite begins a write of the map at p, and lets others come in
// between before it is done.
func beginMapWrite(p unsafe.Pointer, typ any, site uint16) (c *cell) {
	budget -= costAccess
	pause(p, true, site)
	if p == nil {
		return nil
	}
	refuseOverlap(p, "concurrent map writes", site)
	if watch {
		c = shadowOf(p, typ, site)
		if hb {
			c.write(site)
		}
	}
	writing = append(writing, p)
	budget -= costAccess
	pause(p, true, site)
	return c
}

// endMapWrite tells of a write that is done.
func endMapWrite(c *cell, site uint16) {
	if c != nil {
		c.tellMap(event.Write, site)
	}
}

func doneWriting(p unsafe.Pointer) {
	if i := slices.Index(writing, p); i >= 0 {
		writing = slices.Delete(writing, i, i+1)
	}
}

// tellMap emits an access to the map, which shows how many elements it has.
func (c *cell) tellMap(k event.Kind, site uint16) {
	if accesses {
		emit(k, cur.id, c.object(), 0, c.render(unsafe.Pointer(&c.p)), 0, site)
	}
}
