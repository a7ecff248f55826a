package rt

import (
	"unsafe"

	"interleave/sim/event"
	"interleave/sim/rt/search"
)

// A Mutex is sync.Mutex: the two modes of internal/sync/mutex.go, normal (a
// woken waiter competes with newcomers) and starvation (after 1 ms of waiting
// the lock is handed over).
type Mutex struct {
	id       uint32
	locked   bool
	woken    bool // a waiter is awake and tries: Unlock need not wake one
	starving bool
	apart    bool // orders nothing in the eyes of who looks for races
	waiting  int  // goroutines that sleep or were handed the lock
	sema     sema
}

// starvationThreshold is starvationThresholdNs in internal/sync/mutex.go.
const starvationThreshold = 1_000_000

// Lock locks m.
func (m *Mutex) Lock() {
	if budget -= costLock; budget >= floor && !m.locked && !m.starving {
		m.locked = true
		return
	}
	m.lock()
}

// lock is Lock the long way.
func (m *Mutex) lock() {
	budget += costLock
	waitFor((*freeMutex)(m), unsafe.Pointer(m), search.Lock)
	point(costLock)
	m.name(event.Mutex)
	m.acquire(true)
}

// name gives the lock an id when the run first sees it.
func (m *Mutex) name(c event.Class) {
	switch {
	case m.id != 0:
	case m.apart:
		m.id = newObj(c, siteName(cur.site), "sync.Map", cur.site)
	default:
		m.id = newNamed(c)
	}
}

// acquire takes the lock. It is called by Lock, which waits if it must, or by
// TryLock, which need not.
func (m *Mutex) acquire(waits bool) {
	me := cur
	var handed int32
	if m.locked || m.starving {
		handed = m.wait()
	}
	m.locked = true
	if hb && !m.apart {
		acquire(unsafe.Pointer(m))
	}
	if exploring && waits {
		locked(unsafe.Pointer(m), m.id, false)
	} else if exploring {
		lockedByTry(unsafe.Pointer(m), m.id, false)
	}
	emit(event.Lock, me.id, m.id, 0, 0, handed, me.site)
}

// wait is lockSlow: it returns when the running goroutine may take the lock;
// 1 if it was handed over.
func (m *Mutex) wait() int32 {
	since, queued, starved, awake := now(), false, false, false
	for i := 0; ; {
		if m.locked && !m.starving && mach.canSpin(i) {
			i++
			if !awake && !m.woken && m.waiting > 0 {
				m.woken, awake = true, true
			}
			linger(costSpin)
			continue
		}
		if awake {
			m.woken = false
		}
		if !m.locked && !m.starving {
			return 0
		}
		m.waiting++
		m.starving = m.starving || starved && m.locked
		m.sema.acquire(event.MutexWait, m.id, queued)
		queued = true
		starved = starved || !byName && now()-since > starvationThreshold
		if m.starving {
			m.waiting--
			if !starved || m.waiting == 0 {
				m.starving = false
			}
			return 1
		}
		i, awake = 0, true
	}
}

// Apart makes m order nothing in the eyes of who looks for races: it is the
// lock inside a sync.Map, which orders less. Events say so by its type.
func (m *Mutex) Apart() { m.apart = true }

// TryLock tries to lock m and says whether it did.
func (m *Mutex) TryLock() bool {
	touch(unsafe.Pointer(m), search.TryLock)
	point(costLock)
	m.name(event.Mutex)
	if m.locked || m.starving {
		if exploring {
			idled()
		}
		emit(event.TryFail, cur.id, m.id, 0, 0, 0, cur.site)
		return false
	}
	m.acquire(false)
	return true
}

// Unlock unlocks m.
func (m *Mutex) Unlock() {
	if budget -= costLock; budget >= floor && m.locked && m.waiting == 0 {
		m.locked = false
		return
	}
	m.unlock()
}

