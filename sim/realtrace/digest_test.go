package realtrace_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/realtrace"
	"interleave/sim/say"
)

// digest sums up a log.
func digest(t testing.TB, l *eventlog.Log) *realtrace.Digest {
	t.Helper()
	d := realtrace.NewDigest()
	to := d.Sink()
	for id, text := range l.Texts {
		require.NoError(t, to.Text(id, text))
	}
	for id, site := range l.Sites {
		require.NoError(t, to.Site(id, site))
	}
	for i, r := range l.Events {
		require.NoError(t, to.Event(uint64(i), r))
	}
	return d
}

//go:noinline
func third(from <-chan int, done chan<- bool) {
	<-from
	close(done)
}

//go:noinline
func second(from <-chan int, to chan<- int) {
	<-from
	to <- 1
}

// relay lets three goroutines wait for each other, and releases the first.
func relay() {
	a, b, done := make(chan int), make(chan int), make(chan bool)
	go third(b, done)
	waitFor("realtrace_test.third", "chan receive", 1)
	go second(a, b)
	waitFor("realtrace_test.second", "chan receive", 1)
	a <- 1
	<-done
}

func TestAWaitIsWalkedBackToItsCause(t *testing.T) {
	for _, p := range procs {
		for range *times {
			l, _ := valid(t, traced(t, p, relay))
			var found *realtrace.Delay
			for _, d := range digest(t, l).Delays(1000) {
				if strings.HasSuffix(d.Name, ".third") {
					found = &d
				}
			}
			require.NotNil(t, found)
			assert.Equal(t, event.RecvWait, found.Reason)
			assert.Equal(t, 1, found.Times)
			assert.True(t, strings.HasSuffix(found.At.Func, ".third"), found.At)
			assert.True(t, strings.HasSuffix(found.ByName, ".second"), found.ByName)
			assert.True(t, strings.HasSuffix(found.ByAt.Func, ".second"), found.ByAt)
			require.NotEmpty(t, found.Chain)
			link := found.Chain[0]
			assert.Equal(t, found.By, link.G)
			assert.Equal(t, event.RecvWait, link.Reason)
			assert.True(t, strings.HasSuffix(link.ByAt.Func, ".relay"), link.ByAt)
			assert.Less(t, link.Waited+found.ByActive, found.Waited)
		}
	}
}

func TestAWaitThatNobodyEndsIsShownAsOpen(t *testing.T) {
	release := make(chan int)
	done := make(chan bool)
	l, _ := valid(t, traced(t, 2, func() {
		go third(release, done)
		waitFor("realtrace_test.third", "chan receive", 1)
	}))
	close(release)
	<-done
	var open []realtrace.Delay
	for _, d := range digest(t, l).Delays(1000) {
		if strings.HasSuffix(d.Name, ".third") {
			open = append(open, d)
		}
	}
	require.Len(t, open, 1)
	assert.True(t, open[0].Open)
	assert.Zero(t, open[0].By)
}

func TestFunctionsCountTheirGoroutines(t *testing.T) {
	l, _ := valid(t, traced(t, 2, func() { contend(7) }))
	for _, f := range digest(t, l).Functions() {
		if strings.HasSuffix(f.Name, ".contender") {
			assert.Equal(t, 7, f.Goroutines)
			assert.NotZero(t, f.Waits[event.MutexWait])
			assert.False(t, f.System)
			return
		}
	}
	t.Fatal("no contender")
}

func TestTheCommandSumsUpAndWritesALog(t *testing.T) {
	dir := t.TempDir()
	file, log := filepath.Join(dir, "trace.out"), filepath.Join(dir, "run.jsonl")
	data := generations(t, 3)
	require.NoError(t, os.WriteFile(file, data, 0o666))
	var out, errs bytes.Buffer
	require.Equal(t, 0, realtrace.Main([]string{"-delays", "3", "-log", log, file}, &out, &errs), errs.String())
	assert.Empty(t, errs.String())
	assert.NotContains(t, out.String(), "{")
	assert.Contains(t, out.String(), "realtrace_test.busy.func1")
	assert.Contains(t, out.String(), "The longest waits")
	assert.Contains(t, out.String(), realtrace.Absent(say.Fallback))
	f, err := os.Open(log)
	require.NoError(t, err)
	defer f.Close()
	l, err := eventlog.ReadJSONL(f)
	require.NoError(t, err)
	require.NoError(t, eventlog.Validate(l))
	want, _ := valid(t, data)
	assert.Equal(t, want.Events, l.Events)
	i := slices.IndexFunc(l.Events, func(r event.Record) bool {
		return r.Kind == event.GoPark && strings.HasSuffix(l.Place(r.Site).Func, "busy.func1")
	})
	require.GreaterOrEqual(t, i, 0)
	stack := l.Stack(l.Events[i].Site)
	assert.Equal(t, "sync.(*WaitGroup).Go.func1", stack[len(stack)-1].Func, "the stack goes down to its beginning")
}

func TestTheCommandShowsWhatItCanAndSaysTheRest(t *testing.T) {
	dir := t.TempDir()
	data := generations(t, 3)
	for name, c := range map[string]struct {
		data   []byte
		status int
		out    string
		err    string
	}{
		"cut":     {data[:len(data)-3], 1, "busy.func1", "breaks off"},
		"a text":  {[]byte("this is no trace at all"), 1, "", "no Go execution trace"},
		"nothing": {nil, 1, "", "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(dir, name)
			require.NoError(t, os.WriteFile(file, c.data, 0o666))
			var out, errs bytes.Buffer
			assert.Equal(t, c.status, realtrace.Main([]string{file}, &out, &errs))
			assert.Contains(t, out.String(), c.out)
			assert.Contains(t, errs.String(), c.err)
			assert.Equal(t, 1, strings.Count(errs.String(), "\n"), errs.String())
		})
	}
	var out, errs bytes.Buffer
	assert.Equal(t, 2, realtrace.Main([]string{filepath.Join(dir, "missing")}, &out, &errs))
	assert.Equal(t, 2, realtrace.Main(nil, &out, &errs))
	assert.Equal(t, 0, realtrace.Main([]string{"-h"}, &out, &errs))
}

func TestEveryReasonHasAWordForTheTable(t *testing.T) {
	for r := event.Reason(1); r < event.NumReasons; r++ {
		key := "ui.scheduler.reason." + r.String()
		assert.NotEqual(t, key, say.Text(say.Fallback, key), fmt.Sprint(r))
	}
}

func TestAWaitIsMatchedToTheLinesThatMeet(t *testing.T) {
	const sends = 20
	for _, p := range procs {
		l, _ := valid(t, traced(t, p, func() { sendAll(sends) }))
		found := 0
		for _, m := range digest(t, l).Meetings(1000) {
			if m.Reason == event.SendWait && strings.HasSuffix(m.At.Func, ".blockedSender") {
				assert.True(t, strings.HasSuffix(m.By.Func, ".sendAll"), m.By)
				assert.Positive(t, m.Waited)
				found += m.Times
			}
		}
		assert.Equal(t, sends, found)
	}
	assert.Contains(t, realtrace.Absent(say.Fallback), "the place is known, not the object")
}
