package sim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// modelled runs a program under policy gmp.
func modelled(t *testing.T, f rewrite.File, procs int) *eventlog.Log {
	t.Helper()
	r := engine(t)
	return run(t, r, build(t, r, f), runner.Config{Policy: "gmp", Seed: 1, Procs: procs})
}

// find returns the first event at or after from that is what is asked for; the
// number of events if there is none.
func find(l *eventlog.Log, from int, is func(e *event.Record) bool) int {
	for i := from; i < len(l.Events); i++ {
		if is(&l.Events[i]) {
			return i
		}
	}
	return len(l.Events)
}

func kind(k event.Kind) func(*event.Record) bool {
	return func(e *event.Record) bool { return e.Kind == k }
}

func TestRuleLongSystemCallLosesItsPToWhoIsRunnable(t *testing.T) {
	log := modelled(t, source(`import (
	"fmt"
	"strings"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	fmt.Print("begin\n")
	wg.Go(func() { fmt.Print("short\n") })
	fmt.Print(strings.Repeat("x", 400_000), "\n")
	wg.Wait()
}
`), 1)
	enter := find(log, 0, kind(event.SysEnter))
	retake := find(log, enter, kind(event.Retake))
	other := find(log, retake, func(e *event.Record) bool { return e.Kind == event.Output && e.G == 2 })
	exit := find(log, other, kind(event.SysExit))
	require.Less(t, exit, len(log.Events), "G2 prints while main is in its system call")
	assert.Equal(t, event.GID(1), log.Events[exit].G)
	assert.GreaterOrEqual(t, log.Events[retake].T-log.Events[enter].T, uint64(20_000), "sysmon leaves it its P for 20 µs")
	assert.Less(t, log.Events[retake].T-log.Events[enter].T, uint64(60_000))
}

func TestRuleTightLoopIsPreempted(t *testing.T) {
	log := modelled(t, source(`func main() {
	done := false
	go func() { done = true }()
	for !done {
	}
}
`), 1)
	i := find(log, 0, func(e *event.Record) bool { return e.Kind == event.GoYield && e.N == int32(event.Preempted) })
	require.Less(t, i, len(log.Events))
	assert.GreaterOrEqual(t, log.Events[i].T, uint64(10_000_000))
	assert.LessOrEqual(t, log.Events[i].T, uint64(21_000_000), "10 ms after a look of sysmon, which looks every 10 ms at least")
	assert.Equal(t, 0, log.Verdict().Status)
}

func TestRuleGOMAXPROCSIsLive(t *testing.T) {
	log := modelled(t, source(`import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	work := func() {
		for range 6 {
			wg.Go(func() {
				for range 100_000 {
				}
			})
		}
	}
	work()
	was := runtime.GOMAXPROCS(1)
	wg.Wait()
	runtime.GOMAXPROCS(3)
	work()
	wg.Wait()
	fmt.Print(was, runtime.GOMAXPROCS(0))
}
`), 4)
	assert.Equal(t, "4 3", printed(log))
	shrunk := find(log, 0, kind(event.Knob))
	grown := find(log, shrunk+1, kind(event.Knob))
	require.Less(t, grown, len(log.Events))
	assert.Less(t, find(log, 0, kind(event.WorldStop)), shrunk)
	ps := func(from, to int) int {
		seen := map[uint8]bool{}
		for _, e := range log.Events[from:to] {
			if e.Kind == event.GoStart {
				seen[e.P] = true
			}
		}
		return len(seen)
	}
	assert.Equal(t, 1, ps(shrunk, grown))
	assert.Equal(t, 3, ps(grown, len(log.Events)))
}

func TestRuleStarvingWaiterIsHandedTheLock(t *testing.T) {
	log := modelled(t, source(`import "sync"

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	wg.Go(func() {
		mu.Lock()
		mu.Unlock()
	})
	for range 4 { // always locked when the waiter looks
		for range 15_000_000 {
		}
		mu.Unlock()
		mu.Lock()
	}
	mu.Unlock()
	wg.Wait()
}
`), 1)
	i := find(log, 0, func(e *event.Record) bool { return e.Kind == event.Lock && e.G == 2 })
	require.Less(t, i, len(log.Events))
	assert.Equal(t, int32(1), log.Events[i].N, "handed over, after more than 1 ms of waiting")
	y := find(log, 0, func(e *event.Record) bool { return e.Kind == event.GoYield && e.N == int32(event.Handed) })
	require.Less(t, y, i)
	q := find(log, y, kind(event.Enqueue))
	assert.Equal(t, int32(event.Local), log.Events[q].N, "goyield: the local queue")
	s := find(log, y, kind(event.GoStart))
	assert.Equal(t, event.GID(2), log.Events[s].G, "and the new holder runs at once")
	assert.Equal(t, int32(event.FromRunNext), log.Events[s].N)
}

