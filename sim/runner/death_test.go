package runner

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// endless never stops to do things of which events tell, and defines objects
// and texts while it does.
const endless = `package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	jobs := make(chan string, 3)
	for range 4 {
		go func() {
			for j := range jobs {
				mu.Lock()
				_ = j
				mu.Unlock()
			}
		}()
	}
	for i := 0; ; i++ {
		done := make(chan int)
		go func() { done <- i }()
		jobs <- fmt.Sprint("job ", i)
		<-done
	}
}
`

func TestWhateverKillsTheProcessItsEventsStay(t *testing.T) {
	b := rewritten(t, endless)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		run := start(t, model(t), b, Config{Seed: rnd.Uint64()})
		_, err := run.Read(t.Context(), rnd.Uint64N(1<<16))
		require.NoError(t, err)
		taken := uint64(0)
		for range rnd.IntN(20) {
			taken = run.takenByProcess(t)
		}
		run.killFromOutside(t)
		log, err := Collect(t.Context(), run)
		require.NoError(t, err)
		require.GreaterOrEqual(t, uint64(len(log.Events)-1), taken)
		require.NoError(t, eventlog.Validate(log))
	}
}

func (r *Run) killFromOutside(t *testing.T) {
	t.Helper()
	p, err := os.FindProcess(r.cmd.Pid())
	require.NoError(t, err)
	require.NoError(t, p.Kill())
}

// takenByProcess is how many events the process has put into the ring, of
// which the runner may not have heard. It holds where no segment is closed
// before it is full.
func (r *Run) takenByProcess(t *testing.T) (n uint64) {
	t.Helper()
	for i := range uint64(event.RingSegments) {
		var head [event.SegmentHead]byte
		_, err := r.ring.file.ReadAt(head[:], event.Mark{Serial: i}.Offset())
		require.NoError(t, err)
		m, err := event.ParseSegmentHead(head[:])
		require.NoError(t, err)
		if m.Serial >= event.RingSegments {
			n = max(n, (m.Serial-event.RingSegments)*event.SegmentRecords+uint64(m.Records))
		}
	}
	return n
}

func TestGrantHoldsARunWithARing(t *testing.T) {
	run := start(t, model(t), rewritten(t, endless), Config{Hold: true})
	for _, n := range []uint64{2, 3, 10, event.SegmentRecords, event.SegmentRecords + 1, 100_003} {
		run.Grant(n)
		_, err := run.Read(t.Context(), n-1)
		require.NoError(t, err)
		assert.Equal(t, n, run.log.count())
		assert.Equal(t, n, run.takenByProcess(t))
	}
}

func TestEventsBeforeTheEndOfTheRuntimeItselfAreInTheLog(t *testing.T) {
	const sends = 1000
	for name, last := range map[string]string{
		"stack overflow": `var f func(int) int; f = func(n int) int { return f(n+1) + 1 }; println(f(0))`,
		"out of memory":  `b := make([]byte, 10<<30); println(len(b))`,
		"memory filled":  `var all [][]byte; for { all = append(all, make([]byte, 1<<20, 1<<20+len(all)*0)) }`,
	} {
		t.Run(name, func(t *testing.T) {
			body := fmt.Sprintf("c := make(chan int, %d); for i := range %d { c <- i }; println(\"sent\"); %s", sends, sends, last)
			res, log := finish(t, model(t), rewritten(t, "package main\n\nfunc main() { "+body+" }\n"), Config{MaxMemory: 768 << 20})
			assert.Contains(t, []event.Outcome{event.Fatal, event.MemLimit}, res.Verdict.Outcome, "%+v", res)
			n := 0
			for _, e := range log.Events {
				if e.Kind == event.ChanSend {
					n++
				}
			}
			assert.Equal(t, sends, n)
			assert.Equal(t, "sent\n", output(log))
			require.NoError(t, eventlog.Validate(log))
		})
	}
}

func TestLogIsTheSameWithoutSharedMemory(t *testing.T) {
	b := rewritten(t, strings.Replace(endless, "for i := 0; ; i++ {", "for i := range 5000 {", 1))
	_, want := finish(t, model(t), b, Config{Seed: 3})
	piped, err := New(Options{Dir: model(t).dir})
	require.NoError(t, err)
	defer func() { require.NoError(t, piped.Close()) }()
	piped.piped = true
	_, got := finish(t, piped, b, Config{Seed: 3})
	var a, z bytes.Buffer
	require.NoError(t, want.WriteJSONL(&a))
	require.NoError(t, got.WriteJSONL(&z))
	require.Greater(t, len(want.Events), 3*event.SegmentRecords)
	assert.True(t, bytes.Equal(a.Bytes(), z.Bytes()))
}

func TestTextsThatFillTheirRoomBeforeTheEventsDoAreAllThere(t *testing.T) {
	_, log := finish(t, model(t), rewritten(t, `package main

import (
	"fmt"
	"strings"
)

func main() {
	for i := range 60 {
		fmt.Println(i, strings.Repeat("x", 60_000))
	}
}
`), Config{})
	var want strings.Builder
	for i := range 60 {
		fmt.Fprintln(&want, i, strings.Repeat("x", 60_000))
	}
	assert.True(t, want.String() == output(log))
	require.NoError(t, eventlog.Validate(log))
}

func TestRingIsNotTrusted(t *testing.T) {
	const spoilt = "the program wrote over its own event log"
	const silent = "the program ended with status 7 without a word"
	for lie, want := range map[string]struct {
		message string
		events  int
	}{
		"nothing":                      {silent, 3 + 1},
		"cut":                          {silent, 3 + 1},
		"backwards":                    {spoilt, 3 + 1},
		"ahead":                        {spoilt, 1},
		"too many":                     {spoilt, 1},
		"odd":                          {spoilt, 1},
		"unknown kind":                 {spoilt, 1},
		"dies with a wrong head":       {silent, 1},
		"dies with unknown kinds":      {silent, 1},
		"dies with nothing of its own": {silent, 1},
	} {
		t.Run(lie, func(t *testing.T) {
			run := start(t, plain(t), program(t, "liar"), Config{Args: []string{lie}})
			res, err := run.Wait(context.WithoutCancel(t.Context()))
			require.NoError(t, err)
			assert.Equal(t, want.message, res.Verdict.Message)
			assert.Equal(t, uint64(want.events), res.Events)
		})
	}
}
