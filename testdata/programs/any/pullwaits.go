package main

import (
	"fmt"
	"iter"
	"runtime"
	"sync"
	"time"
)

// iter.Pull over sequences that wait: for another goroutine, a lock, the time,
// a select; pulled from by several goroutines; ended by Goexit.
func main() {
	fromAChannel()
	withALock()
	asleep()
	handedOn()
	exiting()
	fmt.Println(counted())
}

func received(c <-chan int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for v := range c {
			if !yield(v) {
				return
			}
		}
	}
}

func fromAChannel() {
	c, done := make(chan int), make(chan bool)
	go func() {
		defer close(done)
		for i := range 4 {
			c <- i * i
		}
		close(c)
	}()
	next, stop := iter.Pull(received(c))
	defer stop()
	for v, ok := next(); ok; v, ok = next() {
		fmt.Println("got", v)
	}
	<-done
}

func withALock() {
	var mu sync.Mutex
	shared := 0
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 10 {
				mu.Lock()
				shared++
				runtime.Gosched()
				mu.Unlock()
			}
		})
	}
	next, stop := iter.Pull2(func(yield func(int, int) bool) {
		for i := range 5 {
			mu.Lock()
			runtime.Gosched()
			shared++
			mu.Unlock()
			if !yield(i, i*10) {
				return
			}
		}
	})
	for range 5 {
		fmt.Println(next())
	}
	stop()
	wg.Wait()
	fmt.Println(shared)
}

func asleep() {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	next, stop := iter.Pull(func(yield func(string) bool) {
		time.Sleep(time.Millisecond)
		if !yield("slept") {
			return
		}
		select {
		case <-tick.C:
			yield("ticked")
		}
	})
	defer stop()
	for range 3 {
		v, ok := next()
		fmt.Println(v, ok)
	}
}

// handedOn pulls from one goroutine after another.
func handedOn() {
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
			runtime.Gosched()
		}
	})
	defer stop()
	turn := make(chan int)
	for range 3 {
		go func() {
			v, _ := next()
			turn <- v
		}()
		fmt.Println("turn", <-turn)
	}
}

func exiting() {
	ended := make(chan string)
	go func() {
		how := "returned"
		defer func() { ended <- fmt.Sprint(how, recover()) }()
		next, _ := iter.Pull(func(yield func(int) bool) {
			yield(1)
			runtime.Goexit()
		})
		fmt.Println(next())
		how = "exited"
		next()
		how = "went on"
	}()
	fmt.Println(<-ended)
}

// counted says how many goroutines a sequence is.
func counted() (counts []int) {
	for runtime.NumGoroutine() > 1 {
		runtime.Gosched()
	}
	n := func() { counts = append(counts, runtime.NumGoroutine()) }
	next, stop := iter.Pull(func(yield func(int) bool) {
		n()
		yield(1)
	})
	n()
	next()
	n()
	stop()
	n()
	return counts
}
