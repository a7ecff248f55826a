package probe

import (
	"reflect"
	"sync"
	"unsafe"

	"interleave/sim/event"
)

// What is locked is kept off the stacks, which move: the compiler does not know
// that it is never kept.
var (
	never bool
	kept  unsafe.Pointer
)

// name is what names an object that is used in the package sync's way.
func name[T any](x *T) uint64 {
	if never {
		kept = unsafe.Pointer(x)
	}
	return uint64(uintptr(unsafe.Pointer(x)))
}

// mark records something that takes no time.
func mark(kind event.Kind, obj uint64, at Place) {
	current().put(event.Probe{T: now(), Kind: kind, Obj: obj, Site: at.site()})
}

// markRW is mark for an RWMutex.
func markRW(kind event.Kind, obj uint64, at Place) {
	current().put(event.Probe{T: now(), Kind: kind, Obj: obj, Site: at.site(), Flag: event.ProbeRW})
}

// park records that who calls is about to wait.
func park(why event.Reason, obj uint64, at Place) { parkOn(why, obj, at, 0) }

func parkOn(why event.Reason, obj uint64, at Place, flag uint8) {
	current().put(event.Probe{T: now(), Kind: event.GoPark, N: int32(why), Obj: obj, Site: at.site(), Flag: flag})
}

// MutexLock is m.Lock().
func MutexLock(m *sync.Mutex, at Place) {
	if !on {
		m.Lock()
		return
	}
	if !m.TryLock() {
		park(event.MutexWait, name(m), at)
		m.Lock()
	}
	mark(event.Lock, name(m), at)
}

// MutexUnlock is m.Unlock().
func MutexUnlock(m *sync.Mutex, at Place) {
	if on {
		mark(event.Unlock, name(m), at)
	}
	m.Unlock()
}

// MutexTryLock is m.TryLock().
func MutexTryLock(m *sync.Mutex, at Place) bool {
	return tried(m.TryLock(), event.Lock, name(m), at, 0)
}

// tried records how a TryLock went.
func tried(ok bool, kind event.Kind, obj uint64, at Place, flag uint8) bool {
	if !ok {
		kind = event.TryFail
	}
	if on {
		current().put(event.Probe{T: now(), Kind: kind, Obj: obj, Site: at.site(), Flag: flag})
	}
	return ok
}

// RWMutexLock is m.Lock().
func RWMutexLock(m *sync.RWMutex, at Place) {
	if !on {
		m.Lock()
		return
	}
	if !m.TryLock() {
		parkOn(event.MutexWait, name(m), at, event.ProbeRW)
		m.Lock()
	}
	markRW(event.Lock, name(m), at)
}

// RWMutexUnlock is m.Unlock().
func RWMutexUnlock(m *sync.RWMutex, at Place) {
	if on {
		markRW(event.Unlock, name(m), at)
	}
	m.Unlock()
}

// RWMutexTryLock is m.TryLock().
func RWMutexTryLock(m *sync.RWMutex, at Place) bool {
	return tried(m.TryLock(), event.Lock, name(m), at, event.ProbeRW)
}

// RWMutexRLock is m.RLock().
func RWMutexRLock(m *sync.RWMutex, at Place) {
	if !on {
		m.RLock()
		return
	}
	if !m.TryRLock() {
		parkOn(event.RLockWait, name(m), at, event.ProbeRW)
		m.RLock()
	}
	markRW(event.RLock, name(m), at)
}

// RWMutexRUnlock is m.RUnlock().
func RWMutexRUnlock(m *sync.RWMutex, at Place) {
	if on {
		markRW(event.RUnlock, name(m), at)
	}
	m.RUnlock()
}

// RWMutexTryRLock is m.TryRLock().
func RWMutexTryRLock(m *sync.RWMutex, at Place) bool {
	return tried(m.TryRLock(), event.RLock, name(m), at, event.ProbeRW)
}

// Lock is l.Lock() where only a run can tell what l is. A type of the program's
// own has probes of its own.
func Lock(l interface{ Lock() }, at Place) {
	switch m := l.(type) {
	case *sync.Mutex:
		MutexLock(m, at)
	case *sync.RWMutex:
		RWMutexLock(m, at)
	default:
		if rw := readLocker(l); rw != nil {
			RWMutexRLock(rw, at)
			return
		}
		l.Lock()
	}
}

