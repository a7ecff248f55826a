package rt

import (
	"reflect"
	"unsafe"

	"interleave/sim/event"
)

// The accesses of a program that was rewritten with its memory accesses: to
// package variables, to variables that goroutines can share, through pointers,
// and to elements of slices and maps. Each is a scheduling point before the
// access itself, so that counter++ is a read and a write with room between
// them, and a struct is copied field by field.
//
// What code that was not rewritten does (sort.Slice, json.Unmarshal), what a
// rewritten library does, the assignment to named results by a return, and the
// pointers that a promoted field goes through are not seen.

// costAccess is what a read or a write costs, in virtual ns.
const costAccess = 1

var (
	accesses bool // Read and Write events are wanted
	watch    bool // an access is an event or is looked at for races
)

// quick takes the time of an access and reports whether that was all of it.
func quick() bool {
	budget -= costAccess
	return budget >= 0 && !always && !watch
}

// Load reads a variable of a type without parts.
func Load[T any](p *T, site uint16) T {
	if !quick() {
		see(unsafe.Pointer(p), (*T)(nil), site)
	}
	return *p
}

// Late reads a variable whose value is wanted only after the calls to its
// right, which is when the compiler loads it: the read is told of early.
func Late[T any](p *T, site uint16) *T {
	if !quick() {
		seeAll(unsafe.Pointer(p), (*T)(nil), 1, site)
	}
	return p
}

// LoadAll reads a struct or an array, part by part.
func LoadAll[T any](p *T, site uint16) T {
	if quick() {
		return *p
	}
	v := *p
	eachLeaf(unsafe.Pointer(p), unsafe.Pointer(&v), (*T)(nil), site, false)
	return v
}

// A Ref is a variable about to be written: the value that it gets must not
// take part in finding its type.
type Ref[T any] struct {
	p    *T
	site uint16
}

// Var returns the variable at p, for a write at site.
func Var[T any](p *T, site uint16) Ref[T] { return Ref[T]{p, site} }

// Load reads the variable.
func (r Ref[T]) Load() T { return Load(r.p, r.site) }

// Set writes a variable of a type without parts.
func (r Ref[T]) Set(v T) {
	if quick() {
		*r.p = v
		return
	}
	c := beginWrite(unsafe.Pointer(r.p), (*T)(nil), r.site)
	*r.p = v
	if c != nil {
		c.tell(event.Write, r.site)
	}
}

// SetAll writes a struct or an array, part by part.
func (r Ref[T]) SetAll(v T) {
	if quick() {
		*r.p = v
		return
	}
	_ = *r.p
	eachLeaf(unsafe.Pointer(r.p), unsafe.Pointer(&v), (*T)(nil), r.site, true)
}

// A Number is what ++ and -- work on.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64 | ~complex64 | ~complex128
}

// Inc is (*p)++: a read and a write.
func Inc[T Number](p *T, site uint16) { r := Var(p, site); r.Set(r.Load() + 1) }

// Dec is (*p)--: a read and a write.
func Dec[T Number](p *T, site uint16) { r := Var(p, site); r.Set(r.Load() - 1) }

// An Appender is a slice about to be appended to.
type Appender[S ~[]E, E any] struct {
	s    S
	site uint16
}

// Appending returns s, for an append at site.
func Appending[S ~[]E, E any](s S, site uint16) Appender[S, E] { return Appender[S, E]{s, site} }

// Add is append(s, vs...): where there is room it writes the elements behind
// the end of s, else it reads all of s to move it.
func (a Appender[S, E]) Add(vs ...E) S {
	if quick() || len(vs) == 0 {
		return append(a.s, vs...)
	}
	n := len(a.s)
	pause(unsafe.Pointer(unsafe.SliceData(a.s)), true, a.site)
	if n+len(vs) > cap(a.s) {
		noteElems(unsafe.Pointer(unsafe.SliceData(a.s)), (*E)(nil), n, false, a.site)
		return append(a.s, vs...)
	}
	noteElems(unsafe.Pointer(unsafe.SliceData(a.s[n:n+len(vs)])), (*E)(nil), len(vs), true, a.site)
	s := append(a.s, vs...)
	tellElems(unsafe.Pointer(&s[n]), (*E)(nil), len(vs), event.Write, a.site)
	return s
}

// Elems returns s, all of whose elements are about to be read.
func Elems[S ~[]E, E any](s S, site uint16) S {
	if !quick() {
		seeAll(unsafe.Pointer(unsafe.SliceData(s)), (*E)(nil), len(s), site)
	}
	return s
}

// Copy is copy(dst, src), element by element.
func Copy[E any](dst, src []E, site uint16) int {
	if quick() {
		return copy(dst, src)
	}
	from, to := unsafe.Pointer(unsafe.SliceData(src)), unsafe.Pointer(unsafe.SliceData(dst))
	pause(to, true, site)
	n := min(len(dst), len(src))
	if n == 0 {
		return 0
	}
	noteElems(from, (*E)(nil), n, false, site)
	tellElems(from, (*E)(nil), n, event.Read, site)
	noteElems(to, (*E)(nil), n, true, site)
	copy(dst, src)
	tellElems(to, (*E)(nil), n, event.Write, site)
	return n
}

