// Package synctest is the standard library's internal/synctest in the model:
// what testing/synctest is made of.
package synctest

import (
	"unsafe"

	"interleave/sim/rt"
)

// Run calls f in a new bubble and waits until everybody in it has ended.
func Run(f func()) { rt.RunBubble(f) }

// Wait waits until everybody else in the bubble waits durably.
func Wait() { rt.WaitBubble() }

// IsInBubble reports whether the running goroutine is in a bubble.
func IsInBubble() bool { return rt.CurrentBubble() != nil }

// Association says whose a pointer is.
type Association int

// Whose a pointer can be.
const (
	Unbubbled = Association(iota)
	CurrentBubble
	OtherBubble
)

// Associate makes what p points to the current bubble's, if it is nobody's.
func Associate[T any](p *T) Association {
	b := rt.CurrentBubble()
	switch b.Associate(unsafe.Pointer(p)) {
	case nil:
		return Unbubbled
	case b:
		return CurrentBubble
	}
	return OtherBubble
}

// Disassociate makes what p points to nobody's.
func Disassociate[T any](p *T) { rt.Disassociate(unsafe.Pointer(p)) }

// IsAssociated reports whether what p points to is the current bubble's.
func IsAssociated[T any](p *T) bool { return rt.CurrentBubble().Has(unsafe.Pointer(p)) }

// A Bubble is a reference to a bubble, which is not idle while there is one.
type Bubble struct{ b *rt.Bubble }

// Acquire returns a reference to the current bubble; nil outside of any.
func Acquire() *Bubble {
	b := rt.CurrentBubble()
	if b == nil {
		return nil
	}
	b.Hold()
	return &Bubble{b}
}

// Release gives the reference back.
func (b *Bubble) Release() {
	if b != nil {
		b.b.Release()
		b.b = nil
	}
}

// Run calls f in the bubble.
func (b *Bubble) Run(f func()) {
	if b == nil {
		f()
		return
	}
	b.b.Enter(f)
}