// Unlock is l.Unlock(), like Lock.
func Unlock(l interface{ Unlock() }, at Place) {
	switch m := l.(type) {
	case *sync.Mutex:
		MutexUnlock(m, at)
	case *sync.RWMutex:
		RWMutexUnlock(m, at)
	default:
		if rw := readLocker(l); rw != nil {
			RWMutexRUnlock(rw, at)
			return
		}
		l.Unlock()
	}
}

// readLocker returns the RWMutex of which l is the RLocker; nil if it is none.
func readLocker(l any) *sync.RWMutex {
	if reflect.TypeOf(l) != rlocker {
		return nil
	}
	return (*sync.RWMutex)(reflect.ValueOf(l).UnsafePointer())
}

var rlocker = reflect.TypeOf(new(sync.RWMutex).RLocker())

// WaitGroupAdd is w.Add(n).
func WaitGroupAdd(w *sync.WaitGroup, n int, at Place) {
	added(w, n, at)
	w.Add(n)
}

// WaitGroupDone is w.Done().
func WaitGroupDone(w *sync.WaitGroup, at Place) {
	added(w, -1, at)
	w.Done()
}

func added(w *sync.WaitGroup, n int, at Place) {
	if on {
		val, _ := event.Int(int64(n))
		current().put(event.Probe{T: now(), Kind: event.WaitAdd, Obj: name(w), Val: val, Site: at.site()})
	}
}

// WaitGroupWait is w.Wait().
func WaitGroupWait(w *sync.WaitGroup, at Place) {
	if !on {
		w.Wait()
		return
	}
	park(event.GroupWait, name(w), at)
	w.Wait()
	mark(event.WaitDone, name(w), at)
}

// WaitGroupGo is w.Go(f).
func WaitGroupGo(w *sync.WaitGroup, f func(), at Place) {
	if !on || f == nil {
		w.Go(f)
		return
	}
	added(w, 1, at)
	id := create(at)
	w.Go(func() {
		run(id, func() {
			defer added(w, -1, at)
			f()
		})
	})
}

// OnceDo is o.Do(f).
func OnceDo(o *sync.Once, f func(), at Place) {
	if !on {
		o.Do(f)
		return
	}
	first := false
	o.Do(func() {
		first = true
		current().put(event.Probe{T: now(), Kind: event.OnceDo, Obj: name(o), N: 1, Site: at.site()})
		defer mark(event.OnceDone, name(o), at)
		f()
	})
	if !first {
		mark(event.OnceDo, name(o), at)
	}
}

// CondWait is c.Wait(). What it does to a lock of package sync is recorded, too.
func CondWait(c *sync.Cond, at Place) {
	if !on {
		c.Wait()
		return
	}
	kind, obj, flag := held(c.L)
	if obj != 0 {
		current().put(event.Probe{T: now(), Kind: kind, Obj: obj, Site: at.site(), Flag: flag})
	}
	park(event.CondWait, name(c), at)
	c.Wait()
	p, t := current(), now()
	p.put(event.Probe{T: t, Kind: event.CondWoken, Obj: name(c), Site: at.site()})
	if obj != 0 {
		p.put(event.Probe{T: t, Kind: kind - 1, Obj: obj, Site: at.site(), Flag: flag})
	}
}

// An unlock's kind comes after its lock's, or this does not compile.
const _ = -uint(event.Unlock-event.Lock-1) - uint(event.RUnlock-event.RLock-1)

// held returns what unlocking l is called, names it, and says by a flag whether it
// is an RWMutex; 0 if it is not of package sync.
func held(l sync.Locker) (kind event.Kind, obj uint64, flag uint8) {
	switch m := l.(type) {
	case *sync.Mutex:
		return event.Unlock, name(m), 0
	case *sync.RWMutex:
		return event.Unlock, name(m), event.ProbeRW
	}
	if rw := readLocker(l); rw != nil {
		return event.RUnlock, name(rw), event.ProbeRW
	}
	return 0, 0, 0
}

// CondSignal is c.Signal().
func CondSignal(c *sync.Cond, at Place) {
	if on {
		mark(event.CondSignal, name(c), at)
	}
	c.Signal()
}

// CondBroadcast is c.Broadcast().
func CondBroadcast(c *sync.Cond, at Place) {
	if on {
		mark(event.CondAll, name(c), at)
	}
	c.Broadcast()
}

// Method is the method value x.m, of a method for which f stands.
func Method[T any](f func(*T, Place), x *T, at Place) func() {
	return func() { f(x, at) }
}
