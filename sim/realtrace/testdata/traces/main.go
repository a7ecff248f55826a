// Traces runs one of several programs on the real runtime under its execution
// tracer, again and again until the trace has so many bytes, and writes it to a
// file. Each is many of something that traces are made of.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"iter"
	"log"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// programs are the rounds to be repeated, by name.
var programs = map[string]func(){
	"goroutines": goroutines,
	"syscalls":   syscalls,
	"collector":  collector,
	"network":    network,
	"timers":     timers,
	"selects":    selects,
	"notes":      notes,
	"stacks":     stacks,
	"locks":      locks,
	"snapshot":   pairs,
	"pairs":      pairs,
}

func main() {
	name := flag.String("program", "pairs", "which program")
	size := flag.Int64("bytes", 1<<20, "how long the trace is at least")
	out := flag.String("o", "trace.out", "the file")
	procs := flag.Int("procs", 2, "GOMAXPROCS")
	flag.Parse()
	runtime.GOMAXPROCS(*procs)
	round := programs[*name]
	if round == nil {
		log.Fatalf("no program %s", *name)
	}
	f, err := os.Create(*out)
	check(err)
	if *name == "snapshot" {
		snapshot(f, *size, round)
	} else {
		record(f, *size, round)
	}
	check(f.Close())
}

// record writes the whole trace.
func record(f *os.File, size int64, round func()) {
	w := &counter{to: f}
	check(trace.Start(w))
	round()
	for w.n.Load() < size {
		round()
	}
	trace.Stop()
}

// snapshot writes what a flight recorder holds, in the middle of it all.
func snapshot(f *os.File, size int64, round func()) {
	r := trace.NewFlightRecorder(trace.FlightRecorderConfig{MinAge: time.Hour, MaxBytes: uint64(2 * size)})
	check(r.Start())
	w := &counter{to: io.Discard} // tells how much there is
	check(trace.Start(w))
	for w.n.Load() < size {
		round()
	}
	trace.Stop()
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				round()
			}
		}
	})
	_, err := r.WriteTo(f)
	check(err)
	close(done)
	wg.Wait()
	r.Stop()
}

type counter struct {
	to io.Writer
	n  atomic.Int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n.Add(int64(n))
	return n, err
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// goroutines has 10,000 of them at a time, who wait for one close.
func goroutines() {
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for range 10_000 {
		wg.Go(func() { <-gate })
	}
	runtime.Gosched()
	close(gate)
	wg.Wait()
}

// syscalls has short ones, and some that block their thread.
func syscalls() {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var fds [2]int
			check(syscall.Pipe(fds[:]))
			go func() {
				time.Sleep(50 * time.Microsecond)
				syscall.Write(fds[1], []byte("x"))
			}()
			var b [1]byte
			_, err := syscall.Read(fds[0], b[:])
			check(err)
			for range 100 {
				syscall.Getppid()
				_, err := os.Stat("/")
				check(err)
			}
			syscall.Close(fds[0])
			syscall.Close(fds[1])
		})
	}
	wg.Wait()
}

var kept atomic.Pointer[[]byte]

// collector makes it run all the time.
func collector() {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			live := make([][]byte, 200)
			for i := range 4000 {
				live[i%len(live)] = make([]byte, 1<<10+i)
			}
			kept.Store(&live[0])
		})
	}
	wg.Go(runtime.GC)
	wg.Wait()
}

// network has 20 connections to an echo.
func network() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				io.Copy(c, c)
			})
		}
	})
	var clients sync.WaitGroup
	for range 20 {
		clients.Go(func() {
			c, err := net.Dial("tcp", l.Addr().String())
			check(err)
			defer c.Close()
			b := make([]byte, 64)
			for range 20 {
				_, err := c.Write(b)
				check(err)
				_, err = io.ReadFull(c, b)
				check(err)
			}
		})
	}
	clients.Wait()
	l.Close()
	wg.Wait()
}

