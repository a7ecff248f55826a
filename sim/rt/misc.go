package rt

import (
	"fmt"
	"iter"
	"reflect"
	"runtime"
	"slices"
	"sort"
	"strings"
	"unsafe"

	"interleave/sim/event"
)

// shortFunc names a function without package and our own marks.
func shortFunc(f reflect.Value) string {
	name := runtime.FuncForPC(f.Pointer()).Name()
	name = name[strings.LastIndexByte(name, '/')+1:]
	name = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(name, "main."), "rt."), "-fm")
	name = strings.NewReplacer("(*", "", ")", "").Replace(name)
	return strings.ReplaceAll(name, "ɪ", "")
}

// Gosched is runtime.Gosched.
func Gosched() {
	point(costLock)
	yieldNow(event.Gosched)
}

// NumGoroutine is runtime.NumGoroutine.
func NumGoroutine() int { return alive }

// Procs is runtime.GOMAXPROCS: it returns the number of Ps and, for n > 0,
// changes it to n (64 at most).
func Procs(n int) int {
	was := mach.procs()
	if n = min(n, maxProcs); n > 0 && n != was {
		mach.setProcs(n)
	}
	return was
}

// Seed derives a seed for a stream of random numbers that is not the
// scheduler's.
func Seed(stream uint64) uint64 {
	r := newRNG(conf.seed, 1000+stream)
	return r.next()
}

// AtStart calls f once the program's arguments are known, before any of its
// own code runs.
func AtStart(f func()) { atStart = append(atStart, f) }

var atStart []func()

// Write takes what the program writes to standard output (1) or error (2).
func Write(fd int, p []byte) {
	if ending || mach == nil {
		output(int32(fd), p)
		return
	}
	Syscall("write", len(p), func() { output(int32(fd), p) })
}

// Syscall does f as a system call that moves n bytes.
func Syscall(name string, n int, f func()) {
	d := costWrite + int64(float64(n)*costByte)
	mach.enterCall(name, d)
	f()
	mach.leaveCall(d)
}

// LockThread is runtime.LockOSThread and UnlockOSThread.
func LockThread(lock bool) { mach.lockThread(lock) }

// AtomicOp is one atomic operation on the object whose id is in *id: f does
// it and returns the value to show and whether a compare-and-swap succeeded.
func AtomicOp(id *uint32, kind event.Kind, f func() (int64, bool)) {
	point(costAtomic)
	v, ok := f()
	if hb {
		atomicAt(unsafe.Pointer(id), kind, ok)
	}
	tellAtomic(id, kind, v, ok)
}

func tellAtomic(id *uint32, kind event.Kind, v int64, ok bool) {
	if !tracing {
		return
	}
	if *id == 0 {
		*id = newNamed(event.Atomic)
	}
	var n int32
	if ok {
		n = 1
	}
	emit(kind, cur.id, *id, 0, intVal(v), n, cur.site)
}

// AtomicAddr is AtomicOp for a variable known by its address only.
func AtomicAddr(p unsafe.Pointer, kind event.Kind, f func() (int64, bool)) {
	point(costAtomic)
	v, ok := f()
	if hb {
		atomicVar(p, kind, ok)
	}
	id := addrs[p]
	was := id
	tellAtomic(&id, kind, v, ok)
	if id != was {
		addrs[p] = id
	}
}

// addrs keeps the variables of sync/atomic's functions, and so keeps them
// from being moved or freed.
var addrs = map[unsafe.Pointer]uint32{}

