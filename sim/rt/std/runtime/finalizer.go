package runtime

import (
	"cmp"
	"reflect"
	real "runtime"
	"slices"
	"sync"

	"interleave/sim/rt"
)

// Cleanup is what AddCleanup returns.
type Cleanup = real.Cleanup

// SetFinalizer has finalizer called once obj cannot be reached any more. In
// the model that is found out when GC is called, and only then, so that a run
// can be repeated.
func SetFinalizer(obj, finalizer any) {
	f := reflect.ValueOf(finalizer)
	if finalizer == nil || f.Kind() != reflect.Func || f.IsNil() {
		real.SetFinalizer(obj, finalizer)
		return
	}
	n := collected.next()
	wrapped := reflect.MakeFunc(f.Type(), func(args []reflect.Value) []reflect.Value {
		collected.add(n, func() { f.Call(args) })
		results := make([]reflect.Value, f.Type().NumOut())
		for i := range results {
			results[i] = reflect.Zero(f.Type().Out(i))
		}
		return results
	})
	real.SetFinalizer(obj, wrapped.Interface())
}

// AddCleanup has cleanup(arg) called once ptr's object cannot be reached any
// more: when GC is called, as for SetFinalizer.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	n := collected.next()
	return real.AddCleanup(ptr, func(arg S) { collected.add(n, func() { cleanup(arg) }) }, arg)
}

// GC runs a cycle of the collector, as far as the scheduler sees it, and then
// the finalizers of what cannot be reached any more, in a goroutine of their
// own (runFinalizers in runtime/mfinal.go).
func GC() {
	rt.Collect()
	if !collected.expected() {
		return
	}
	// The second collection's own finalizer comes after all of the first's.
	for range 2 {
		done := make(chan struct{})
		real.SetFinalizer(&struct{ p *int }{new(int)}, func(any) { close(done) })
		real.GC()
		<-done
	}
	if due := collected.take(); len(due) > 0 {
		rt.Go(0, "runtime.runFinalizers", func() {
			for _, f := range due {
				f()
			}
		})
	}
}

// collected is what the collector found, until GC lets the program know. The
// collector's goroutine, outside the model, adds to it.
var collected finalizers

func init() { rt.AtStart(collected.begin) }

type finalizers struct {
	mu      sync.Mutex
	first   int // finalizers set before this run
	last    int // finalizers ever set
	pending []finalizer
}

type finalizer struct {
	n int // in the order in which they were set
	f func()
}

// begin begins a run: what others have left to be collected is no concern of
// its.
func (c *finalizers) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.first, c.pending = c.last, nil
}

func (c *finalizers) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	return c.last
}

func (c *finalizers) expected() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last > c.first
}

func (c *finalizers) add(n int, f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n > c.first {
		c.pending = append(c.pending, finalizer{n, f})
	}
}

// take returns what was added, in the order in which it was set.
func (c *finalizers) take() []func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.SortFunc(c.pending, func(a, b finalizer) int { return cmp.Compare(a.n, b.n) })
	var list []func()
	for _, p := range c.pending {
		list = append(list, p.f)
	}
	c.pending = nil
	return list
}
