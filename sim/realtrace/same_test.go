package realtrace_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	rtrace "runtime/trace"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/exp/trace"
	"golang.org/x/tools/txtar"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/realtrace"
)

// The library's word on a trace, taken down here once more by hand, so that
// ours can be compared with it.
type told struct {
	moves   []move
	blocked map[event.GID]map[string]uint64 // ns by kind of wait
	length  uint64
	ranges  map[string]int // how many of each begin
	notes   map[trace.EventKind]int
}

// A move is a change of a goroutine's state. Goroutines are numbered as they
// appear.
type move struct {
	t  uint64
	g  event.GID
	to trace.GoState
}

// tell reads a trace with the library alone, and keeps every move.
func tell(t testing.TB, data []byte) told {
	t.Helper()
	var moves []move
	out := tellOf(t, bytes.NewReader(data), func(m move) { moves = append(moves, m) })
	out.moves = moves
	return out
}

// tellOf reads a trace with the library alone, and tells each move.
func tellOf(t testing.TB, r io.Reader, moved func(move)) told {
	t.Helper()
	reader, err := trace.NewReader(r)
	require.NoError(t, err)
	out := told{blocked: map[event.GID]map[string]uint64{}, ranges: map[string]int{}, notes: map[trace.EventKind]int{}}
	type waiting struct {
		since uint64
		why   string
	}
	var base trace.Time
	first, seen := true, 0
	ids, waits := map[trace.GoID]event.GID{}, map[event.GID]waiting{}
	done := func(g event.GID, now uint64) {
		if w, ok := waits[g]; ok {
			if out.blocked[g] == nil {
				out.blocked[g] = map[string]uint64{}
			}
			out.blocked[g][w.why] += now - w.since
			delete(waits, g)
		}
	}
	for {
		e, err := reader.ReadEvent()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		if e.Kind() == trace.EventSync {
			continue
		}
		if first {
			base, first = e.Time(), false
		}
		now := max(uint64(e.Time()-base), out.length) // before Go 1.22 the library lets time go back
		out.length = now
		out.notes[e.Kind()]++
		if e.Kind() == trace.EventRangeBegin {
			out.ranges[e.Range().Name]++
		}
		if e.Kind() != trace.EventStateTransition || e.StateTransition().Resource.Kind != trace.ResourceGoroutine {
			continue
		}
		tr := e.StateTransition()
		from, to := tr.Goroutine()
		id := tr.Resource.Goroutine()
		if from == to {
			continue
		}
		if from == trace.GoUndetermined || from == trace.GoNotExist {
			ids[id] = event.GID(seen + 1)
			seen++
		}
		g := ids[id]
		moved(move{now, g, to})
		done(g, now)
		if to == trace.GoWaiting {
			why := tr.Reason
			if from == trace.GoUndetermined || from == trace.GoNotExist {
				why = "at first"
			}
			waits[g] = waiting{now, why}
		}
	}
	for g := range waits {
		done(g, out.length)
	}
	return out
}

// numbered returns the goroutines that have appeared.
func (o *told) numbered() map[event.GID]bool {
	seen := map[event.GID]bool{}
	for _, m := range o.moves {
		seen[m.g] = true
	}
	return seen
}

// ends returns the last moment of every goroutine.
func (o *told) ends() []move {
	var list []move
	for g := range o.numbered() {
		list = append(list, move{t: o.length, g: g})
	}
	return list
}

// wordOf is the library's word for a reason of ours.
func wordOf(r event.Reason) string {
	switch r {
	case event.MutexWait, event.RLockWait, event.GroupWait, event.OnceWait, event.SyncWait:
		return "sync"
	case event.SendWait:
		return "chan send"
	case event.RecvWait:
		return "chan receive"
	case event.SelectPark:
		return "select"
	case event.SleepWait:
		return "sleep"
	case event.NetWait:
		return "network"
	case event.CondWait:
		return "sync.(*Cond).Wait"
	case event.Forever:
		return "forever"
	case event.AssistWait:
		return "GC mark assist wait for work"
	case event.BubbleWait:
		return "synctest"
	}
	return "other"
}

func rough(word string) string {
	switch word {
	case "GC background sweeper wait", "system goroutine wait", "wait until GC ends", "GC weak to strong wait", "preempted",
		"wait for debug call", "unspecified", "":
		return "other"
	}
	return word
}

// A blocking sums up from our events how long each goroutine waited for what.
type blocking struct {
	waits map[event.GID]waitingFor
	sums  map[event.GID]map[string]uint64
}

type waitingFor struct {
	since uint64
	why   string
}

func newBlocking() *blocking {
	return &blocking{map[event.GID]waitingFor{}, map[event.GID]map[string]uint64{}}
}

func (b *blocking) take(r *event.Record) {
	switch r.Kind {
	case event.GoPark:
		b.waits[r.G] = waitingFor{r.T, wordOf(event.Reason(r.N))}
	case event.GoCreate:
		if r.N != 0 {
			b.waits[event.GID(r.Peer)] = waitingFor{r.T, "at first"}
		}
	case event.GoReady:
		b.over(event.GID(r.Peer), r.T)
	case event.RunEnd:
		for g := range b.waits {
			b.over(g, r.T)
		}
	}
}

