// A tenant's quota: uploads are charged, a deletion gives bytes back.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type quota struct{ used atomic.Int64 }

func (q *quota) charge(n int64) { q.used.Add(n) }

// refund gives back n, and never more than is in use.
func (q *quota) refund(n int64) {
	for {
		used := q.used.Load()
		if q.used.CompareAndSwap(used, max(0, used-n)) {
			return
		}
	}
}

func main() {
	q := &quota{}
	q.charge(50)
	var wg sync.WaitGroup
	wg.Add(3)
	for _, size := range []int64{20, 30} {
		go func() {
			defer wg.Done()
			q.charge(size)
		}()
	}
	go func() {
		defer wg.Done()
		q.refund(50)
	}()
	wg.Wait()
	if used := q.used.Load(); used != 50 {
		panic(fmt.Sprintf("%d bytes are in use by the books, 50 in fact", used))
	}
	fmt.Println("used:", q.used.Load())
}
