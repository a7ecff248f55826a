package rt

import (
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var summed atomic.Int64

// BenchmarkCosts measures on this machine, under the real runtime, what the
// table of costs is about; model-ns is what the table says.
//
//	go test ./sim/rt -run - -bench Costs
func BenchmarkCosts(b *testing.B) {
	for _, c := range []struct {
		name  string
		model float64
		run   func(n int)
	}{
		{"Tick", costTick, loopCost},
		{"Chan", costChan, chanCost},
		{"Select", costSelect, selectCost},
		{"Lock", costLock, lockCost},
		{"Atomic", costAtomic, atomicCost},
		{"GoAndSwitch", costGo + costSwitch, goCost},
		{"Gosched", costLock + costSwitch, switchCost},
		{"Timer", costTimer, timerCost},
		{"Write1Byte", costCall + costWrite + costByte, func(n int) { writeCost(n, 1) }},
		{"Write64KB", costCall + costWrite + (64<<10)*costByte, func(n int) { writeCost(n, 64<<10) }},
		{"Wake", costWake, wakeCost},
		{"StopTheWorld", costStop, stopCost},
	} {
		b.Run(c.name, func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			c.run(b.N)
			b.ReportMetric(c.model, "model-ns")
		})
	}
}

//go:noinline
func loopCost(n int) {
	x := 0
	for i := range n {
		x ^= i
	}
	summed.Add(int64(x))
}

func chanCost(n int) {
	c := make(chan int, 1)
	for range n/2 + 1 {
		c <- 1
		<-c
	}
}

func selectCost(n int) {
	a, b := make(chan int, 1), make(chan int)
	for range n/2 + 1 {
		select {
		case a <- 1:
		case <-b:
		}
		select {
		case <-a:
		case <-b:
		}
	}
}

func lockCost(n int) {
	var mu sync.Mutex
	for range n/2 + 1 {
		mu.Lock()
		mu.Unlock()
	}
}

func atomicCost(n int) {
	for range n {
		summed.Add(1)
	}
}

func goCost(n int) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go wg.Done()
		if i%100 == 0 {
			wg.Wait()
		}
	}
	wg.Wait()
}

func switchCost(n int) {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range n / 2 {
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
}

func timerCost(n int) {
	for range n/2 + 1 {
		time.NewTimer(time.Hour).Stop()
	}
}

func writeCost(n, size int) {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	runtime.GOMAXPROCS(2)
	defer runtime.GOMAXPROCS(1)
	done := make(chan bool)
	go func() {
		io.Copy(io.Discard, r)
		close(done)
	}()
	b := make([]byte, size)
	for range n {
		w.Write(b)
	}
	w.Close()
	<-done
}

// wakeCost lets an idle P take a goroutine from one that is busy.
func wakeCost(n int) {
	runtime.GOMAXPROCS(2)
	defer runtime.GOMAXPROCS(1)
	for range n {
		var there atomic.Bool
		go there.Store(true)
		for !there.Load() {
		}
	}
}

func stopCost(n int) {
	defer runtime.GOMAXPROCS(1)
	for i := range n {
		runtime.GOMAXPROCS(1 + (i+1)%2)
	}
}
