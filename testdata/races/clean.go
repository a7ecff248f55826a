package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

func cleanMutex() {
	var mu sync.Mutex
	n := 0
	add := func() {
		for range 5 {
			mu.Lock()
			n++
			mu.Unlock()
		}
	}
	both(add, add)
	println(n > 50)
}

func cleanWait() {
	n := make([]int, 2)
	x := 0
	both(func() { n[0]++; x = 2 }, func() { n[1]++ })
	println(n[0]+n[1]+x > 10)
}

func cleanUnbuffered() {
	c, x := make(chan int), 0
	go func() {
		x = 1
		c <- 0
	}()
	<-c
	x++
}

func cleanUnbufferedBackwards() {
	c, x := make(chan int), 0
	go func() {
		x = 1
		<-c
	}()
	c <- 0
	x++
}

func cleanBuffered() {
	c, x := make(chan int, 3), 0
	go func() {
		for i := range 10 {
			x = i
			c <- i
			if i == 4 {
				break
			}
		}
		close(c)
	}()
	for range c {
	}
	x++
}

func cleanChannelLock() {
	lock, n := make(chan bool, 1), 0
	add := func() {
		for range 5 {
			lock <- true
			n++
			<-lock
		}
	}
	both(add, add)
}

func cleanClose() {
	c, x := make(chan int, 2), 0
	go func() {
		x = 1
		close(c)
	}()
	_, ok := <-c
	println(ok, x > 4)
}

func cleanOnce() {
	var once sync.Once
	var v *account
	use := func() {
		once.Do(func() { v = &account{"a", 1} })
		println(v.balance > 4)
	}
	both(use, use)
}

func cleanOnceValue() {
	get := sync.OnceValue(func() *account { return &account{"a", 1} })
	both(func() { println(get().balance > 4) }, func() { println(get().balance > 4) })
}

func cleanAtomicFlag() {
	var ready atomic.Bool
	x := 0
	go func() {
		x = 1
		ready.Store(true)
	}()
	for !ready.Load() {
		time.Sleep(time.Millisecond)
	}
	println(x > 4)
}

func cleanAtomicFunctions() {
	var ready int32
	x := 0
	go func() {
		x = 1
		atomic.StoreInt32(&ready, 1)
	}()
	for atomic.LoadInt32(&ready) == 0 {
		time.Sleep(time.Millisecond)
	}
	println(x > 4)
}

func cleanAtomicPointer() {
	var p atomic.Pointer[account]
	go func() {
		a := &account{}
		a.balance = 3
		p.Store(a)
	}()
	for p.Load() == nil {
		time.Sleep(time.Millisecond)
	}
	println(p.Load().balance > 4)
}

func cleanCAS() {
	var lock atomic.Int32
	n := 0
	add := func() {
		for !lock.CompareAndSwap(0, 1) {
			time.Sleep(time.Microsecond)
		}
		n++
		lock.Store(0)
	}
	both(add, add)
}

func cleanRWMutex() {
	var mu sync.RWMutex
	n := 0
	write := func() {
		for range 3 {
			mu.Lock()
			n++
			mu.Unlock()
		}
	}
	read := func() {
		for range 3 {
			mu.RLock()
			println(n > 50)
			mu.RUnlock()
		}
	}
	both(func() { both(read, write) }, func() { both(read, write) })
}

func cleanReaderThenWriter() {
	var mu sync.RWMutex
	n := 1
	read := make(chan bool, 1)
	go func() {
		mu.RLock()
		println(n > 50)
		read <- true
		time.Sleep(time.Millisecond)
		println(n > 50)
		mu.RUnlock()
	}()
	<-read
	mu.Lock()
	n = 2
	mu.Unlock()
}

func cleanCond() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	var queue []int
	go func() {
		for i := range 3 {
			mu.Lock()
			queue = append(queue, i)
			mu.Unlock()
			cond.Signal()
		}
	}()
	for got := 0; got < 3; {
		mu.Lock()
		for len(queue) == 0 {
			cond.Wait()
		}
		got += len(queue)
		queue = queue[:0]
		mu.Unlock()
	}
}

