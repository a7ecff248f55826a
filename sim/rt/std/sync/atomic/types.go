package atomic

import (
	"reflect"

	"interleave/sim/event"
	"interleave/sim/rt"
)

// number is the mechanism of the integer types.
type number[T integer] struct {
	_  noCopy
	id uint32
	v  T
}

// noCopy lets go vet find copies.
type noCopy struct{}

// Lock is for go vet.
func (*noCopy) Lock() {}

// Unlock is for go vet.
func (*noCopy) Unlock() {}

func (x *number[T]) load() (v T) {
	rt.AtomicOp(&x.id, event.AtomicLoad, func() (int64, bool) { v = x.v; return int64(v), true })
	return v
}

func (x *number[T]) store(v T) {
	rt.AtomicOp(&x.id, event.AtomicStore, func() (int64, bool) { x.v = v; return int64(v), true })
}

func (x *number[T]) add(d T) (v T) {
	rt.AtomicOp(&x.id, event.AtomicRMW, func() (int64, bool) { x.v += d; v = x.v; return int64(v), true })
	return v
}

func (x *number[T]) swap(n T) (old T) {
	rt.AtomicOp(&x.id, event.AtomicRMW, func() (int64, bool) { old, x.v = x.v, n; return int64(n), true })
	return old
}

func (x *number[T]) cas(old, n T) (ok bool) {
	rt.AtomicOp(&x.id, event.AtomicRMW, func() (int64, bool) {
		if ok = x.v == old; ok {
			x.v = n
		}
		return int64(x.v), ok
	})
	return ok
}

func (x *number[T]) and(m T) (old T) {
	rt.AtomicOp(&x.id, event.AtomicRMW, func() (int64, bool) { old = x.v; x.v &= m; return int64(x.v), true })
	return old
}

func (x *number[T]) or(m T) (old T) {
	rt.AtomicOp(&x.id, event.AtomicRMW, func() (int64, bool) { old = x.v; x.v |= m; return int64(x.v), true })
	return old
}

// Int32 is an atomic int32.
type Int32 struct{ n number[int32] }

// Load returns the value.
func (x *Int32) Load() int32 { return x.n.load() }

// Store sets the value.
func (x *Int32) Store(val int32) { x.n.store(val) }

// Add adds delta and returns the new value.
func (x *Int32) Add(delta int32) int32 { return x.n.add(delta) }

// Swap sets the value and returns the old one.
func (x *Int32) Swap(new int32) int32 { return x.n.swap(new) }

// CompareAndSwap sets the value to new if it is old.
func (x *Int32) CompareAndSwap(old, new int32) bool { return x.n.cas(old, new) }

// And sets the value to its bitwise and with mask and returns the old one.
func (x *Int32) And(mask int32) int32 { return x.n.and(mask) }

// Or sets the value to its bitwise or with mask and returns the old one.
func (x *Int32) Or(mask int32) int32 { return x.n.or(mask) }

// Int64 is an atomic int64.
type Int64 struct{ n number[int64] }

// Load returns the value.
func (x *Int64) Load() int64 { return x.n.load() }

// Store sets the value.
func (x *Int64) Store(val int64) { x.n.store(val) }

// Add adds delta and returns the new value.
func (x *Int64) Add(delta int64) int64 { return x.n.add(delta) }

// Swap sets the value and returns the old one.
func (x *Int64) Swap(new int64) int64 { return x.n.swap(new) }

// CompareAndSwap sets the value to new if it is old.
func (x *Int64) CompareAndSwap(old, new int64) bool { return x.n.cas(old, new) }

// And sets the value to its bitwise and with mask and returns the old one.
func (x *Int64) And(mask int64) int64 { return x.n.and(mask) }

// Or sets the value to its bitwise or with mask and returns the old one.
func (x *Int64) Or(mask int64) int64 { return x.n.or(mask) }

// Uint32 is an atomic uint32.
type Uint32 struct{ n number[uint32] }

// Load returns the value.
func (x *Uint32) Load() uint32 { return x.n.load() }

// Store sets the value.
func (x *Uint32) Store(val uint32) { x.n.store(val) }

// Add adds delta and returns the new value.
func (x *Uint32) Add(delta uint32) uint32 { return x.n.add(delta) }

// Swap sets the value and returns the old one.
func (x *Uint32) Swap(new uint32) uint32 { return x.n.swap(new) }

// CompareAndSwap sets the value to new if it is old.
func (x *Uint32) CompareAndSwap(old, new uint32) bool { return x.n.cas(old, new) }

// And sets the value to its bitwise and with mask and returns the old one.
func (x *Uint32) And(mask uint32) uint32 { return x.n.and(mask) }