// RangeMap ranges over m in an order that depends on the seed alone: the keys
// are put in order and then shuffled. A key that is deleted meanwhile is
// passed over, as the specification wants.
func RangeMap[M ~map[K]V, K comparable, V any](m M, site uint16) iter.Seq2[K, V] {
	At(site)
	return func(yield func(K, V) bool) {
		if len(m) == 0 {
			return
		}
		keys := make([]K, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		sortKeys(keys)
		mapOrder().shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		for _, k := range keys {
			v, ok := m[k]
			if !ok && k == k {
				continue
			}
			if !yield(k, v) {
				return
			}
		}
	}
}

var mapRNG *rng

func mapOrder() *rng {
	if mapRNG == nil {
		r := newRNG(conf.seed, 2)
		mapRNG = &r
	}
	return mapRNG
}

// noted remembers in which order pointers became keys of maps: addresses have
// no order that a second run would repeat.
var noted = map[unsafe.Pointer]int{}

// Key notes the pointers in a map's key and returns it.
func Key[K any](k K) K {
	note(&k)
	return k
}

func note(pointer any) { notePointers(reflect.ValueOf(pointer).Elem()) }

func notePointers(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		if p := v.UnsafePointer(); noted[p] == 0 {
			noted[p] = len(noted) + 1
		}
	case reflect.Interface:
		if !v.IsNil() {
			notePointers(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			notePointers(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			notePointers(v.Index(i))
		}
	}
}

// sortKeys puts a slice of keys in order; not generic, because a generic body
// is compiled for every type of map.
func sortKeys(keys any) {
	switch ks := keys.(type) {
	case []int:
		slices.Sort(ks)
		return
	case []string:
		slices.Sort(ks)
		return
	}
	v := reflect.ValueOf(keys)
	sort.SliceStable(keys, func(i, j int) bool { return compareKeys(v.Index(i), v.Index(j)) < 0 })
}

func compareKeys(a, b reflect.Value) int {
	switch a.Kind() {
	case reflect.Bool:
		return order(!a.Bool() && b.Bool(), a.Bool() && !b.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return order(a.Int() < b.Int(), a.Int() > b.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return order(a.Uint() < b.Uint(), a.Uint() > b.Uint())
	case reflect.Float32, reflect.Float64:
		return order(a.Float() < b.Float(), a.Float() > b.Float())
	case reflect.Complex64, reflect.Complex128:
		x, y := a.Complex(), b.Complex()
		return order(real(x) < real(y) || real(x) == real(y) && imag(x) < imag(y), x != y)
	case reflect.String:
		return strings.Compare(a.String(), b.String())
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		x, y := noted[a.UnsafePointer()], noted[b.UnsafePointer()]
		return order(x < y, x > y)
	case reflect.Interface:
		return compareInterfaces(a, b)
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compareKeys(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if c := compareKeys(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	}
	return 0
}

func compareInterfaces(a, b reflect.Value) int {
	if a.IsNil() || b.IsNil() {
		return order(a.IsNil() && !b.IsNil(), !a.IsNil() && b.IsNil())
	}
	a, b = a.Elem(), b.Elem()
	if a.Type() != b.Type() {
		return strings.Compare(a.Type().String(), b.Type().String())
	}
	return compareKeys(a, b)
}

func order(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}

// SameAddresses replaces the heap addresses in printed text by numbers in
// order of appearance, which a second run repeats.
func SameAddresses(s string) string {
	if !strings.Contains(s, "0xc0") {
		return s
	}
	const width = len("0xc000012345")
	var b strings.Builder
	for {
		i := strings.Index(s, "0xc0")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		n := i + len("0x")
		for n < len(s) && strings.IndexByte("0123456789abcdef", s[n]) >= 0 {
			n++
		}
		b.WriteString(s[:i])
		if n-i == width {
			b.WriteString(sameAddress(s[i:n]))
		} else {
			b.WriteString(s[i:n])
		}
		s = s[n:]
	}
}

func sameAddress(a string) string {
	n, ok := printedAddrs[a]
	if !ok {
		n = fmt.Sprintf("0xc%09x", 0x10000+len(printedAddrs)*16)
		printedAddrs[a] = n
	}
	return n
}

var printedAddrs = map[string]string{}

// Stack is the running goroutine's stack in the learner's lines, and with all
// where each of the others is.
func Stack(all bool) string {
	trace, _ := learnerFrames()
	var b strings.Builder
	b.WriteString("goroutine " + itoa(int64(cur.id)) + " [running]:\n" + trace)
	for g := gs.oldest; all && g != nil; g = g.newer {
		if g != cur {
			b.WriteString("\n" + g.place())
		}
	}
	return b.String()
}

// place is what a list of goroutines says of one that does not run.
func (g *g) place() string {
	state := "runnable"
	if g.state == parked {
		state = waitWord(g.reason)
	}
	if b := g.bubble; b != nil {
		state += b.label(g)
	}
	return "goroutine " + itoa(int64(g.id)) + " [" + state + "]:\n\t" + siteString(g.site) + "\n"
}
