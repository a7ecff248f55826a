// Generic is heavy with instantiations: channels, selects and maps of many
// element types.
package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

type pair[A, B any] struct {
	a A
	b B
}

func source[T any](ctx context.Context, vs ...T) <-chan T {
	out := make(chan T)
	go func() {
		defer close(out)
		for _, v := range vs {
			select {
			case out <- v:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func transform[A, B any](ctx context.Context, in <-chan A, f func(A) B) <-chan B {
	out := make(chan B, 1)
	go func() {
		defer close(out)
		for v := range in {
			select {
			case out <- f(v):
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func zip[A, B any](as <-chan A, bs <-chan B) <-chan pair[A, B] {
	out := make(chan pair[A, B])
	go func() {
		defer close(out)
		for a := range as {
			b, ok := <-bs
			if !ok {
				return
			}
			out <- pair[A, B]{a, b}
		}
	}()
	return out
}

type registry[K cmp.Ordered, V any] struct {
	mu sync.Mutex
	m  map[K]V
}

func (r *registry[K, V]) put(k K, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.m == nil {
		r.m = map[K]V{}
	}
	r.m[k] = v
}

func (r *registry[K, V]) keys() []K {
	var ks []K
	for k := range r.m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	words := transform(ctx, source(ctx, 1, 2, 3), func(i int) string { return fmt.Sprint("n", i) })
	halves := transform(ctx, source(ctx, 1.0, 2.0, 3.0), func(f float64) float64 { return f / 2 })
	flags := transform(ctx, source[int8](ctx, 1, 0, 1), func(i int8) bool { return i == 1 })
	var r registry[string, pair[float64, bool]]
	for p := range zip(zip(words, halves), flags) {
		r.put(p.a.a, pair[float64, bool]{p.a.b, p.b})
	}
	fmt.Println(r.keys(), len(r.m))
}
