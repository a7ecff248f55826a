// Command busy gives the scheduler something to do: more goroutines than Ps,
// system calls, a collection, and a program that says what it is about.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"time"
)

func main() {
	ctx, task := trace.NewTask(context.Background(), "all")
	pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels("who", "main")))
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			trace.WithRegion(ctx, "work", func() { spin(time.Duration(i) * 2 * time.Millisecond) })
			trace.Log(ctx, "done", fmt.Sprint(i))
		})
	}
	if f, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		for range 3 {
			f.Write(make([]byte, 300_000)) // a system call that takes long
		}
		f.Close()
	}
	runtime.GC()
	wg.Wait()
	task.End()
	runtime.GOMAXPROCS(2)
	go func() { select {} }()
	runtime.Gosched()
}

func spin(d time.Duration) {
	for start := time.Now(); time.Since(start) < d; {
	}
}
