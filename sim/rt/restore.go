package rt

import (
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"interleave/sim/rt/search"
)

// What a run of the program leaves in the variables of its packages, of the
// libraries and of this one, so that main can run again in the same process and
// find what the first run found.
//
// The variables of rewritten packages are zero before their initialisers run,
// which the rewriter has moved into functions: those that a run changed are
// made so again, and the initialisers are to be called anew. The initialisers
// of libraries stay where they are and run once: their variables get the values
// that they had after that, and so does what they lead to.

// roots are pointers to the variables of all packages.
var roots []any

// rewritten are the import paths of the packages that called Package.
var rewritten = map[string]bool{}

// Keep takes pointers to variables that every run is to find as the first one
// did. It is called by init functions.
func Keep(vars ...any) { roots = append(roots, vars...) }

// saved is what saveState has seen, for restoreState.
var saved struct {
	blocks  []block
	maps    []savedMap
	lastObj uint32
}

// saveState takes a copy of every variable, and of what they lead to through
// pointers, slices, maps and interfaces. It is called once, when the program is
// about to run for the first time.
func saveState() {
	s := saver{seen: map[place]bool{}}
	for _, p := range roots {
		v := reflect.ValueOf(p)
		s.block(v.UnsafePointer(), v.Type().Elem())
	}
	saved.blocks, saved.maps, saved.lastObj = s.blocks, s.maps, lastObj
}

// restoreState puts everything back as it was when saveState was called. No
// goroutine of the run before may be left. The initialisers of the packages
// have to be called next, by the goroutine that main runs in.
func restoreState() {
	for i := range saved.blocks {
		saved.blocks[i].restore()
	}
	for i := range saved.maps {
		saved.maps[i].restore()
	}
	forget()
	for _, f := range atStart {
		f()
	}
}

// forget drops what this package knows of a run, but for the scheduler's state
// and what is the same in every run: texts, layouts of types and the like.
func forget() {
	lastObj = saved.lastObj
	clear(noted)
	clear(addrs)
	clear(printedAddrs)
	clear(associated)
	bubbled, bubbleRNG = 0, rng{}
	mapRNG, drawSeed = nil, 0
	clear(writing)
	writing = writing[:0]
	sigWanted, sigIgnored, sigPending, sigWaiter = 0, 0, 0, nil
	outBytes = 0
	forgetViews()
	if hb {
		forgetRaces()
	}
}

// forgetRaces drops all clocks and accesses.
func forgetRaces() {
	finals, freeSlots = finals[:0], freeSlots[:0]
	firing = nil
	syncs.forget()
	chans.forget()
	shadow.forget()
	clear(racesTold)
}

// forget empties the table. One that is far too large for what was in it goes
// back to the beginning.
func (t *byAddr[T]) forget() {
	switch {
	case t.n == 0:
	case len(t.slots) > 1024 && 16*t.n < len(t.slots):
		*t = byAddr[T]{}
	default:
		clear(t.slots)
		t.n = 0
	}
}

// unrestorable is what the program did that no other run can be kept from
// seeing.
var unrestorable []string

// Unrestorable says that the program is about to do something outside of it
// that restoreState does not put back: "files" that it writes, "input" that it
// reads. While schedules are searched that is an operation, whose order among
// its like matters.
func Unrestorable(what string) {
	if !byName {
		return
	}
	touch(unsafe.Pointer(&outBytes), search.Write)
	point(0)
	if !slices.Contains(unrestorable, what) {
		unrestorable = append(unrestorable, what)
	}
}

// A place is a value in memory.
type place struct {
	p unsafe.Pointer
	t reflect.Type
}

// A block is memory and what was in it.
type block struct {
	at, was  unsafe.Pointer
	size     uintptr
	to, from reflect.Value // the same, for what holds pointers
}

// restore leaves alone what is unchanged, which is nearly everything. Pointers
// are written as values of their types, for the collector to see.
func (b *block) restore() {
	now, was := unsafe.Slice((*byte)(b.at), b.size), unsafe.Slice((*byte)(b.was), b.size)
	switch {
	case unsafe.String(&now[0], len(now)) == unsafe.String(&was[0], len(was)):
	case b.to.IsValid():
		b.to.Set(b.from)
	default:
		copy(now, was)
	}
}

// A savedMap is a map and what was in it.
type savedMap struct {
	m          reflect.Value
	keys, vals []reflect.Value
}

func (s *savedMap) restore() {
	if len(s.keys) == 0 && s.m.Len() == 0 {
		return
	}
	s.m.Clear()
	for i, k := range s.keys {
		s.m.SetMapIndex(k, s.vals[i])
	}
}

// A saver walks through variables by their types.
type saver struct {
	seen   map[place]bool
	blocks []block
	maps   []savedMap
}

// block saves a value, and what it leads to.
func (s *saver) block(p unsafe.Pointer, t reflect.Type) {
	if p == nil || t.Size() == 0 || s.seen[place{p, t}] {
		return
	}
	s.seen[place{p, t}] = true
	v, was := reflect.NewAt(t, p).Elem(), reflect.New(t)
	was.Elem().Set(v)
	b := block{at: p, was: was.UnsafePointer(), size: t.Size()}
	if hasPointers(t) {
		b.to, b.from = v, was.Elem()
		s.follow(p, t)
	}
	s.blocks = append(s.blocks, b)
}

// follow saves what the value at p leads to. What a function holds cannot be
// seen, and what belongs to packages that were not rewritten is left to them.
func (s *saver) follow(p unsafe.Pointer, t reflect.Type) {
	if !hasPointers(t) {
		return
	}
	v := reflect.NewAt(t, p).Elem()
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			s.follow(unsafe.Add(p, t.Field(i).Offset), t.Field(i).Type)
		}
	case reflect.Array:
		for i := range t.Len() {
			s.follow(unsafe.Add(p, uintptr(i)*t.Elem().Size()), t.Elem())
		}
	case reflect.Pointer:
		if followed(t.Elem()) {
			s.block(v.UnsafePointer(), t.Elem())
		}
	case reflect.Slice:
		s.block(v.UnsafePointer(), reflect.ArrayOf(v.Cap(), t.Elem()))
	case reflect.Interface:
		if !v.IsNil() {
			s.copied(v.Elem())
		}
	case reflect.Map:
		s.mapped(v)
	case reflect.Chan:
		if c := (*hchan)(v.UnsafePointer()); c != nil && c.mark == chanMark {
			s.block(v.UnsafePointer(), reflect.TypeFor[hchan]())
		}
	}
}

// copied follows a value that has no place of its own.
func (s *saver) copied(v reflect.Value) {
	if hasPointers(v.Type()) {
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		s.follow(p.UnsafePointer(), v.Type())
	}
}

func (s *saver) mapped(m reflect.Value) {
	if m.IsNil() || s.seen[place{m.UnsafePointer(), m.Type()}] {
		return
	}
	s.seen[place{m.UnsafePointer(), m.Type()}] = true
	was := savedMap{m: m}
	for iter := m.MapRange(); iter.Next(); {
		was.keys, was.vals = append(was.keys, iter.Key()), append(was.vals, iter.Value())
		s.copied(iter.Key())
		s.copied(iter.Value())
	}
	s.maps = append(s.maps, was)
}

// followed reports whether what a pointer to t points to is saved: it is of a
// package of ours or of none.
func followed(t reflect.Type) bool {
	path := t.PkgPath()
	return path == "" || rewritten[path] || strings.HasPrefix(path, ownPath)
}