// Or sets the value to its bitwise or with mask and returns the old one.
func (x *Uint32) Or(mask uint32) uint32 { return x.n.or(mask) }

// Uint64 is an atomic uint64.
type Uint64 struct{ n number[uint64] }

// Load returns the value.
func (x *Uint64) Load() uint64 { return x.n.load() }

// Store sets the value.
func (x *Uint64) Store(val uint64) { x.n.store(val) }

// Add adds delta and returns the new value.
func (x *Uint64) Add(delta uint64) uint64 { return x.n.add(delta) }

// Swap sets the value and returns the old one.
func (x *Uint64) Swap(new uint64) uint64 { return x.n.swap(new) }

// CompareAndSwap sets the value to new if it is old.
func (x *Uint64) CompareAndSwap(old, new uint64) bool { return x.n.cas(old, new) }

// And sets the value to its bitwise and with mask and returns the old one.
func (x *Uint64) And(mask uint64) uint64 { return x.n.and(mask) }

// Or sets the value to its bitwise or with mask and returns the old one.
func (x *Uint64) Or(mask uint64) uint64 { return x.n.or(mask) }

// Bool is an atomic bool.
type Bool struct{ n number[uint32] }

func bit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// Load returns the value.
func (x *Bool) Load() bool { return x.n.load() != 0 }

// Store sets the value.
func (x *Bool) Store(val bool) { x.n.store(bit(val)) }

// Swap sets the value and returns the old one.
func (x *Bool) Swap(new bool) bool { return x.n.swap(bit(new)) != 0 }

// CompareAndSwap sets the value to new if it is old.
func (x *Bool) CompareAndSwap(old, new bool) bool { return x.n.cas(bit(old), bit(new)) }

// Pointer is an atomic *T.
type Pointer[T any] struct {
	_  noCopy
	id uint32
	p  *T
}

// known is what an event shows of a pointer: whether there is one.
func known(p bool) int64 {
	if p {
		return 1
	}
	return 0
}

// Load returns the pointer.
func (x *Pointer[T]) Load() (p *T) {
	rt.AtomicOp(&x.id, event.AtomicLoad, func() (int64, bool) { p = x.p; return known(p != nil), true })
	return p
}

// Store sets the pointer.
func (x *Pointer[T]) Store(val *T) {
	rt.AtomicOp(&x.id, event.AtomicStore, func() (int64, bool) { x.p = val; return known(val != nil), true })
}

// Swap sets the pointer and returns the old one.
func (x *Pointer[T]) Swap(new *T) (old *T) {
	rt.AtomicOp(&x.id, event.AtomicRMW, func() (int64, bool) { old, x.p = x.p, new; return known(new != nil), true })
	return old
}

// CompareAndSwap sets the pointer to new if it is old.
func (x *Pointer[T]) CompareAndSwap(old, new *T) (ok bool) {
	rt.AtomicOp(&x.id, event.AtomicRMW, func() (int64, bool) {
		if ok = x.p == old; ok {
			x.p = new
		}
		return known(x.p != nil), ok
	})
	return ok
}

// Value is an atomic value of one type.
type Value struct {
	id uint32
	v  any
}

// Load returns the value, nil if there was none.
func (x *Value) Load() (val any) {
	rt.AtomicOp(&x.id, event.AtomicLoad, func() (int64, bool) { val = x.v; return known(val != nil), true })
	return val
}

// Store sets the value.
func (x *Value) Store(val any) {
	x.check(val, "store")
	rt.AtomicOp(&x.id, event.AtomicStore, func() (int64, bool) { x.v = val; return 1, true })
}

// Swap sets the value and returns the old one.
func (x *Value) Swap(new any) (old any) {
	x.check(new, "swap")
	rt.AtomicOp(&x.id, event.AtomicRMW, func() (int64, bool) { old, x.v = x.v, new; return 1, true })
	return old
}

// CompareAndSwap sets the value to new if it is old.
func (x *Value) CompareAndSwap(old, new any) (ok bool) {
	x.check(new, "compare and swap")
	rt.AtomicOp(&x.id, event.AtomicRMW, func() (int64, bool) {
		if ok = x.v == old; ok {
			x.v = new
		}
		return known(x.v != nil), ok
	})
	return ok
}

func (x *Value) check(val any, what string) {
	if val == nil {
		panic("sync/atomic: " + what + " of nil value into Value")
	}
	if x.v != nil && reflect.TypeOf(x.v) != reflect.TypeOf(val) {
		panic("sync/atomic: " + what + " of inconsistently typed value into Value")
	}
}
