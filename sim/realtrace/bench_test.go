package realtrace_test

import (
	"bytes"
	"io"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/exp/trace"

	"interleave/sim/realtrace"
)

// crowd is a program of many small events at some dozens of stacks.
func crowd(rounds int) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range 16 {
		a, b := make(chan int), make(chan int)
		wg.Go(func() {
			for range rounds {
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

// bare reads a trace with the library alone, and looks at the names and stacks
// of what it reads, as whoever shows them must.
func bare(r io.Reader) (events, seen int, err error) {
	reader, err := trace.NewReader(r)
	if err != nil {
		return 0, 0, err
	}
	frames := func(s trace.Stack) {
		for f := range s.Frames() {
			seen += len(f.Func) + len(f.File)
		}
	}
	for ; ; events++ {
		e, err := reader.ReadEvent()
		if err == io.EOF {
			return events, seen, nil
		}
		if err != nil {
			return events, seen, err
		}
		switch e.Kind() {
		case trace.EventStateTransition:
			tr := e.StateTransition()
			seen += len(tr.Reason)
			frames(tr.Stack)
		case trace.EventMetric:
			seen += len(e.Metric().Name)
		}
		frames(e.Stack())
	}
}

// The two benchmarks read the same trace; the aim is at most twice the bare
// reader's time an event.
func BenchmarkBareReader(b *testing.B) {
	data := traced(b, 2, func() { crowd(2000) })
	total := 0
	for b.Loop() {
		n, _, err := bare(bytes.NewReader(data))
		require.NoError(b, err)
		total += n
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(total), "ns/event")
}

func BenchmarkRead(b *testing.B) {
	data := traced(b, 2, func() { crowd(2000) })
	total := 0
	for b.Loop() {
		f := realtrace.NewFramer(func([]byte) error { return nil })
		sum, err := realtrace.Read(bytes.NewReader(data), f.Sink(), realtrace.Options{Flush: f.Flush})
		require.NoError(b, err)
		total += int(sum.Read)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(total), "ns/event")
}
