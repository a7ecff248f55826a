// Package atomic is the standard library's sync/atomic in the model: every
// operation is a scheduling point and an event.
package atomic

import (
	"unsafe"

	"interleave/sim/event"
	"interleave/sim/rt"
)

type integer interface {
	int32 | int64 | uint32 | uint64
}

func load[T integer](p *T) (v T) {
	rt.AtomicAddr(unsafe.Pointer(p), event.AtomicLoad, func() (int64, bool) { v = *p; return int64(v), true })
	return v
}

func store[T integer](p *T, v T) {
	rt.AtomicAddr(unsafe.Pointer(p), event.AtomicStore, func() (int64, bool) { *p = v; return int64(v), true })
}

func update[T integer](p *T, f func(T) T) (old, now T) {
	rt.AtomicAddr(unsafe.Pointer(p), event.AtomicRMW, func() (int64, bool) {
		old = *p
		now = f(old)
		*p = now
		return int64(now), true
	})
	return old, now
}

func cas[T integer](p *T, old, new T) (ok bool) {
	rt.AtomicAddr(unsafe.Pointer(p), event.AtomicRMW, func() (int64, bool) {
		if ok = *p == old; ok {
			*p = new
		}
		return int64(*p), ok
	})
	return ok
}

// LoadInt32 returns *addr.
func LoadInt32(addr *int32) int32 { return load(addr) }

// StoreInt32 sets *addr.
func StoreInt32(addr *int32, val int32) { store(addr, val) }

// AddInt32 adds delta to *addr and returns the new value.
func AddInt32(addr *int32, delta int32) int32 {
	_, now := update(addr, func(v int32) int32 { return v + delta })
	return now
}

// SwapInt32 sets *addr and returns the old value.
func SwapInt32(addr *int32, new int32) int32 {
	old, _ := update(addr, func(int32) int32 { return new })
	return old
}

// CompareAndSwapInt32 sets *addr to new if it is old.
func CompareAndSwapInt32(addr *int32, old, new int32) bool { return cas(addr, old, new) }

// AndInt32 sets *addr to its bitwise and with mask and returns the old value.
func AndInt32(addr *int32, mask int32) int32 {
	old, _ := update(addr, func(v int32) int32 { return v & mask })
	return old
}

// OrInt32 sets *addr to its bitwise or with mask and returns the old value.
func OrInt32(addr *int32, mask int32) int32 {
	old, _ := update(addr, func(v int32) int32 { return v | mask })
	return old
}

// LoadInt64 returns *addr.
func LoadInt64(addr *int64) int64 { return load(addr) }

// StoreInt64 sets *addr.
func StoreInt64(addr *int64, val int64) { store(addr, val) }

// AddInt64 adds delta to *addr and returns the new value.
func AddInt64(addr *int64, delta int64) int64 {
	_, now := update(addr, func(v int64) int64 { return v + delta })
	return now
}

// SwapInt64 sets *addr and returns the old value.
func SwapInt64(addr *int64, new int64) int64 {
	old, _ := update(addr, func(int64) int64 { return new })
	return old
}

// CompareAndSwapInt64 sets *addr to new if it is old.
func CompareAndSwapInt64(addr *int64, old, new int64) bool { return cas(addr, old, new) }

// AndInt64 sets *addr to its bitwise and with mask and returns the old value.
func AndInt64(addr *int64, mask int64) int64 {
	old, _ := update(addr, func(v int64) int64 { return v & mask })
	return old
}

// OrInt64 sets *addr to its bitwise or with mask and returns the old value.
func OrInt64(addr *int64, mask int64) int64 {
	old, _ := update(addr, func(v int64) int64 { return v | mask })
	return old
}

// LoadUint32 returns *addr.
func LoadUint32(addr *uint32) uint32 { return load(addr) }

// StoreUint32 sets *addr.
func StoreUint32(addr *uint32, val uint32) { store(addr, val) }

// AddUint32 adds delta to *addr and returns the new value.
func AddUint32(addr *uint32, delta uint32) uint32 {
	_, now := update(addr, func(v uint32) uint32 { return v + delta })
	return now
}

// SwapUint32 sets *addr and returns the old value.
func SwapUint32(addr *uint32, new uint32) uint32 {
	old, _ := update(addr, func(uint32) uint32 { return new })
	return old
}

// CompareAndSwapUint32 sets *addr to new if it is old.
func CompareAndSwapUint32(addr *uint32, old, new uint32) bool { return cas(addr, old, new) }

// AndUint32 sets *addr to its bitwise and with mask and returns the old value.
func AndUint32(addr *uint32, mask uint32) uint32 {
	old, _ := update(addr, func(v uint32) uint32 { return v & mask })
	return old
}

// OrUint32 sets *addr to its bitwise or with mask and returns the old value.
func OrUint32(addr *uint32, mask uint32) uint32 {
	old, _ := update(addr, func(v uint32) uint32 { return v | mask })
	return old
}

// LoadUint64 returns *addr.
func LoadUint64(addr *uint64) uint64 { return load(addr) }

// StoreUint64 sets *addr.
func StoreUint64(addr *uint64, val uint64) { store(addr, val) }

// AddUint64 adds delta to *addr and returns the new value.
func AddUint64(addr *uint64, delta uint64) uint64 {
	_, now := update(addr, func(v uint64) uint64 { return v + delta })
	return now
}

// SwapUint64 sets *addr and returns the old value.
func SwapUint64(addr *uint64, new uint64) uint64 {
	old, _ := update(addr, func(uint64) uint64 { return new })
	return old
}

// CompareAndSwapUint64 sets *addr to new if it is old.
func CompareAndSwapUint64(addr *uint64, old, new uint64) bool { return cas(addr, old, new) }

// AndUint64 sets *addr to its bitwise and with mask and returns the old value.
func AndUint64(addr *uint64, mask uint64) uint64 {
	old, _ := update(addr, func(v uint64) uint64 { return v & mask })
	return old
}

// OrUint64 sets *addr to its bitwise or with mask and returns the old value.
func OrUint64(addr *uint64, mask uint64) uint64 {
	old, _ := update(addr, func(v uint64) uint64 { return v | mask })
	return old
}
