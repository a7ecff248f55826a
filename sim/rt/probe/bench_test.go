package probe

import (
	"sync"
	"testing"
	"time"

	"interleave/sim/event"
)

// record switches probes on for a benchmark, in memory that nobody else reads,
// and returns what gives it back, to be called every few thousand records.
func record(b *testing.B) (recycle func()) {
	const room = 1024
	place(make([]byte, event.ProbeHead+room*event.ProbeChunk))
	epoch, on = time.Now(), true
	base, _, _ = monotonic()
	p := begin(event.GID(ids.Add(1)))
	b.Cleanup(func() {
		if memory.lost > 0 {
			b.Errorf("%d records lost", memory.lost)
		}
		p.n, p.chunk, p.mine, on = event.ProbeRecords, nil, false, false
	})
	return func() {
		for i := range chunks {
			if c := &chunks[i]; c.serial != 0 && c.records[event.ProbeRecords-1].T != 0 {
				*c = chunk{}
			}
		}
	}
}

// each measures op, which records so many events, without probes and with them.
func each(b *testing.B, op func()) {
	b.Run("off", func(b *testing.B) {
		for b.Loop() {
			op()
		}
	})
	b.Run("on", func(b *testing.B) {
		recycle := record(b)
		for i := 0; b.Loop(); i++ {
			op()
			if i&4095 == 4095 {
				recycle()
			}
		}
	})
}

func BenchmarkNothingButTheRecord(b *testing.B) {
	recycle := record(b)
	for i := 0; b.Loop(); i++ {
		current().put(event.Probe{T: now(), Kind: event.ChanSend, Obj: 1})
		if i&4095 == 4095 {
			recycle()
		}
	}
}

// Two events an operation.

func BenchmarkSendAndReceive(b *testing.B) {
	c := make(chan int, 1)
	each(b, func() {
		Send(c, 1, ValueSigned|1)
		Recv(c, ValueSigned|1)
	})
}

func BenchmarkLockAndUnlock(b *testing.B) {
	var mu sync.Mutex
	each(b, func() {
		MutexLock(&mu, 1)
		MutexUnlock(&mu, 1)
	})
}

// BenchmarkPingPong is a round trip over two unbuffered channels: four
// operations, two of which wait, which makes six events.
func BenchmarkPingPong(b *testing.B) {
	ping := func(b *testing.B, recycle func()) {
		there, back := make(chan int), make(chan int)
		Go(1, "", func() {
			for c := there; ; {
				v, ok := Recv2(c, ValueSigned|1)
				if !ok {
					break
				}
				Send(back, v, ValueSigned|1)
			}
			Close(back, 1)
		})
		for i := 0; b.Loop(); i++ {
			Send(there, 1, ValueSigned|1)
			Recv(back, ValueSigned|1)
			if i&4095 == 4095 {
				recycle()
			}
		}
		Close(there, 1)
		for range back {
		}
	}
	b.Run("off", func(b *testing.B) { ping(b, func() {}) })
	b.Run("on", func(b *testing.B) { ping(b, record(b)) })
}

// BenchmarkSelect has two cases, of which the first is ready: three events
// without a default, one with it. One more sends.
func BenchmarkSelect(b *testing.B) {
	c, other := make(chan int, 1), make(chan int)
	op := func(hasDefault bool) {
		var s [2]Case
		c <- 1
		select {
		case v := <-In(&s[0], c, 2):
			Got(s[:], 0, v, 1)
		case v := <-Ready(s[:], In(&s[1], other, 3), hasDefault):
			Got(s[:], 1, v, 1)
		}
	}
	b.Run("waiting", func(b *testing.B) { each(b, func() { op(false) }) })
	b.Run("default", func(b *testing.B) { each(b, func() { op(true) }) })
}

// BenchmarkGo starts a goroutine and waits for it: five events, with the two of
// a WaitGroup.
func BenchmarkGo(b *testing.B) {
	each(b, func() {
		var wg sync.WaitGroup
		WaitGroupGo(&wg, func() {}, 1)
		wg.Wait()
	})
}
