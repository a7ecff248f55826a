package main

import (
	"fmt"
	"slices"
	"sync"
)

// All that a sync.Map can do, in one goroutine and in many.
func main() {
	var m sync.Map
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() { m.Store(i, i*i) })
	}
	wg.Wait()
	v, ok := m.Load(3)
	fmt.Println(v, ok)
	old, loaded := m.Swap(3, "three")
	fmt.Println(old, loaded)
	fmt.Println(m.CompareAndSwap(3, "three", 33), m.CompareAndSwap(3, "three", 34), m.CompareAndDelete(3, 33))
	actual, loaded := m.LoadOrStore(3, "again")
	fmt.Println(actual, loaded)
	gone, loaded := m.LoadAndDelete(3)
	fmt.Println(gone, loaded)
	m.Delete(0)
	var keys []int
	m.Range(func(k, v any) bool {
		keys = append(keys, k.(int))
		return true
	})
	slices.Sort(keys)
	fmt.Println(keys)
	m.Clear()
	_, ok = m.Load(1)
	fmt.Println(ok)
}
