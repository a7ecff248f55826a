package main

import (
	"errors"
	"fmt"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
)

// Names that the language has given, given again.
type int32 string

var true, false, nil, panic, len, uint32 = 1, 0, "nil", "panic", "len", "uint32"

type celsius float64

type (
	stream chan celsius
	source <-chan celsius
	sink   chan<- celsius
	flag   bool
)

type base struct {
	sync.Mutex
	n int
}

type middle struct{ *base }

type outer struct {
	middle
	sync.Locker
	rw *sync.RWMutex
}

func (o *outer) add(n int) (sum int) {
	o.middle.Lock()
	defer o.middle.Unlock()
	o.n += n
	return o.n
}

type number interface{ ~int | ~float64 }

func total[T number, C ~chan T](c C) (sum T) {
	for v := range c {
		sum += v
	}
	return sum
}

func feed[C ~chan T | ~chan<- T, T any](c C, vs ...T) {
	for _, v := range vs {
		c <- v
	}
	close(c)
}

func guarded[L sync.Locker](l L, f func()) {
	l.Lock()
	defer l.Unlock()
	f()
}

func pick[T any](a, b <-chan T) (v T) {
again:
	for {
		select {
		case v = <-a:
			break again
		case w, ok := <-b:
			if !ok {
				b = (<-chan T)(func() chan T { return make(chan T) }())
				continue again
			}
			v = w
			break
		}
		return v
	}
	return v
}

var trail []string

func trace[T any](name string, v T) T {
	trail = append(trail, name)
	return v
}

func operands() {
	a, b := make(chan int, 1), make(chan any, 1)
	select {
	case trace("a", a) <- trace("one", 1):
		trail = append(trail, "sent")
	case *trace("p", new(int)) = <-trace("none", (chan int)(make(chan int))):
	case trace("b", (chan any)(b)) <- func() any {
		select {
		case b <- 1 == 1:
		default:
		}
		return trace("inner", <-b)
	}():
		trail = append(trail, "sent")
	}
	fmt.Println(strings.Join(trail, " "))
}

func caught(f func()) (why string) {
	defer func() {
		if r := recover(); r != any(ÿ) {
			why = strings.TrimSpace(fmt.Sprint(r))
		}
	}()
	f()
	return "nothing"
}

var ÿ error

func panics() {
	closed := make(chan int)
	close(closed)
	var none chan int
	var mu *sync.Mutex
	var l sync.Locker
	fmt.Println(caught(func() { closed <- 1 }))
	fmt.Println(caught(func() { close(closed) }))
	fmt.Println(caught(func() { close(none) }))
	fmt.Println(caught(func() { mu.Lock() }))
	fmt.Println(caught(func() { l.Lock() }))
	fmt.Println(caught(func() { var o *outer; o.add(1) }))
	fmt.Println(caught(func() { var wg sync.WaitGroup; wg.Done() }))
	fmt.Println(caught(func() { var o sync.Once; o.Do(func() { closed <- 1 }) }))
	fmt.Println(caught(func() {
		select {
		case closed <- 1:
		default:
		}
	}))
	fmt.Println(caught(func() { n := -1; _ = make(chan int, n) }))
	select {
	case <-none:
	case none <- 1:
	default:
		fmt.Println("nil channels wait")
	}
}

func goexits() {
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() { runtime.Goexit() })
	}
	wg.Add(3)
	ends := make(chan error, 3)
	go func() {
		defer wg.Done()
		defer func() { ends <- fmt.Errorf("%v", recover()) }()
		defer runtime.Goexit()
		var m map[string]int
		m["x"]++
	}()
	go func(wg *sync.WaitGroup, _ ...any) {
		defer wg.Done()
		ends <- errors.Join(errors.New("none"))
	}(&wg, 1, "two")
	go func() (int, error) { defer wg.Done(); ends <- ÿ; return 0, ÿ }()
	wg.Wait()
	close(ends)
	var got []string
	for err := range ends {
		got = append(got, fmt.Sprint(err))
	}
	sort.Strings(got)
	fmt.Println(got)
}

func methods() {
	var mu sync.Mutex
	unlock, lock := mu.Unlock, (&mu).Lock
	lock()
	fmt.Println(mu.TryLock())
	done := make(chan struct{})
	go unlock()
	go func() { lock(); defer close(done); defer unlock() }()
	<-done
	mu.Lock()
	go mu.Unlock()
	mu.Lock()
	o := outer{middle: middle{&base{}}, Locker: &mu, rw: new(sync.RWMutex)}
	o.Locker.Unlock()
	(*sync.Mutex).Lock(o.Mutex())
	o.base.Unlock()
	guarded(o.Mutex(), func() {})
	guarded(o.rw.RLocker(), func() { fmt.Println(o.rw.TryRLock(), o.rw.TryLock()); o.rw.RUnlock() })
	guarded(o.Locker, func() { fmt.Println(o.add(2)) })
	copied := *o.rw
	copied.Lock()
	var once sync.Once
	for i := range 3 {
		once.Do(func() { fmt.Println("once", i) })
	}
}

func (o *outer) Mutex() *sync.Mutex { return &o.base.Mutex }

func labels() {
	c := make(chan int, 10)
	n, rounds := 0, 0
	goto start
start:
	rounds++
	for i := range 10 {
		c <- i
	}
	close(c)
loop:
	for v := range c {
		switch {
		case v == 2:
			continue loop
		case v == 7:
			break loop
		}
		v := v * 10
		n += v
	}
	var v int
	var ok flag
	for v = range c {
		n += v
	}
	v, ok = <-c
	fmt.Println(n, v, ok)
	select {
	case v, ok = <-c:
		fmt.Println(v, ok)
	}
	if rounds < 3 {
		c = make(chan int, 10)
		goto start
	}
}

func timers() {
	c := make(chan time.Time, 1)
	time.AfterFunc(time.Millisecond, func() { c <- time.Now() })
	<-c
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 2 {
		select {
		case <-tick.C:
		case t := <-time.After(time.Minute):
			fmt.Println(t)
		}
	}
}

func main() {
	o := outer{middle: middle{&base{}}}
	fmt.Println(o.add(2), o.add(3))
	s := make(stream, 3)
	go feed(s, 1, 2.5)
	fmt.Println(total(s))
	is := make(chan int)
	go feed((chan<- int)(is), 1, 2, 3)
	fmt.Println(total(is))
	one := make(chan string, 1)
	one <- "one"
	empty := make(chan string)
	close(empty)
	fmt.Println(pick(one, empty))
	var in source = make(source)
	var out sink = make(sink, 1)
	out <- 3
	fmt.Println(cap(in), cap(out))
	operands()
	panics()
	goexits()
	methods()
	labels()
	timers()
}