func TestRuleWaitingWriterKeepsNewReadersOut(t *testing.T) {
	log := modelled(t, source(`import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var rw sync.RWMutex
	var wg sync.WaitGroup
	rw.RLock()
	wg.Go(func() { rw.Lock(); fmt.Print("writer "); rw.Unlock() })
	runtime.Gosched()
	for i := range 2 {
		wg.Go(func() { rw.RLock(); fmt.Print("reader", i, " "); rw.RUnlock() })
	}
	runtime.Gosched()
	fmt.Print(rw.TryRLock(), " ")
	rw.RUnlock()
	wg.Wait()
}
`), 1)
	assert.Equal(t, "false writer reader0 reader1 ", printed(log))
}

func TestRuleHandOffToAWaitingReceiverLeavesTheBufferAlone(t *testing.T) {
	log := modelled(t, source(`import "runtime"

func main() {
	c := make(chan int, 3)
	done := make(chan int)
	go func() { done <- <-c }()
	runtime.Gosched()
	c <- 7
	<-done
}
`), 1)
	i := find(log, 0, func(e *event.Record) bool { return e.Kind == event.ChanSend && e.G == 1 })
	require.Less(t, i, len(log.Events))
	assert.Equal(t, uint32(2), log.Events[i].Peer)
	assert.Zero(t, log.Events[i].N, "nothing is in the buffer")
	e := log.Events[find(log, i, kind(event.Enqueue))]
	assert.Equal(t, event.Record{T: e.T, Peer: 2, N: int32(event.RunNext), Kind: event.Enqueue, P: e.P}, e, "the receiver runs next")
}

func TestRuleLockedGoroutineKeepsItsThread(t *testing.T) {
	log := modelled(t, source(`import (
	"runtime"
	"time"
)

func main() {
	runtime.LockOSThread()
	go func() {
		for range 10 {
			runtime.Gosched()
		}
	}()
	for range 3 {
		time.Sleep(time.Microsecond)
	}
}
`), 2)
	w := eventlog.NewWorld(log)
	threads := map[int32]bool{}
	for _, e := range log.Events {
		w.Apply(e)
		if g := w.Goroutines[1]; g != nil && g.State == eventlog.Running {
			threads[w.Procs[g.P].Thread] = true
		}
	}
	assert.Equal(t, map[int32]bool{1: true}, threads)
}

const collected = `import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 2_000_000 {
			}
			for range 200 {
				wg.Go(func() {})
			}
		})
	}
	runtime.GC()
	fmt.Print("collected")
	wg.Wait()
}
`

func TestRuleCollectorStopsTheWorldTwiceAndMarksBetween(t *testing.T) {
	for _, procs := range []int{1, 2, 4, 8} {
		log := modelled(t, source(collected), procs)
		start, end := find(log, 0, kind(event.GCStart)), find(log, 0, kind(event.GCEnd))
		require.Less(t, end, len(log.Events), "%d Ps", procs)
		assert.Equal(t, event.WorldStop, log.Events[start-1].Kind)
		assert.Equal(t, "GC sweep termination", log.Text(log.Events[start-1].Val))
		assert.Equal(t, event.WorldStart, log.Events[start+1].Kind)
		work := find(log, start, kind(event.GCWork))
		last := find(log, work, kind(event.WorldStop))
		assert.Less(t, last, end)
		assert.Equal(t, "GC mark termination", log.Text(log.Events[last].Val))
		parked := find(log, 0, func(e *event.Record) bool { return e.Kind == event.GoPark && e.N == int32(event.GCWait) })
		released := find(log, end, func(e *event.Record) bool { return e.Kind == event.GoReady && e.Peer == 1 })
		assert.Less(t, parked, end, "main waits for the end of the cycle")
		assert.Less(t, released, len(log.Events))
	}
}

func TestRuleCollectorRunsByItselfOnlyWhenAsked(t *testing.T) {
	r := engine(t)
	bin := build(t, r, source(`func main() {
	for range 20_000 {
		go func() {}()
	}
}
`))
	off := run(t, r, bin, runner.Config{Procs: 2})
	assert.Equal(t, len(off.Events), find(off, 0, kind(event.GCStart)))
	on := run(t, r, bin, runner.Config{Procs: 2, GC: true})
	assert.Less(t, find(on, 0, kind(event.GCEnd)), len(on.Events))
	assert.Less(t, find(on, 0, kind(event.GCAssist)), len(on.Events), "who allocates while it marks has to assist")
}

func TestRunsOnManyPsAreLawfulAndReplay(t *testing.T) {
	r := engine(t)
	for name, f := range programs(t, "gmp") {
		t.Run(name, func(t *testing.T) {
			bin := build(t, r, f)
			for _, procs := range []int{2, 8} {
				for seed := range uint64(2) {
					c := runner.Config{Policy: "gmp", Seed: seed, Procs: procs, GC: true, Record: true}
					first := run(t, r, bin, c)
					again := run(t, r, bin, runner.Config{Policy: "replay", Seed: seed, Schedule: first.Schedule})
					require.Equal(t, printed(first), printed(again), "%d Ps, seed %d", procs, seed)
				}
			}
		})
	}
}