// Clear is clear(s) of a slice.
func Clear[S ~[]E, E any](s S, site uint16) {
	if quick() || len(s) == 0 {
		clear(s)
		return
	}
	p := unsafe.Pointer(unsafe.SliceData(s))
	pause(p, true, site)
	noteElems(p, (*E)(nil), len(s), true, site)
	clear(s)
	tellElems(p, (*E)(nil), len(s), event.Write, site)
}

// pause is the scheduling point before an access at site, whose time has been
// taken by quick. What is called next has said where it is already, and finds
// that unchanged.
func pause(p unsafe.Pointer, write bool, site uint16) {
	if exploring {
		ex.access(p, write, site)
		return
	}
	if budget < 0 || always {
		me := cur
		was := me.site
		At(site)
		lookAtPoint()
		me.site = was
	}
}

// see is a read of the variable at p, after its scheduling point. The type
// comes as a nil pointer to it: a generic body is compiled for every type.
func see(p unsafe.Pointer, typ any, site uint16) {
	pause(p, false, site)
	if !watch || p == nil {
		return
	}
	c := shadowOf(p, typ, site)
	if hb {
		c.read(site)
	}
	c.tell(event.Read, site)
}

// beginWrite is what comes before a write of the variable at p. It returns the
// variable's shadow, if anybody is to be told when it is done.
func beginWrite(p unsafe.Pointer, typ any, site uint16) *cell {
	pause(p, true, site)
	if !watch || p == nil {
		return nil
	}
	c := shadowOf(p, typ, site)
	if hb {
		c.write(site)
	}
	return c
}

// seeAll is a read of n values that lie one after another.
func seeAll(p unsafe.Pointer, typ any, n int, site uint16) {
	pause(p, false, site)
	noteElems(p, typ, n, false, site)
	tellElems(p, typ, n, event.Read, site)
}

// eachLeaf copies the parts of the value at p to q, or with write the other
// way, each with an access of its own. Another goroutine can come between two
// of them: the copy may be torn.
func eachLeaf(p, q unsafe.Pointer, typ any, site uint16, write bool) {
	for i, l := range leavesOf(typ) {
		to, from := unsafe.Add(q, l.offset), unsafe.Add(p, l.offset)
		if write {
			to, from = from, to
		}
		if l.silent {
			moveLeaf(to, from, l.typ)
			continue
		}
		if i > 0 {
			budget -= costAccess
		}
		copyLeaf(to, from, l, site, write)
	}
}

// copyLeaf is the access to one part, which is to be read or written.
func copyLeaf(to, from unsafe.Pointer, l leaf, site uint16, write bool) {
	at, kind := from, event.Read
	if write {
		at, kind = to, event.Write
	}
	pause(at, write, site)
	if !watch {
		moveLeaf(to, from, l.typ)
		return
	}
	c := shadowOfLeaf(at, l, site)
	if hb {
		c.note(write, site)
	}
	moveLeaf(to, from, l.typ)
	c.tell(kind, site)
}

func moveLeaf(to, from unsafe.Pointer, t reflect.Type) {
	reflect.NewAt(t, to).Elem().Set(reflect.NewAt(t, from).Elem())
}

// noteElems looks for races at n values that lie one after another and are
// about to be read or written.
func noteElems(p unsafe.Pointer, typ any, n int, write bool, site uint16) {
	if hb {
		eachElem(p, typ, n, site, func(c *cell) { c.note(write, site) })
	}
}

// tellElems tells of them, when they have been.
func tellElems(p unsafe.Pointer, typ any, n int, k event.Kind, site uint16) {
	if accesses || ex.asksValues {
		eachElem(p, typ, n, site, func(c *cell) { c.tell(k, site) })
	}
}

func eachElem(p unsafe.Pointer, typ any, n int, site uint16, f func(*cell)) {
	if p == nil {
		return
	}
	size, leaves := reflect.TypeOf(typ).Elem().Size(), leavesOf(typ)
	for i := range n {
		for _, l := range leaves {
			if !l.silent {
				f(shadowOfLeaf(unsafe.Add(p, uintptr(i)*size+l.offset), l, site))
			}
		}
	}
}

// note looks for races with an access to the variable.
func (c *cell) note(write bool, site uint16) {
	if write {
		c.write(site)
	} else {
		c.read(site)
	}
}

// tell emits an access to the variable, if that is wanted.
func (c *cell) tell(k event.Kind, site uint16) {
	if accesses {
		record(k, cur.id, c.object(), 0, c.look(), 0, site)
	}
	if ex.asksValues && k == event.Write {
		ex.wrote(c.name, c.text())
	}
}
