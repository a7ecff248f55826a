package rt

import "interleave/sim/event"

// A Mutex is sync.Mutex: the two modes of internal/sync/mutex.go, normal (a
// woken waiter competes with newcomers) and starvation (after 1 ms of waiting
// the lock is handed over).
type Mutex struct {
	id       uint32
	locked   bool
	woken    bool // a waiter was woken and has not run yet
	starving bool
	holder   *g
	waiters  []*g
}

// starvationThreshold is starvationThresholdNs in internal/sync/mutex.go.
const starvationThreshold = 1_000_000

// Lock locks m.
func (m *Mutex) Lock() {
	point(costLock)
	m.name(event.Mutex)
	m.acquire(event.Lock)
}

// name gives the lock an id when the run first sees it.
func (m *Mutex) name(c event.Class) {
	if m.id == 0 {
		m.id = newNamed(c)
	}
}

func (m *Mutex) acquire(kind event.Kind) {
	me := cur
	var handed int32
	if m.locked || m.starving {
		handed = m.wait()
	}
	m.locked, m.holder = true, me
	emit(kind, me.id, m.id, 0, 0, handed, me.site)
}

// wait is lockSlow: it returns when the running goroutine may take the lock;
// 1 if it was handed over.
func (m *Mutex) wait() int32 {
	me, since, queued, starved := cur, now(), false, false
	for {
		if !m.locked && !m.starving {
			m.woken = m.woken && !queued
			return 0
		}
		if queued {
			m.woken = false
			m.waiters = append([]*g{me}, m.waiters...)
			if starved && m.locked {
				m.starving = true
			}
		} else {
			m.waiters = append(m.waiters, me)
		}
		queued = true
		park(event.MutexWait, m.id, 0)
		starved = starved || now()-since > starvationThreshold
		if me.handed {
			me.handed = false
			if !starved || len(m.waiters) == 0 {
				m.starving = false
			}
			return 1
		}
	}
}

// TryLock tries to lock m and says whether it did.
func (m *Mutex) TryLock() bool {
	point(costLock)
	m.name(event.Mutex)
	if m.locked || m.starving {
		emit(event.TryFail, cur.id, m.id, 0, 0, 0, cur.site)
		return false
	}
	m.acquire(event.Lock)
	return true
}

// Unlock unlocks m.
func (m *Mutex) Unlock() {
	point(costLock)
	if !m.locked {
		Throw("sync: unlock of unlocked mutex")
	}
	m.release(event.Unlock)
}

func (m *Mutex) release(kind event.Kind) {
	m.locked, m.holder = false, nil
	emit(kind, cur.id, m.id, 0, 0, int32(len(m.waiters)), cur.site)
	if m.wakeNext() {
		yieldNow(event.Gosched)
	}
}

// wakeNext wakes who has waited longest, unless somebody was woken already,
// and reports whether the lock was handed over to it.
func (m *Mutex) wakeNext() bool {
	if len(m.waiters) == 0 || m.woken {
		return false
	}
	w := m.waiters[0]
	m.waiters = m.waiters[1:]
	if m.starving {
		w.handed, m.locked = true, true
	} else {
		m.woken = true
	}
	ready(w, cur, m.id)
	return m.starving
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
	rw.begin()
	me := cur
	if rw.pending {
		rw.rwaiters = append(rw.rwaiters, me)
		park(event.RLockWait, rw.w.id, 0)
		// The writer has counted us in already.
	} else {
		rw.readers++
	}
	emit(event.RLock, me.id, rw.w.id, 0, 0, int32(rw.readers), me.site)
}

// TryRLock tries to lock rw for reading and says whether it did.
func (rw *RWMutex) TryRLock() bool {
	rw.begin()
	if rw.pending {
		emit(event.TryFail, cur.id, rw.w.id, 0, 0, 0, cur.site)
		return false
	}
	rw.readers++
	emit(event.RLock, cur.id, rw.w.id, 0, 0, int32(rw.readers), cur.site)
	return true
}

// RUnlock undoes one RLock.
func (rw *RWMutex) RUnlock() {
	rw.begin()
	if rw.readers == 0 {
		Throw("sync: RUnlock of unlocked RWMutex")
	}
	rw.readers--
	emit(event.RUnlock, cur.id, rw.w.id, 0, 0, int32(rw.readers), cur.site)
	if rw.readers == 0 && rw.drain != nil {
		w := rw.drain
		rw.drain = nil
		ready(w, cur, rw.w.id)
	}
}

// Lock locks rw for writing.
func (rw *RWMutex) Lock() {
	rw.begin()
	if rw.w.locked || rw.w.starving {
		rw.w.wait()
	}
	rw.w.locked, rw.w.holder = true, cur
	rw.pending = true
	if rw.readers > 0 {
		rw.drain = cur
		park(event.MutexWait, rw.w.id, 0)
	}
	emit(event.Lock, cur.id, rw.w.id, 0, 0, 0, cur.site)
}

// TryLock tries to lock rw for writing and says whether it did.
func (rw *RWMutex) TryLock() bool {
	rw.begin()
	if rw.w.locked || rw.w.starving || rw.readers > 0 {
		emit(event.TryFail, cur.id, rw.w.id, 0, 0, 0, cur.site)
		return false
	}
	rw.w.locked, rw.w.holder, rw.pending = true, cur, true
	emit(event.Lock, cur.id, rw.w.id, 0, 0, 0, cur.site)
	return true
}

// Unlock unlocks rw for writing.
func (rw *RWMutex) Unlock() {
	rw.begin()
	if !rw.pending || rw.drain != nil {
		Throw("sync: Unlock of unlocked RWMutex")
	}
	rw.pending = false
	waiting := rw.rwaiters
	rw.rwaiters = nil
	rw.readers += len(waiting)
	rw.w.locked, rw.w.holder = false, nil
	emit(event.Unlock, cur.id, rw.w.id, 0, 0, int32(len(waiting)+len(rw.w.waiters)), cur.site)
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
