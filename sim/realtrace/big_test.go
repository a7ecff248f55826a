package realtrace_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/realtrace"
)

// bytesEach makes the traces as big as wanted; both sides are read as streams,
// so what they take of memory does not grow with it.
var bytesEach = flag.Int64("bytes", 200_000, "how long each of the big traces is at least")

// bigTraces are programs of testdata/traces.
var bigTraces = []string{"goroutines", "syscalls", "collector", "network", "timers", "selects", "notes", "stacks", "locks", "snapshot"}

func TestEventsOfBigTracesAreWhatTheLibrarySays(t *testing.T) {
	dir := t.TempDir()
	tool := filepath.Join(dir, "traces")
	out, err := exec.Command("go", "build", "-o", tool, "./testdata/traces").CombinedOutput()
	require.NoError(t, err, string(out))
	for i, name := range bigTraces {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(dir, "trace.out")
			procs := []int{1, 2, 8}[i%3]
			out, err := exec.Command(tool, "-program", name, "-bytes", strconv.FormatInt(*bytesEach, 10), "-o", file, "-procs", strconv.Itoa(procs)).CombinedOutput()
			require.NoError(t, err, string(out))
			sameFile(t, file, 1000)
			require.NoError(t, os.Remove(file))
		})
	}
}

// states is a fingerprint of the states of all goroutines at any time: what
// each contributes is added up.
type states struct {
	now  map[event.GID]eventlog.State
	sum  uint64
	next int
	at   []uint64 // when samples are due
	got  []uint64
}

func newStates(length uint64, samples int) *states {
	s := &states{now: map[event.GID]eventlog.State{}}
	for i := range samples {
		s.at = append(s.at, length*uint64(i+1)/uint64(samples))
	}
	return s
}

// pass takes the samples that are due before an event at time t.
func (s *states) pass(t uint64) {
	for ; s.next < len(s.at) && s.at[s.next] < t; s.next++ {
		s.got = append(s.got, s.sum)
	}
}

func (s *states) become(g event.GID, to eventlog.State) {
	if was, ok := s.now[g]; ok {
		s.sum -= mixed(g, was)
	}
	s.now[g] = to
	s.sum += mixed(g, to)
}

// mixed spreads a goroutine and its state over 64 bits (the finalizer of
// SplitMix64).
func mixed(g event.GID, to eventlog.State) uint64 {
	x := uint64(g)<<8 | uint64(to)
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// take follows our events by what they say alone.
func (s *states) take(r *event.Record) {
	s.pass(r.T)
	switch r.Kind {
	case event.GoCreate:
		s.become(event.GID(r.Peer), map[bool]eventlog.State{false: eventlog.Runnable, true: eventlog.Parked}[r.N != 0])
	case event.GoReady:
		s.become(event.GID(r.Peer), eventlog.Runnable)
	case event.GoStart:
		s.become(r.G, eventlog.Running)
	case event.GoPark:
		s.become(r.G, eventlog.Parked)
	case event.GoYield:
		s.become(r.G, eventlog.Runnable)
	case event.GoEnd:
		s.become(r.G, eventlog.Ended)
	case event.SysEnter:
		s.become(r.G, eventlog.Calling)
	case event.SysExit:
		s.become(r.G, map[bool]eventlog.State{false: eventlog.Runnable, true: eventlog.Running}[r.N == 1])
	}
}

// sameFile compares our events of a trace of any size with the library's word
// on it: how many there are of each kind, the states of all goroutines at so
// many times, and how long each waited for what. Every event passes the
// validator.
func sameFile(t *testing.T, file string, samples int) {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	rewind := func() {
		_, err := f.Seek(0, 0)
		require.NoError(t, err)
	}

	seen := map[event.GID]bool{}
	want := tellOf(t, f, func(m move) { seen[m.g] = true })
	rewind()
	theirs := newStates(want.length, samples)
	tellOf(t, f, func(m move) {
		theirs.pass(m.t)
		theirs.become(m.g, stateOf[m.to])
	})
	theirs.pass(want.length + 1)
	rewind()

	ours, blocked, kinds := newStates(want.length, samples), newBlocking(), map[event.Kind]int{}
	l := eventlog.New()
	checker := eventlog.NewChecker(l)
	sum, err := realtrace.Read(f, event.Sink{
		Text:   func(id uint32, text string) error { l.Texts[id] = text; return nil },
		Site:   func(id uint32, s event.Site) error { l.Sites[id] = s; return nil },
		Object: func(id event.ObjID, o event.Object) error { l.Objects[id] = o; return nil },
		Event: func(seq uint64, r event.Record) error {
			if err := checker.Check(seq, r); err != nil {
				return err
			}
			ours.take(&r)
			blocked.take(&r)
			kinds[r.Kind]++
			return nil
		},
	}, realtrace.Options{MaxGeneration: 1 << 30})
	require.NoError(t, err)
	require.NoError(t, checker.Done())
	ours.pass(want.length + 1)

	assert.EqualValues(t, want.length, sum.Length)
	assert.Equal(t, len(seen), sum.Goroutines)
	for i := range samples {
		require.Equal(t, theirs.got[i], ours.got[i], "states at %d ns", theirs.at[i])
	}
	assert.Equal(t, want.roughly(), blocked.sums)
	sameCounts(t, want, kinds, sum)
	t.Log(fmt.Sprintf("%d events, %d goroutines", sum.Read, sum.Goroutines))
}