func (b *blocking) over(g event.GID, now uint64) {
	if b.sums[g] == nil {
		b.sums[g] = map[string]uint64{}
	}
	b.sums[g][b.waits[g].why] += now - b.waits[g].since
	delete(b.waits, g)
}

// blockedOf sums up a log.
func blockedOf(l *eventlog.Log) map[event.GID]map[string]uint64 {
	b := newBlocking()
	for i := range l.Events {
		b.take(&l.Events[i])
	}
	return b.sums
}

// roughly returns the library's sums by fewer words, which are ours, too.
func (o *told) roughly() map[event.GID]map[string]uint64 {
	rougher := map[event.GID]map[string]uint64{}
	for g, sums := range o.blocked {
		rougher[g] = map[string]uint64{}
		for word, ns := range sums {
			rougher[g][rough(word)] += ns
		}
	}
	return rougher
}

var stateOf = map[trace.GoState]eventlog.State{
	trace.GoRunnable: eventlog.Runnable, trace.GoRunning: eventlog.Running, trace.GoWaiting: eventlog.Parked,
	trace.GoSyscall: eventlog.Calling, trace.GoNotExist: eventlog.Ended,
}

// same compares our log of a trace with the library's word on it: the state of
// every goroutine at so many times, and what they waited for.
//
// The library does not read an old trace twice in the same way: goroutines and
// events of the same time come in any order, and times are some ns apart. So
// where slack is not 0, only sums over all goroutines are compared, and may
// differ by so much.
func same(t *testing.T, data []byte, samples int, slack time.Duration) {
	t.Helper()
	want := tell(t, data)
	l, sum := valid(t, data)
	assert.EqualValues(t, want.length, sum.Length)
	assert.Len(t, want.numbered(), sum.Goroutines)

	states, at := map[event.GID]eventlog.State{}, 0
	w := eventlog.NewWorld(l)
	for i := range samples {
		if slack > 0 {
			break
		}
		now := want.length * uint64(i+1) / uint64(samples)
		for ; at < len(want.moves) && want.moves[at].t <= now; at++ {
			states[want.moves[at].g] = stateOf[want.moves[at].to]
		}
		for w.Events < len(l.Events) && l.Events[w.Events].T <= now {
			w.Apply(l.Events[w.Events])
		}
		got := map[event.GID]eventlog.State{}
		for id, g := range w.Goroutines {
			got[id] = g.State
		}
		require.Equal(t, states, got, "at %d ns", now)
	}

	rougher, blocked := want.roughly(), blockedOf(l)
	if slack > 0 {
		rougher, blocked = together(rougher), together(blocked)
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(rougher)), slices.Collect(maps.Keys(blocked)))
	for g, words := range rougher {
		assert.ElementsMatch(t, slices.Collect(maps.Keys(words)), slices.Collect(maps.Keys(blocked[g])), "G%d", g)
		for word, ns := range words {
			assert.InDelta(t, ns, blocked[g][word], float64(slack), "G%d: %s", g, word)
		}
	}

	var total, sums realtrace.Function
	for _, f := range digest(t, l).Functions() {
		sums.Running += f.Running
		sums.Runnable += f.Runnable
		sums.Calling += f.Calling
		sums.Waiting += f.Waiting
	}
	since := map[event.GID]move{}
	for _, m := range append(slices.Clone(want.moves), want.ends()...) {
		took := time.Duration(m.t - since[m.g].t)
		switch since[m.g].to {
		case trace.GoRunning:
			total.Running += took
		case trace.GoRunnable:
			total.Runnable += took
		case trace.GoSyscall:
			total.Calling += took
		case trace.GoWaiting:
			total.Waiting += took
		}
		since[m.g] = m
	}
	for _, pair := range [][2]time.Duration{{total.Running, sums.Running}, {total.Runnable, sums.Runnable}, {total.Calling, sums.Calling}, {total.Waiting, sums.Waiting}} {
		assert.InDelta(t, pair[0], pair[1], float64(slack))
	}

	kinds := map[event.Kind]int{}
	for i := range l.Events {
		kinds[l.Events[i].Kind]++
	}
	sameCounts(t, want, kinds, sum)
}

// sameCounts compares how many events there are of each kind.
func sameCounts(t *testing.T, want told, kinds map[event.Kind]int, sum realtrace.Summary) {
	t.Helper()
	assert.Equal(t, want.notes[trace.EventTaskBegin], kinds[event.TaskBegin])
	assert.Equal(t, want.notes[trace.EventTaskEnd], kinds[event.TaskEnd])
	assert.Equal(t, want.notes[trace.EventRegionBegin], kinds[event.RegionBegin])
	assert.Equal(t, want.notes[trace.EventRegionEnd], kinds[event.RegionEnd])
	assert.Equal(t, want.notes[trace.EventLog], kinds[event.UserLog])
	assert.Equal(t, want.notes[trace.EventLabel], kinds[event.Label])
	assert.Equal(t, want.notes[trace.EventMetric], kinds[event.Metric]+kinds[event.Knob])
	assert.EqualValues(t, want.notes[trace.EventStackSample], sum.Samples)
	stops := 0
	for name, n := range want.ranges {
		if strings.HasPrefix(name, "stop-the-world") {
			stops += n
		}
	}
	assert.Equal(t, stops, kinds[event.WorldStop])
	assert.GreaterOrEqual(t, kinds[event.GCStart], want.ranges["GC concurrent mark phase"])
}

