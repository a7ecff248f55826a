package realtrace_test

import (
	"flag"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// times is how often a program of known shape is traced with each number of Ps.
var times = flag.Int("times", 5, "how often a program of known shape is traced")

var procs = []int{1, 2, 8}

// at reports whether r happens at a place of function f.
func at(l *eventlog.Log, r *event.Record, f string) bool {
	return strings.HasSuffix(l.Place(r.Site).Func, f)
}

//go:noinline
func blockedSender(c chan int, n int, done chan bool) {
	for i := range n {
		c <- i
	}
	done <- true
}

// sendAll sends n values, each of which waits for its receiver: the receiver
// asks the runtime whether the sender is parked before it takes one.
func sendAll(n int) {
	c, done := make(chan int), make(chan bool, 1)
	go blockedSender(c, n, done)
	for range n {
		waitFor("blockedSender", "chan send", 1)
		<-c
	}
	<-done
}

// waitFor waits until n goroutines with a function are in a state.
func waitFor(function, state string, n int) {
	buf := make([]byte, 1<<20)
	for {
		found := 0
		for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(g, function) && strings.Contains(g, "["+state) {
				found++
			}
		}
		if found == n {
			return
		}
		runtime.Gosched()
	}
}

func TestEverySendThatBlocksIsThere(t *testing.T) {
	const sends = 20
	for _, p := range procs {
		for range *times {
			l, _ := valid(t, traced(t, p, func() { sendAll(sends) }))
			parks := count(l, func(r *event.Record) bool {
				return r.Kind == event.GoPark && event.Reason(r.N) == event.SendWait && at(l, r, ".blockedSender")
			})
			assert.Equal(t, sends, parks, "GOMAXPROCS %d", p)
			sender := map[uint32]bool{} // an allocation of sendAll may release the collector's goroutines, too
			released := count(l, func(r *event.Record) bool {
				if r.Kind == event.GoCreate && strings.HasSuffix(l.Text(r.Val), ".blockedSender") {
					sender[r.Peer] = true
				}
				return r.Kind == event.GoReady && sender[r.Peer] && at(l, r, ".sendAll")
			})
			assert.Equal(t, sends, released, "GOMAXPROCS %d: who receives releases", p)
		}
	}
}

//go:noinline
func contender(mu *sync.Mutex, wg *sync.WaitGroup) {
	defer wg.Done()
	mu.Lock()
	mu.Unlock()
}

// contend lets n goroutines wait for one lock before it is free.
func contend(n int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	wg.Add(n)
	for range n {
		go contender(&mu, &wg)
	}
	waitFor("contender", "sync.Mutex.Lock", n)
	mu.Unlock()
	wg.Wait()
}

func TestEveryContendedLockIsThere(t *testing.T) {
	const n = 10
	for _, p := range procs {
		for range *times {
			l, _ := valid(t, traced(t, p, func() { contend(n) }))
			waiting := map[event.GID]bool{}
			for i := range l.Events {
				if r := &l.Events[i]; r.Kind == event.GoPark && event.Reason(r.N) == event.MutexWait && at(l, r, ".contender") {
					waiting[r.G] = true
				}
			}
			assert.Len(t, waiting, n, "GOMAXPROCS %d: each has waited for the lock", p)
			made := count(l, func(r *event.Record) bool {
				return r.Kind == event.GoCreate && strings.HasSuffix(l.Text(r.Val), ".contender") && at(l, r, ".contend")
			})
			assert.Equal(t, n, made, "GOMAXPROCS %d", p)
		}
	}
}

//go:noinline
func idler(release chan bool, wg *sync.WaitGroup) {
	defer wg.Done()
	<-release
}

func TestEveryGoroutineBeginsAndEnds(t *testing.T) {
	const n = 300
	for _, p := range procs {
		for range *times {
			l, sum := valid(t, traced(t, p, func() {
				var wg sync.WaitGroup
				release := make(chan bool)
				wg.Add(n)
				for range n {
					go idler(release, &wg)
				}
				waitFor("idler", "chan receive", n)
				close(release)
				wg.Wait()
				waitFor("idler", "", 0)
			}))
			w := l.World(len(l.Events))
			ended := 0
			for _, g := range w.Goroutines {
				if strings.HasSuffix(l.Text(g.Name), ".idler") && g.State == eventlog.Ended {
					ended++
				}
			}
			assert.Equal(t, n, ended, "GOMAXPROCS %d", p)
			assert.Equal(t, len(w.Goroutines), sum.Goroutines)
		}
	}
}

func TestWhatAGoroutineWaitsForIsToldByItsStack(t *testing.T) {
	var (
		rw   sync.RWMutex
		wg   sync.WaitGroup
		once sync.Once
		cond = sync.NewCond(&sync.Mutex{})
		all  sync.WaitGroup
	)
	never, leave := make(chan bool), make(chan bool)
	wg.Add(1)
	rw.Lock()
	go once.Do(func() { <-leave })
	waitFor("sync.(*Once)", "chan receive", 1)
	waits := map[string]func(){
		"read lock": func() { rw.RLock(); rw.RUnlock() },
		"group":     func() { wg.Wait() },
		"once":      func() { once.Do(func() {}) },
		"cond":      func() { cond.L.Lock(); cond.Wait(); cond.L.Unlock() },
		"select": func() {
			select {
			case <-leave:
			case <-never:
			}
		},
		"sleep": func() { time.Sleep(time.Millisecond) },
	}
	l, _ := valid(t, traced(t, 2, func() {
		for _, f := range waits {
			all.Go(f)
		}
		waitFor("realtrace_test", "sync.RWMutex.RLock", 1)
		waitFor("realtrace_test", "sync.WaitGroup.Wait", 1)
		waitFor("realtrace_test", "sync.Mutex.Lock", 1)
		waitFor("realtrace_test", "sync.Cond.Wait", 1)
		waitFor("realtrace_test", "select", 1)
		rw.Unlock()
		wg.Done()
		close(leave)
		cond.Broadcast()
		all.Wait()
	}))
	for _, reason := range []event.Reason{event.RLockWait, event.GroupWait, event.OnceWait, event.CondWait, event.SelectPark, event.SleepWait} {
		n := count(l, func(r *event.Record) bool {
			return r.Kind == event.GoPark && event.Reason(r.N) == reason && strings.Contains(l.Place(r.Site).File, "shape_test.go")
		})
		assert.NotZero(t, n, fmt.Sprint(reason))
	}
}
