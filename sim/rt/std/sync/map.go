package sync

import "interleave/sim/rt"

// A Map is sync.Map; Range visits keys in an order that the seed decides.
//
// In the terms of the memory model a write is synchronized before the reads
// that observe it, and no more: the lock orders nothing, what was found does.
type Map struct {
	mu      Mutex
	m       map[any]entry
	gone    map[any]*rt.Moment // when keys were deleted, while races are looked for
	cleared *rt.Moment
}

// An entry is a value and what its writer knew.
type entry struct {
	v  any
	at *rt.Moment
}

func (m *Map) lock() func() {
	m.mu.Apart()
	m.mu.Lock()
	if m.m == nil {
		m.m = map[any]entry{}
	}
	return m.mu.Unlock
}

// get observes the value of key.
func (m *Map) get(key any) (value any, ok bool) {
	e, ok := m.m[key]
	if ok {
		e.at.Observed()
		return e.v, true
	}
	m.gone[key].Observed()
	m.cleared.Observed()
	return nil, false
}

func (m *Map) set(key, value any) { m.m[rt.Key(key)] = entry{value, rt.ThisMoment()} }

func (m *Map) remove(key any) {
	delete(m.m, key)
	if at := rt.ThisMoment(); at != nil {
		if m.gone == nil {
			m.gone = map[any]*rt.Moment{}
		}
		m.gone[key] = at
	}
}

// Load returns the value of key.
func (m *Map) Load(key any) (value any, ok bool) {
	defer m.lock()()
	return m.get(key)
}

// Store sets the value of key.
func (m *Map) Store(key, value any) { m.Swap(key, value) }

// Clear deletes everything.
func (m *Map) Clear() {
	defer m.lock()()
	clear(m.m)
	m.cleared = rt.ThisMoment()
}

// LoadOrStore returns the value of key, or stores value if there is none.
func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool) {
	defer m.lock()()
	if v, ok := m.get(key); ok {
		return v, true
	}
	m.set(key, value)
	return value, false
}

// LoadAndDelete deletes key and returns the value it had.
func (m *Map) LoadAndDelete(key any) (value any, loaded bool) {
	defer m.lock()()
	if value, loaded = m.get(key); loaded {
		m.remove(key)
	}
	return value, loaded
}

// Delete deletes key.
func (m *Map) Delete(key any) { m.LoadAndDelete(key) }

// Swap sets the value of key and returns the one it had.
func (m *Map) Swap(key, value any) (previous any, loaded bool) {
	defer m.lock()()
	previous, loaded = m.get(key)
	m.set(key, value)
	return previous, loaded
}

// CompareAndSwap sets the value of key to new if it is old.
func (m *Map) CompareAndSwap(key, old, new any) (swapped bool) {
	defer m.lock()()
	if v, ok := m.get(key); !ok || v != old {
		return false
	}
	m.set(key, new)
	return true
}

// CompareAndDelete deletes key if its value is old.
func (m *Map) CompareAndDelete(key, old any) (deleted bool) {
	defer m.lock()()
	if v, ok := m.get(key); !ok || v != old {
		return false
	}
	m.remove(key)
	return true
}

// Range calls f for each key and value until it returns false.
func (m *Map) Range(f func(key, value any) bool) {
	unlock := m.lock()
	seen := make(map[any]any, len(m.m))
	for k, e := range m.m {
		seen[k] = e.v
	}
	unlock()
	for k := range rt.RangeMap(seen, 0) {
		if v, ok := m.Load(k); ok && !f(k, v) {
			return
		}
	}
}
