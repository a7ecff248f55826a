// Package sync is the standard library's sync in the model.
package sync

import (
	real "sync"

	"interleave/sim/rt"
)

// The types that the runtime models.
type (
	Mutex     = rt.Mutex
	RWMutex   = rt.RWMutex
	WaitGroup = rt.WaitGroup
	Cond      = rt.Cond
	Once      = rt.Once
	Locker    = real.Locker
)

// NewCond returns a Cond with lock l.
func NewCond(l Locker) *Cond { return &Cond{L: l} }

// OnceFunc returns a function that calls f only once.
func OnceFunc(f func()) func() {
	var once Once
	var failed bool
	var why any
	return func() {
		once.Do(func() {
			failed = true
			defer func() {
				if failed {
					why = recover()
					panic(why)
				}
			}()
			f()
			f, failed = nil, false
		})
		if failed {
			panic(why)
		}
	}
}

// OnceValue returns a function that calls f only once and returns its result.
func OnceValue[T any](f func() T) func() T {
	var v T
	once := OnceFunc(func() { v = f() })
	return func() T { once(); return v }
}

// OnceValues returns a function that calls f only once and returns its results.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var v1 T1
	var v2 T2
	once := OnceFunc(func() { v1, v2 = f() })
	return func() (T1, T2) { once(); return v1, v2 }
}

// A Pool is a stack of spare values; the model never drops one.
type Pool struct {
	// New makes a value when the pool has none.
	New   func() any
	spare []entry
}

// Get takes a spare value, or a new one.
func (p *Pool) Get() any {
	rt.Tick()
	if n := len(p.spare); n > 0 {
		e := p.spare[n-1]
		p.spare = p.spare[:n-1]
		e.at.Observed()
		return e.v
	}
	if p.New == nil {
		return nil
	}
	return p.New()
}

// Put gives a value back.
func (p *Pool) Put(v any) {
	rt.Tick()
	if v != nil {
		p.spare = append(p.spare, entry{v, rt.ThisMoment()})
	}
}
