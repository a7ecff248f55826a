package main

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// both runs two functions at the same time and waits for both.
func both(f, g func()) {
	var wg sync.WaitGroup
	wg.Go(f)
	wg.Go(g)
	wg.Wait()
}

var counter int

func raceCounter() {
	both(func() {
		counter++ // race
	}, func() {
		counter++ // race
	})
}

func raceSleep() {
	x := 0
	go func() {
		x = 1 // race
	}()
	time.Sleep(20 * time.Millisecond)
	_ = x + 1 // race
}

func raceBufferedBackwards() {
	c, x := make(chan int, 1), 0
	go func() {
		x = 1 // race
		<-c
	}()
	c <- 0
	time.Sleep(20 * time.Millisecond)
	println(x > 5) // race
}

var done bool

func raceFlag() {
	go func() {
		time.Sleep(time.Millisecond)
		done = true // race
	}()
	for !done { // race
		runtime.Gosched()
		time.Sleep(time.Millisecond)
	}
}

type account struct {
	owner   string
	balance int
}

func raceField() {
	a := &account{}
	both(func() {
		a.balance += 2 // race
	}, func() {
		a.balance = 3 // race
	})
}

func raceElement() {
	s := make([]int, 4)
	both(func() {
		s[2] = 1 // race
	}, func() {
		s[2] = 2 // race
	})
}

func raceMap() {
	m := map[string]int{}
	go func() {
		m["a"] = 1 // race
	}()
	time.Sleep(20 * time.Millisecond)
	_ = m["b"] // race
}

func raceMapLen() {
	m := map[int]bool{}
	go func() {
		m[1] = true // race
	}()
	time.Sleep(20 * time.Millisecond)
	println(len(m) > 3) // race
}

func raceMapRange() {
	m := map[int]bool{2: true}
	go func() {
		delete(m, 1) // race
	}()
	time.Sleep(20 * time.Millisecond)
	for range m { // race
		break
	}
}

func raceLoopVariable() {
	var i int
	go func() {
		println(i > 9) // race
	}()
	time.Sleep(20 * time.Millisecond)
	for i = 0; i < 1; i++ { // race
		runtime.Gosched()
	}
}

func raceAppendAlias() {
	base := make([]int, 1, 8)
	both(func() {
		_ = append(base, 1) // race
	}, func() {
		_ = append(base, 2) // race
	})
}

func raceReadLock() {
	var mu sync.RWMutex
	n := 0
	both(func() {
		mu.RLock()
		n = 1 // race
		mu.RUnlock()
	}, func() {
		mu.RLock()
		n = 2 // race
		mu.RUnlock()
	})
	sink(n)
}

func raceTwoLocks() {
	var a, b sync.Mutex
	n := 0
	both(func() {
		a.Lock()
		n = 1 // race
		a.Unlock()
	}, func() {
		b.Lock()
		n = 2 // race
		b.Unlock()
	})
	sink(n)
}

type guarded struct {
	mu *sync.Mutex
	n  *int
}

func (g guarded) set(v int) {
	var mu sync.Mutex // a copy, as it were
	mu.Lock()
	*g.n = v // race
	mu.Unlock()
}

func raceLockCopy() {
	g := guarded{&sync.Mutex{}, new(int)}
	both(func() { g.set(1) }, func() { g.set(2) }) // see set
}

func raceUnlockedRead() {
	var mu sync.Mutex
	n := 0
	go func() {
		mu.Lock()
		n++ // race
		mu.Unlock()
	}()
	time.Sleep(20 * time.Millisecond)
	println(n > 7) // race
}

var (
	once     sync.Once
	instance *account
)

func get() *account {
	if instance == nil {
		once.Do(func() {
			instance = &account{} // race
		})
	}
	return instance
}

func raceDoubleCheck() {
	go get() // see get
	time.Sleep(20 * time.Millisecond)
	if instance == nil { // race
		println("?")
	}
}

func raceAtomicAndPlain() {
	var n int64
	go func() {
		atomic.AddInt64(&n, 1) // race
	}()
	time.Sleep(20 * time.Millisecond)
	println(n > 3) // race
}

func raceAtomicOtherWay() {
	var n int64
	go func() {
		n = 5 // race
	}()
	time.Sleep(20 * time.Millisecond)
	atomic.LoadInt64(&n) // race
}

