// A proxy adds up the bytes that it sent, without a lock.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type meter struct{ sent atomic.Int64 }

// add counts n bytes, in whole blocks of 8.
func (m *meter) add(n int64) {
	for {
		old := m.sent.Load()
		sum := old + (n+7)/8*8
		if m.sent.CompareAndSwap(old, sum) {
			return
		}
	}
}

func main() {
	m := &meter{}
	var wg sync.WaitGroup
	for _, n := range []int64{5, 16, 20} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			m.add(n)
		}()
	}
	wg.Wait()
	if sent := m.sent.Load(); sent != 48 {
		panic(fmt.Sprintf("48 bytes were sent, %d are counted", sent))
	}
	fmt.Println("sent:", m.sent.Load())
}