// together sums up over all goroutines.
func together(of map[event.GID]map[string]uint64) map[event.GID]map[string]uint64 {
	all := map[string]uint64{}
	for _, words := range of {
		for word, ns := range words {
			all[word] += ns
		}
	}
	return map[event.GID]map[string]uint64{0: all}
}

// collected is busy beside a cycle of the collector, in which runtime.GC yields
// some ten thousand times.
func collected() {
	var wg sync.WaitGroup
	wg.Go(runtime.GC)
	busy()
	wg.Wait()
}

// busy is a program with something of everything.
func busy() {
	ctx, task := rtrace.NewTask(context.Background(), "everything")
	defer task.End()
	var wg sync.WaitGroup
	c := make(chan []byte)
	for range 8 {
		wg.Go(func() {
			defer rtrace.StartRegion(ctx, "produce").End()
			for i := range 50 {
				c <- make([]byte, 1<<10*(i+1))
			}
		})
	}
	for range 4 {
		go func() {
			for b := range c {
				rtrace.Log(ctx, "size", "one")
				_ = append(b, 1)
			}
		}()
	}
	wg.Go(func() {
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		defer r.Close()
		go func() { time.Sleep(time.Millisecond); w.Write([]byte("x")); w.Close() }()
		io.ReadAll(r)
	})
	wg.Go(func() {
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
		}
	})
	wg.Go(func() {
		next, stop := iter.Pull(func(yield func(int) bool) {
			for i := 0; yield(i); i++ {
			}
		})
		defer stop()
		for range 20 {
			next()
			runtime.Gosched()
		}
	})
	wg.Wait()
	close(c)
}

func TestEventsAreWhatTheLibrarySays(t *testing.T) {
	for _, p := range procs {
		for range *times {
			same(t, traced(t, p, collected), 200, 0)
		}
	}
}

func TestEventsAreWhatTheLibrarySaysOfItsOwnTestData(t *testing.T) {
	dir := libraryDir(t)
	encode := encoder(t, dir)
	names, err := filepath.Glob(filepath.Join(dir, "trace", "testdata", "tests", "*.test"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	good := 0
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		require.NoError(t, err)
		require.Len(t, ar.Files, 2)
		cmd := exec.Command(encode)
		cmd.Stdin = bytes.NewReader(ar.Files[1].Data)
		data, err := cmd.Output()
		require.NoError(t, err, name)
		if strings.HasPrefix(string(ar.Files[0].Data), "SUCCESS") {
			good++
			t.Run(filepath.Base(name), func(t *testing.T) { same(t, data, 50, 0) })
			continue
		}
		l, _, err := logOf(bytes.NewReader(data), realtrace.Options{})
		assert.Error(t, err, name)
		if len(l.Events) > 0 {
			assert.NoError(t, eventlog.Validate(l), name)
		}
	}
	assert.Greater(t, good, 15)
}

// TestEventsOfOldTracesAreWhatTheLibrarySays is about the format before Go
// 1.22, of which the toolchain's own source has examples.
func TestEventsOfOldTracesAreWhatTheLibrarySays(t *testing.T) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	names, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "src", "internal", "trace", "internal", "tracev1", "testdata", "*_good"))
	require.NoError(t, err)
	if len(names) == 0 {
		t.Skip("this toolchain comes without the source of its tests")
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			same(t, data, 50, time.Microsecond)
		})
	}
}

func libraryDir(t *testing.T) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/exp").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// encoder builds a program that makes binary traces of the library's textual
// ones, which only its internal packages can.
func encoder(t *testing.T, dir string) string {
	t.Helper()
	tmp := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(tmp, "trace", "internal"), os.DirFS(filepath.Join(dir, "trace", "internal"))))
	main := filepath.Join(tmp, "trace", "encode")
	require.NoError(t, os.Mkdir(main, 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(tmp, "go.mod"), []byte("module golang.org/x/exp\n\ngo 1.26\n"), 0o666))
	require.NoError(t, os.WriteFile(filepath.Join(main, "main.go"), []byte(`package main

import (
	"io"
	"os"

	"golang.org/x/exp/trace/internal/raw"
)

func main() {
	r, err := raw.NewTextReader(os.Stdin)
	check(err)
	w, err := raw.NewWriter(os.Stdout, r.Version())
	check(err)
	for {
		e, err := r.ReadEvent()
		if err == io.EOF {
			return
		}
		check(err)
		check(w.WriteEvent(e))
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
`), 0o666))
	bin := filepath.Join(tmp, "encode")
	cmd := exec.Command("go", "build", "-o", bin, "./trace/encode")
	cmd.Dir = tmp
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return bin
}