func raceAfterClose() {
	c, x := make(chan int), 0
	go func() {
		close(c)
		x = 1 // race
	}()
	<-c
	time.Sleep(20 * time.Millisecond)
	println(x > 3) // race
}

func raceRangeElements() {
	s := []int{1, 2, 3}
	go func() {
		s[1] = 9 // race
	}()
	time.Sleep(20 * time.Millisecond)
	for _, v := range s { // race
		_ = v * 2
	}
}

var published *account

func racePublish() {
	go func() {
		published = &account{"a", 1} // race
	}()
	time.Sleep(20 * time.Millisecond)
	p := published // race
	_ = p
}

func raceInterface() {
	var v any = 1
	both(func() {
		v = "text" // race
	}, func() {
		v = 2.5 // race
	})
	_ = v.(any)
}

func raceWholeStruct() {
	a := account{"a", 1}
	p := &a
	go func() {
		p.owner = "b" // race
	}()
	time.Sleep(20 * time.Millisecond)
	b := *p // race
	_ = b
}

func raceWholeArray() {
	var a [4]int
	p := &a
	go func() {
		p[3] = 1 // race
	}()
	time.Sleep(20 * time.Millisecond)
	b := *p // race
	sink(b[3])
}

//go:noinline
func sink(int) {}

func fails() (int, error) { return 0, nil }

func raceErr() {
	var err error
	both(func() {
		_, err = fails() // race
	}, func() {
		_, err = fails() // race
	})
	_ = err
}

func raceSemaphore() {
	sem, n := make(chan bool, 2), 0
	both(func() {
		sem <- true
		n++ // race
		<-sem
	}, func() {
		sem <- true
		n++ // race
		<-sem
	})
}

func raceCancel() {
	ctx, cancel := context.WithCancel(context.Background())
	x := 0
	go func() {
		<-ctx.Done()
		x = 1 // race
	}()
	cancel()
	time.Sleep(20 * time.Millisecond)
	println(x > 4) // race
}

func raceAfterFunc() {
	x := 0
	time.AfterFunc(time.Millisecond, func() {
		x = 1 // race
	})
	time.Sleep(20 * time.Millisecond)
	println(x > 4) // race
}

func raceCopy() {
	from, to := make([]int, 2), make([]int, 2)
	go func() {
		from[1] = 1 // race
	}()
	time.Sleep(20 * time.Millisecond)
	copy(to, from) // race
}

func racePointer() {
	n := 0
	add := func(p *int) {
		*p += 1 // race
	}
	both(func() { add(&n) }, func() { add(&n) })
}

func (a account) rich() bool { return a.balance > 10 }

func raceValueReceiver() {
	a := &account{}
	go func() {
		a.balance = 20 // race
	}()
	time.Sleep(20 * time.Millisecond)
	println(a.rich()) // race
}

func raceAppendGrow() {
	var all []int
	both(func() {
		all = append(all, 1) // race
	}, func() {
		all = append(all, 2) // race
	})
}

func raceSelectDefault() {
	c, x := make(chan int, 1), 0
	go func() {
		x = 1 // race
		select {
		case c <- 1:
		default:
		}
	}()
	time.Sleep(20 * time.Millisecond)
	println(x > 4) // race
	<-c
}

func raceSyncMapOtherKey() {
	x := 0
	go func() {
		x = 1 // race
	}()
	var m sync.Map
	m.Store("a", 1)
	time.Sleep(20 * time.Millisecond)
	m.Load("b")
	println(x > 4) // race
}

func raceFailedTryLock() {
	var mu sync.Mutex
	x, over := 0, make(chan bool)
	go func() {
		time.Sleep(20 * time.Millisecond)
		mu.TryLock()
		println(x > 4) // race
		close(over)
	}()
	x = 1 // race
	mu.Lock()
	mu.Unlock()
	mu.Lock()
	<-over
}

// The first receive is before the end of the second send, but the second
// receive is only after that send's beginning.
func raceSlotUsedAgain() {
	c, x, over := make(chan int, 1), 0, make(chan bool)
	go func() {
		time.Sleep(5 * time.Millisecond)
		x = 1 // race
		<-c
	}()
	go func() {
		time.Sleep(30 * time.Millisecond)
		<-c
		println(x > 4) // race
		close(over)
	}()
	c <- 1
	c <- 2
	<-over
}
