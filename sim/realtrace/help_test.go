package realtrace_test

import (
	"bytes"
	"io"
	"runtime"
	rtrace "runtime/trace"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/realtrace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// traced returns the execution trace of f, run with so many Ps.
func traced(t testing.TB, procs int, f func()) []byte {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	var b bytes.Buffer
	require.NoError(t, rtrace.Start(&b))
	f()
	rtrace.Stop()
	return b.Bytes()
}

// logOf reads a trace into a log, by way of frames.
func logOf(r io.Reader, o realtrace.Options) (*eventlog.Log, realtrace.Summary, error) {
	l := eventlog.New()
	f := realtrace.NewFramer(l.AddFrame)
	o.Flush = f.Flush
	sum, err := realtrace.Read(r, f.Sink(), o)
	return l, sum, err
}

// valid reads a trace that has nothing wrong with it.
func valid(t testing.TB, data []byte) (*eventlog.Log, realtrace.Summary) {
	t.Helper()
	l, sum, err := logOf(bytes.NewReader(data), realtrace.Options{})
	require.NoError(t, err)
	require.NoError(t, eventlog.Validate(l))
	return l, sum
}

// count returns how many events satisfy is.
func count(l *eventlog.Log, is func(r *event.Record) bool) int {
	n := 0
	for i := range l.Events {
		if is(&l.Events[i]) {
			n++
		}
	}
	return n
}
