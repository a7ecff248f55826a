package sync

import "interleave/sim/rt"

// A Map is sync.Map; Range visits keys in an order that the seed decides.
type Map struct {
	mu Mutex
	m  map[any]any
}

func (m *Map) lock() func() {
	m.mu.Lock()
	if m.m == nil {
		m.m = map[any]any{}
	}
	return m.mu.Unlock
}

// Load returns the value of key.
func (m *Map) Load(key any) (value any, ok bool) {
	defer m.lock()()
	value, ok = m.m[key]
	return value, ok
}

// Store sets the value of key.
func (m *Map) Store(key, value any) { m.Swap(key, value) }

// Clear deletes everything.
func (m *Map) Clear() {
	defer m.lock()()
	clear(m.m)
}

// LoadOrStore returns the value of key, or stores value if there is none.
func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool) {
	defer m.lock()()
	if v, ok := m.m[key]; ok {
		return v, true
	}
	m.m[rt.Key(key)] = value
	return value, false
}

// LoadAndDelete deletes key and returns the value it had.
func (m *Map) LoadAndDelete(key any) (value any, loaded bool) {
	defer m.lock()()
	value, loaded = m.m[key]
	delete(m.m, key)
	return value, loaded
}

// Delete deletes key.
func (m *Map) Delete(key any) { m.LoadAndDelete(key) }

// Swap sets the value of key and returns the one it had.
func (m *Map) Swap(key, value any) (previous any, loaded bool) {
	defer m.lock()()
	previous, loaded = m.m[key]
	m.m[rt.Key(key)] = value
	return previous, loaded
}

// CompareAndSwap sets the value of key to new if it is old.
func (m *Map) CompareAndSwap(key, old, new any) (swapped bool) {
	defer m.lock()()
	if v, ok := m.m[key]; !ok || v != old {
		return false
	}
	m.m[key] = new
	return true
}

// CompareAndDelete deletes key if its value is old.
func (m *Map) CompareAndDelete(key, old any) (deleted bool) {
	defer m.lock()()
	if v, ok := m.m[key]; !ok || v != old {
		return false
	}
	delete(m.m, key)
	return true
}

// Range calls f for each key and value until it returns false.
func (m *Map) Range(f func(key, value any) bool) {
	unlock := m.lock()
	seen := make(map[any]any, len(m.m))
	for k, v := range m.m {
		seen[k] = v
	}
	unlock()
	for k := range rt.RangeMap(seen, 0) {
		if v, ok := m.Load(k); ok && !f(k, v) {
			return
		}
	}
}