// timers has sleeps, tickers, and functions that timers start.
func timers() {
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() { time.Sleep(time.Duration(i) * 10 * time.Microsecond) })
		wg.Add(1)
		time.AfterFunc(time.Duration(i)*7*time.Microsecond, wg.Done)
	}
	wg.Go(func() {
		tick := time.NewTicker(20 * time.Microsecond)
		defer tick.Stop()
		for range 20 {
			<-tick.C
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Microsecond)
	defer cancel()
	<-ctx.Done()
	wg.Wait()
}

// selects has those that wait and those that do not.
func selects() {
	var wg sync.WaitGroup
	a, b, quit := make(chan int), make(chan int, 3), make(chan struct{})
	for range 10 {
		wg.Go(func() {
			for i := range 100 {
				select {
				case a <- i:
				case b <- i:
				}
			}
		})
		wg.Go(func() {
			for {
				select {
				case <-a:
				case <-b:
				case <-quit:
					return
				}
			}
		})
	}
	for range 100 {
		select {
		case <-a:
		default:
			runtime.Gosched()
		}
	}
	time.AfterFunc(2*time.Millisecond, func() { close(quit) })
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for {
		select {
		case <-a: // whoever is left when the others have quit
		case <-b:
		case <-done:
			return
		}
	}
}

var long = strings.Repeat("a long name that says it all, ", 30)

// notes has tasks in tasks, regions in regions, messages, and long labels.
func notes() {
	var wg sync.WaitGroup
	for i := range 20 {
		ctx, task := trace.NewTask(context.Background(), fmt.Sprint("outer ", i))
		wg.Go(func() {
			defer task.End()
			pprof.Do(ctx, pprof.Labels("long", long[i:], "number", fmt.Sprint(i)), func(ctx context.Context) {
				for j := range 20 {
					ctx, inner := trace.NewTask(ctx, "inner")
					trace.WithRegion(ctx, "whole", func() {
						trace.WithRegion(ctx, "part", func() { trace.Logf(ctx, "number", "%d of %d", j, i) })
						trace.Log(ctx, long[:100], long[j:])
					})
					inner.End()
				}
			})
		})
	}
	wg.Wait()
}

// stacks has calls that are 150 deep, by hundreds of ways, and a computation
// that is preempted.
func stacks() {
	var wg sync.WaitGroup
	c := make(chan int)
	for i := range 100 {
		wg.Go(func() { left(150, i, c) })
	}
	wg.Go(func() {
		for range 100 {
			<-c
		}
	})
	until := time.Now().Add(12 * time.Millisecond)
	for n := 0; time.Now().Before(until); n++ {
	}
	wg.Wait()
}

func left(depth, way int, c chan<- int) {
	switch {
	case depth == 0:
		c <- way
	case way>>(depth%8)&1 == 0:
		left(depth-1, way, c)
	default:
		right(depth-1, way, c)
	}
}

func right(depth, way int, c chan<- int) {
	if depth == 0 {
		c <- way
		return
	}
	left(depth-1, way, c)
}

// locks has all of package sync, coroutines, and a goroutine with a thread of
// its own.
func locks() {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		rw    sync.RWMutex
		once  sync.Once
		ready bool
		cond  = sync.NewCond(&mu)
	)
	for i := range 20 {
		wg.Go(func() {
			once.Do(func() { time.Sleep(20 * time.Microsecond) })
			for range 50 {
				mu.Lock()
				runtime.Gosched()
				mu.Unlock()
				if i%5 == 0 {
					rw.Lock()
					rw.Unlock()
				} else {
					rw.RLock()
					runtime.Gosched()
					rw.RUnlock()
				}
			}
			mu.Lock()
			for !ready {
				cond.Wait()
			}
			mu.Unlock()
		})
	}
	wg.Go(func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		next, stop := iter.Pull(func(yield func(int) bool) {
			for i := 0; yield(i); i++ {
			}
		})
		defer stop()
		for range 20 {
			next()
		}
	})
	mu.Lock()
	ready = true
	cond.Broadcast()
	mu.Unlock()
	wg.Wait()
}

// pairs has 16 pairs that send each other numbers, one of each with a lock.
func pairs() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range 16 {
		a, b := make(chan int), make(chan int)
		wg.Go(func() {
			for range 200 {
				a <- 1
				<-b
			}
			close(a)
		})
		wg.Go(func() {
			for range a {
				mu.Lock()
				mu.Unlock()
				b <- 1
			}
		})
	}
	wg.Wait()
}