// unlock is Unlock the long way.
func (m *Mutex) unlock() {
	budget += costLock
	touch(unsafe.Pointer(m), search.Unlock)
	point(costLock)
	if !m.locked {
		Throw("sync: unlock of unlocked mutex")
	}
	m.release(event.Unlock)
}

func (m *Mutex) release(kind event.Kind) {
	m.locked = false
	if hb && !m.apart {
		release(unsafe.Pointer(m))
	}
	if exploring {
		unlocked(unsafe.Pointer(m), false)
	}
	emit(kind, cur.id, m.id, 0, 0, int32(m.waiting), cur.site)
	m.wakeNext()
}

// wakeNext is unlockSlow: it wakes who has waited longest, unless somebody is
// awake already. In starvation mode the lock goes to that goroutine, and so
// does the rest of the time slice.
func (m *Mutex) wakeNext() {
	switch {
	case m.waiting == 0:
	case m.starving:
		m.sema.release(m.id, true)
	case !m.woken:
		m.waiting--
		m.woken = true
		m.sema.release(m.id, false)
	}
}

// An RWMutex is sync.RWMutex (sync/rwmutex.go): a writer that waits keeps new
// readers out, and lets the readers that waited go first when it unlocks.
type RWMutex struct {
	w        Mutex // the writers' lock, known by the RWMutex's id
	readers  int   // that hold it
	pending  bool  // a writer holds w and waits for readers, or writes
	drain    *g    // the writer that waits for the last reader
	rwaiters []*g
}

func (rw *RWMutex) begin() {
	point(costLock)
	rw.w.name(event.RWMutex)
}

// RLock locks rw for reading.
func (rw *RWMutex) RLock() {
	if budget -= costLock; budget >= floor && !rw.pending {
		rw.readers++
		return
	}
	rw.rlock()
}

// rlock is RLock the long way.
func (rw *RWMutex) rlock() {
	budget += costLock
	waitFor((*freeForReaders)(rw), unsafe.Pointer(rw), search.RLock)
	rw.begin()
	me := cur
	if rw.pending {
		rw.rwaiters = append(rw.rwaiters, me)
		park(event.RLockWait, rw.w.id, 0)
		// The writer has counted us in already.
	} else {
		rw.readers++
	}
	if hb {
		acquire(unsafe.Pointer(&rw.w))
	}
	if exploring {
		locked(unsafe.Pointer(rw), rw.w.id, true)
	}
	emit(event.RLock, me.id, rw.w.id, 0, 0, int32(rw.readers), me.site)
}

// TryRLock tries to lock rw for reading and says whether it did.
func (rw *RWMutex) TryRLock() bool {
	touch(unsafe.Pointer(rw), search.TryRLock)
	rw.begin()
	if rw.pending {
		emit(event.TryFail, cur.id, rw.w.id, 0, 0, 0, cur.site)
		return false
	}
	rw.readers++
	if hb {
		acquire(unsafe.Pointer(&rw.w))
	}
	if exploring {
		lockedByTry(unsafe.Pointer(rw), rw.w.id, true)
	}
	emit(event.RLock, cur.id, rw.w.id, 0, 0, int32(rw.readers), cur.site)
	return true
}

// RUnlock undoes one RLock.
func (rw *RWMutex) RUnlock() {
	if budget -= costLock; budget >= floor && rw.readers > 0 && !rw.pending {
		rw.readers--
		return
	}
	rw.runlock()
}

// runlock is RUnlock the long way.
func (rw *RWMutex) runlock() {
	budget += costLock
	touch(unsafe.Pointer(rw), search.RUnlock)
	rw.begin()
	if rw.readers == 0 {
		Throw("sync: RUnlock of unlocked RWMutex")
	}
	rw.readers--
	if hb {
		releaseMerge(unsafe.Pointer(&rw.readers))
	}
	if exploring {
		unlocked(unsafe.Pointer(rw), true)
	}
	emit(event.RUnlock, cur.id, rw.w.id, 0, 0, int32(rw.readers), cur.site)
	if rw.readers == 0 && rw.drain != nil {
		w := rw.drain
		rw.drain = nil
		ready(w, cur, rw.w.id)
	}
}

