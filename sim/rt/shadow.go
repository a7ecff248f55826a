package rt

import (
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"interleave/sim/event"
)

// A cell is what is known of one variable: a field, an element or a variable
// without parts. It holds the variable's address, so that the collector gives
// it to nobody else: an address that is used again would look like a race.
type cell struct {
	p      unsafe.Pointer
	id     uint32 // as an object of events; 0 if none has named it
	name   string // what the site of the first access called it
	site   uint16 // of the first access
	typ    reflect.Type
	isInt  bool
	render func(unsafe.Pointer) event.Val
	history
}

// shadow is every variable that was accessed. It forgets all of them when
// there are too many, which can hide a race and never invents one.
var shadow byAddr[cell]

// maxCells bounds shadow.
const maxCells = 1 << 19

// shadowOf returns the cell of a variable without parts; typ is a nil pointer
// of its address's type.
func shadowOf(p unsafe.Pointer, typ any, site uint16) *cell {
	if c := shadow.find(p); c != nil {
		return c
	}
	return newCell(p, reflect.TypeOf(typ).Elem(), "", site)
}

func shadowOfLeaf(p unsafe.Pointer, l leaf, site uint16) *cell {
	if c := shadow.find(p); c != nil {
		return c
	}
	return newCell(p, l.typ, l.path, site)
}

func newCell(p unsafe.Pointer, t reflect.Type, path string, site uint16) *cell {
	if shadow.n >= maxCells {
		shadow = byAddr[cell]{}
	}
	c, _ := shadow.of(p)
	*c = cell{p: p, site: site, name: siteName(site) + path, typ: t, history: c.history.cleared()}
	if accesses {
		c.isInt, c.render = t.Kind() == reflect.Int && t.Size() == 8, renderer(t)
	}
	return c
}

// look is how the variable looks now.
func (c *cell) look() event.Val {
	if c.isInt {
		if v, ok := event.Int(*(*int64)(c.p)); ok {
			return v
		}
	}
	return c.render(c.p)
}

// object returns the cell's id in events, defining it when it is needed.
func (c *cell) object() uint32 {
	if c.id == 0 {
		c.id = newObj(event.Variable, c.name, typeName(c.typ), c.site)
	}
	return c.id
}

// A leaf is a part of a type that is read and written as one: a number, a
// string, a pointer, an interface, a slice's header.
type leaf struct {
	offset uintptr
	typ    reflect.Type
	path   string // ".x[3]"
	silent bool   // copied, but no access: a lock, an atomic, a blank field
}

var layouts = map[reflect.Type][]leaf{}

// leavesOf returns the parts of a type, which comes as a nil pointer to it.
func leavesOf(typ any) []leaf {
	t := reflect.TypeOf(typ).Elem()
	l, ok := layouts[t]
	if !ok {
		l = appendLeaves(nil, t, 0, "", false)
		layouts[t] = l
	}
	return l
}

func appendLeaves(ls []leaf, t reflect.Type, offset uintptr, path string, silent bool) []leaf {
	switch {
	case t.Size() == 0:
		return ls
	case silent || strings.HasPrefix(t.PkgPath(), ownPath):
		return append(ls, leaf{offset, t, path, true})
	}
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			ls = appendLeaves(ls, f.Type, offset+f.Offset, path+"."+f.Name, f.Name == "_")
		}
		return ls
	case reflect.Array:
		for i := range t.Len() {
			ls = appendLeaves(ls, t.Elem(), offset+uintptr(i)*t.Elem().Size(), path+"["+strconv.Itoa(i)+"]", false)
		}
		return ls
	}
	return append(ls, leaf{offset, t, path, false})
}

// ownPath is how the import paths of the runtime and its shims begin: their
// types order others' accesses and are not accessed themselves.
const ownPath = "interleave/sim/rt"

// A byAddr maps addresses to what is known of what lies there, and keeps it
// alive. It is a hash table with linear probing: a Go map takes twice as long,
// and this is looked at once an access.
type byAddr[T any] struct {
	slots []known[T]
	n     int
	shift uint8
	vals  []*T // to be used again when they are forgotten; only while exploring
}

type known[T any] struct {
	p unsafe.Pointer
	v *T
}

func (t *byAddr[T]) home(p unsafe.Pointer) uintptr {
	return uintptr(uint64(uintptr(p)) * 0x9e3779b97f4a7c15 >> (t.shift & 63))
}

// find returns what is known of p; nil if nothing is.
func (t *byAddr[T]) find(p unsafe.Pointer) *T {
	if i := t.home(p); i < uintptr(len(t.slots)) && t.slots[i].p == p {
		return t.slots[i].v
	}
	return t.search(p)
}

func (t *byAddr[T]) search(p unsafe.Pointer) *T {
	if t.n == 0 {
		return nil
	}
	mask := uintptr(len(t.slots) - 1)
	for i := t.home(p); ; i++ {
		s := &t.slots[i&mask]
		if s.p == p {
			return s.v
		}
		if s.p == nil {
			return nil
		}
	}
}

// put adds what is known of p, of which nothing was.
func (t *byAddr[T]) put(p unsafe.Pointer, v *T) {
	if 2*(t.n+1) > len(t.slots) {
		t.grow()
	}
	mask := uintptr(len(t.slots) - 1)
	i := t.home(p) & mask
	for t.slots[i].p != nil {
		i = (i + 1) & mask
	}
	t.slots[i] = known[T]{p, v}
	t.n++
}

func (t *byAddr[T]) grow() {
	old := t.slots
	size := max(16, 2*len(old))
	t.slots, t.shift, t.n = make([]known[T], size), 64, 0
	for n := size; n > 1; n >>= 1 {
		t.shift--
	}
	for _, s := range old {
		if s.p != nil {
			t.put(s.p, s.v)
		}
	}
}

// of returns what is known of p. If nothing was, isNew, and it may be what was
// known of something else.
func (t *byAddr[T]) of(p unsafe.Pointer) (v *T, isNew bool) {
	if v := t.find(p); v != nil {
		return v, false
	}
	if t.n < len(t.vals) {
		v = t.vals[t.n]
	} else if v = new(T); exploring {
		t.vals = append(t.vals, v)
	}
	t.put(p, v)
	return v, true
}
