package rt

import (
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"interleave/sim/event"
	"interleave/sim/rt/search"
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

// Goexit is runtime.Goexit.
func Goexit() {
	cur.exits = true
	runtime.Goexit()
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
// own code runs; where it runs again and again, before each run.
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
	touch(unsafe.Pointer(&outBytes), search.Write)
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
	touch(unsafe.Pointer(id), atomicMode(kind))
	point(costAtomic)
	v, ok := f()
	if exploring {
		ex.atomically(unsafe.Pointer(id), kind, v, ok)
	}
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
	touch(p, atomicMode(kind))
	point(costAtomic)
	v, ok := f()
	if exploring {
		ex.atomically(p, kind, v, ok)
	}
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