// Lock locks rw for writing.
func (rw *RWMutex) Lock() {
	if budget -= costLock; budget >= floor && !rw.w.locked && !rw.w.starving && rw.readers == 0 {
		rw.w.locked, rw.pending = true, true
		return
	}
	rw.lock()
}

// lock is Lock the long way.
func (rw *RWMutex) lock() {
	budget += costLock
	waitFor((*freeForWriter)(rw), unsafe.Pointer(rw), search.WLock)
	rw.begin()
	if rw.w.locked || rw.w.starving {
		rw.w.wait()
	}
	rw.w.locked, rw.pending = true, true
	if rw.readers > 0 {
		rw.drain, cur.wants = cur, unsafe.Pointer(rw)
		park(event.MutexWait, rw.w.id, 0)
		cur.wants = nil
	}
	if hb {
		rw.acquireBoth()
	}
	if exploring {
		locked(unsafe.Pointer(rw), rw.w.id, false)
	}
	emit(event.Lock, cur.id, rw.w.id, 0, 0, 0, cur.site)
}

// acquireBoth learns what writers and readers let out.
func (rw *RWMutex) acquireBoth() {
	acquire(unsafe.Pointer(&rw.w))
	acquire(unsafe.Pointer(&rw.readers))
}

// TryLock tries to lock rw for writing and says whether it did.
func (rw *RWMutex) TryLock() bool {
	touch(unsafe.Pointer(rw), search.TryLock)
	rw.begin()
	if rw.w.locked || rw.w.starving || rw.readers > 0 {
		emit(event.TryFail, cur.id, rw.w.id, 0, 0, 0, cur.site)
		return false
	}
	rw.w.locked, rw.pending = true, true
	if hb {
		rw.acquireBoth()
	}
	if exploring {
		lockedByTry(unsafe.Pointer(rw), rw.w.id, false)
	}
	emit(event.Lock, cur.id, rw.w.id, 0, 0, 0, cur.site)
	return true
}

// Unlock unlocks rw for writing.
func (rw *RWMutex) Unlock() {
	if budget -= costLock; budget >= floor && rw.pending && rw.drain == nil && len(rw.rwaiters)+rw.w.waiting == 0 {
		rw.w.locked, rw.pending = false, false
		return
	}
	rw.unlock()
}

// unlock is Unlock the long way.
func (rw *RWMutex) unlock() {
	budget += costLock
	touch(unsafe.Pointer(rw), search.WUnlock)
	rw.begin()
	if !rw.pending || rw.drain != nil {
		Throw("sync: Unlock of unlocked RWMutex")
	}
	rw.pending = false
	if hb {
		release(unsafe.Pointer(&rw.w))
	}
	waiting := rw.rwaiters
	rw.rwaiters = nil
	rw.readers += len(waiting)
	rw.w.locked = false
	if exploring {
		unlocked(unsafe.Pointer(rw), false)
	}
	emit(event.Unlock, cur.id, rw.w.id, 0, 0, int32(len(waiting)+rw.w.waiting), cur.site)
	for _, r := range waiting {
		ready(r, cur, rw.w.id)
	}
	rw.w.wakeNext()
}

// RLocker returns a Locker of rw's read lock.
func (rw *RWMutex) RLocker() *RLocker { return (*RLocker)(rw) }

// An RLocker locks an RWMutex for reading.
type RLocker RWMutex

// Lock calls RLock.
func (r *RLocker) Lock() { (*RWMutex)(r).RLock() }

// Unlock calls RUnlock.
func (r *RLocker) Unlock() { (*RWMutex)(r).RUnlock() }
