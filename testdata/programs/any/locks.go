package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type counter struct {
	sync.Mutex
	n map[string]int
}

func (c *counter) add(k string) {
	c.Lock()
	defer c.Unlock()
	c.n[k]++
}

func main() {
	c := counter{n: map[string]int{}}
	var wg sync.WaitGroup
	var ops atomic.Int64
	var plain int32
	for i := range 5 {
		wg.Go(func() {
			for range 10 {
				c.add(fmt.Sprint(i % 2))
				ops.Add(1)
				atomic.AddInt32(&plain, 2)
			}
		})
	}
	wg.Wait()
	fmt.Println(c.n, ops.Load(), atomic.LoadInt32(&plain))

	var rw sync.RWMutex
	var order []string
	rw.RLock()
	wrote := make(chan bool)
	go func() {
		rw.Lock()
		order = append(order, "write")
		rw.Unlock()
		close(wrote)
	}()
	time.Sleep(time.Millisecond)
	fmt.Println(rw.TryRLock(), rw.TryLock())
	order = append(order, "read")
	rw.RUnlock()
	<-wrote
	fmt.Println(order)

	var once sync.Once
	for range 3 {
		wg.Go(func() { once.Do(func() { fmt.Println("once") }) })
	}
	wg.Wait()
	value := sync.OnceValue(func() int { fmt.Println("computed"); return 42 })
	fmt.Println(value(), value())

	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	ready := 0
	for range 3 {
		wg.Go(func() {
			mu.Lock()
			for ready == 0 {
				cond.Wait()
			}
			ready++
			mu.Unlock()
		})
	}
	mu.Lock()
	ready = 1
	mu.Unlock()
	cond.Broadcast()
	wg.Wait()
	fmt.Println(ready)

	var m sync.Map
	m.Store("a", 1)
	_, loaded := m.LoadOrStore("a", 2)
	m.Store("b", 3)
	n := 0
	m.Range(func(k, v any) bool { n += v.(int); return true })
	fmt.Println(loaded, n)
}