func cleanSyncMap() {
	var m sync.Map
	go func() {
		a := &account{}
		a.balance = 7
		m.Store("a", a)
	}()
	for {
		if v, ok := m.Load("a"); ok {
			println(v.(*account).balance > 10)
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func cleanPool() {
	pool := sync.Pool{New: func() any { return &account{} }}
	use := func() {
		a := pool.Get().(*account)
		a.balance++
		pool.Put(a)
	}
	both(use, use)
}

func cleanAfterFunc() {
	x, c := 0, make(chan int)
	x = 1
	time.AfterFunc(time.Millisecond, func() {
		x = 2
		close(c)
	})
	<-c
	x++
}

func cleanTimer() {
	x := 1
	t := time.NewTimer(time.Hour)
	ready := make(chan int)
	go func() {
		ready <- 1
		<-t.C
		println(x > 4)
		ready <- 2
	}()
	<-ready
	x = 2
	t.Reset(time.Millisecond)
	<-ready
}

func cleanContext() {
	ctx, cancel := context.WithCancel(context.Background())
	x, c := 0, make(chan int)
	go func() {
		<-ctx.Done()
		x = 2
		close(c)
	}()
	x = 1
	cancel()
	<-c
	x++
}

func cleanLoopVariable() {
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Go(func() { println(i > 10) })
	}
	for i, s := range []string{"a", "b"} {
		wg.Go(func() { println(i > 10, s) })
	}
	wg.Wait()
}

func cleanElements() {
	s := make([]int, 4)
	var wg sync.WaitGroup
	for i := range s {
		wg.Go(func() { s[i] += i })
	}
	wg.Wait()
	println(s[3] > 4)
}

func cleanFields() {
	var a account
	both(func() { a.balance = 1 }, func() { a.owner = "x" })
	println(a.balance > 4, a.owner)
}

func cleanReaders() {
	m := map[string]int{"a": 1}
	s := []int{1, 2}
	read := func() {
		for k, v := range m {
			println(k, v > 4, s[0] > 4, len(m) > 3)
		}
	}
	both(read, read)
	m["b"] = 2
	s[0] = 3
}

func cleanBaton() {
	a, b, x := make(chan int), make(chan int), 0
	go func() {
		for range a {
			x++
			b <- x
		}
		close(b)
	}()
	for range 5 {
		x++
		a <- x
		<-b
	}
	close(a)
}

func cleanPipeline() {
	in, out := make(chan *account, 2), make(chan *account, 2)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for a := range in {
				a.balance *= 2
				out <- a
			}
		})
	}
	go func() {
		for i := range 6 {
			in <- &account{balance: i}
		}
		close(in)
		wg.Wait()
		close(out)
	}()
	sum := 0
	for a := range out {
		sum += a.balance
	}
	println(sum)
}

func cleanSelect() {
	a, b, x := make(chan int), make(chan int, 1), 0
	go func() {
		x = 1
		select {
		case a <- 1:
		case b <- 1:
		}
	}()
	select {
	case <-a:
	case <-b:
	}
	x++
}

func cleanMapLocked() {
	var mu sync.Mutex
	m := map[int]int{}
	add := func() {
		for i := range 4 {
			mu.Lock()
			m[i]++
			mu.Unlock()
		}
	}
	both(add, add)
	println(len(m))
}

func cleanTryLock() {
	var mu sync.Mutex
	n := 0
	add := func() {
		for !mu.TryLock() {
			time.Sleep(time.Microsecond)
		}
		n++
		mu.Unlock()
	}
	both(add, add)
}

func cleanManyGoroutines() {
	n := 0
	for range 50 {
		c := make(chan int)
		go func() {
			n++
			close(c)
		}()
		<-c
	}
	println(n)
}

func cleanNewVariables() {
	var wg sync.WaitGroup
	for range 200 {
		n := new(int)
		*n = 1
		wg.Go(func() { *n++ })
	}
	wg.Wait()
}
