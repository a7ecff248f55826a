package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type settings struct{ level int }

// Atomic operations are never torn: no increment is lost and a compare-and-swap
// has one winner.
func main() {
	var n atomic.Int64
	var plain uint32
	var winner atomic.Int32
	var current atomic.Pointer[settings]
	var value atomic.Value
	current.Store(&settings{1})
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			for range 100 {
				n.Add(2)
				atomic.AddUint32(&plain, 1)
			}
			if winner.CompareAndSwap(0, int32(i)+1) {
				value.Store("one")
			}
			for {
				old := current.Load()
				if current.CompareAndSwap(old, &settings{old.level + 1}) {
					break
				}
			}
		})
	}
	wg.Wait()
	fmt.Println(n.Load(), plain, winner.Load() > 0, current.Load().level, value.Load())
	fmt.Println(n.Swap(5), n.And(4), n.Or(3), n.Load(), atomic.CompareAndSwapUint32(&plain, 1, 2))
	var flag atomic.Bool
	fmt.Println(flag.Swap(true), flag.CompareAndSwap(true, false), flag.Load())
}
