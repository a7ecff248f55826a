package brought

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime/trace"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/say"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorded is a trace of this process, in which ten goroutines meet at a channel.
var recorded = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := trace.Start(&b); err != nil {
		panic(err)
	}
	var wg sync.WaitGroup
	c := make(chan int)
	for range 10 {
		wg.Go(func() { c <- 1 })
	}
	for range 10 {
		<-c
	}
	wg.Wait()
	trace.Stop()
	return b.Bytes()
})

func opens(b []byte) Opener {
	return func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// play plays b to its end and returns what a page gets.
func play(t *testing.T, b []byte, limit uint64) (*eventlog.Log, Result) {
	t.Helper()
	tape := newTape(t, b, limit)
	res, err := tape.Wait(t.Context())
	require.NoError(t, err)
	return follow(t, tape), res
}

func newTape(t *testing.T, b []byte, limit uint64) *Tape {
	t.Helper()
	s, err := newSpool()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	tape := start(ctx, cancel, s, opens(b), say.Fallback, limit)
	t.Cleanup(func() { assert.NoError(t, tape.Close()) })
	return tape
}

// follow reads a tape as a page does.
func follow(t *testing.T, tape *Tape) *eventlog.Log {
	t.Helper()
	l := eventlog.New()
	for {
		frame, err := tape.Read(t.Context(), uint64(len(l.Events)))
		if errors.Is(err, io.EOF) {
			return l
		}
		require.NoError(t, err)
		require.NoError(t, l.AddFrame(frame))
	}
}

func TestATraceIsAValidLog(t *testing.T) {
	l, res := play(t, recorded(), most)
	require.NoError(t, eventlog.Validate(l))
	assert.Equal(t, event.Untold, res.Outcome)
	assert.Equal(t, uint64(len(l.Events)), res.Events)
	assert.Contains(t, res.Sentence, "does not say which channel", "what is absent is said to be absent")
}

func TestAPageThatComesBackGetsTheRest(t *testing.T) {
	tape := newTape(t, recorded(), most)
	whole := follow(t, tape)
	for _, seq := range []int{1, len(whole.Events) / 2, len(whole.Events) - 1} {
		frame, err := tape.Read(t.Context(), uint64(seq))
		require.NoError(t, err)
		h, err := event.ParseHeader(frame)
		require.NoError(t, err)
		require.Equal(t, uint64(seq), h.First)
		var first event.Record
		require.NoError(t, event.Decode(frame, event.Sink{
			Text:   func(uint32, string) error { return nil },
			Site:   func(uint32, event.Site) error { return nil },
			Object: func(event.ObjID, event.Object) error { return nil },
			Event: func(n uint64, r event.Record) error {
				if n == uint64(seq) {
					first = r
				}
				return nil
			},
		}))
		assert.Equal(t, whole.Events[seq], first)
	}
}

func TestACutTraceShowsWhatThereIsAndSaysTheRest(t *testing.T) {
	b := recorded()
	for _, n := range []int{0, 3, 16, len(b) / 2, len(b) - 1} {
		l, res := play(t, b[:n], most)
		assert.NotEmpty(t, res.Sentence)
		if len(l.Events) > 0 {
			require.NoError(t, eventlog.Validate(l), n)
		}
	}
}

func TestWhatIsNoTraceIsSaidToBeNone(t *testing.T) {
	l, res := play(t, []byte("GIF89a and so on, for quite some bytes"), most)
	assert.Empty(t, l.Events)
	assert.Equal(t, say.Text(say.Fallback, "trace.fault.alien"), res.Sentence)
}

func TestWhatAPageCannotHoldIsCounted(t *testing.T) {
	whole, _ := play(t, recorded(), most)
	const limit = 20
	l, res := play(t, recorded(), limit)
	require.NoError(t, eventlog.Validate(l))
	assert.Len(t, l.Events, limit+1, "and the end")
	missing := len(whole.Events) - limit - 1
	assert.Contains(t, res.Sentence, say.Text(say.Fallback, "viewer.dropped", "n", missing, "since", "")[:8])
	assert.Equal(t, whole.Events[len(whole.Events)-1].T, l.Events[limit].T, "the whole time is shown")
}

func TestALogIsShownAsItWas(t *testing.T) {
	b, err := os.ReadFile("../../static/testdata/real.jsonl")
	require.NoError(t, err)
	want, err := eventlog.ReadJSONL(bytes.NewReader(b))
	require.NoError(t, err)
	l, res := play(t, b, most)
	assert.Equal(t, want.Events, l.Events)
	assert.Equal(t, want.Stack(want.Events[50].Site), l.Stack(l.Events[50].Site))
	require.NoError(t, eventlog.Validate(l))
	assert.NotEmpty(t, res.Sentence)
}

func TestADamagedLogIsShownUpToTheDamage(t *testing.T) {
	b, err := os.ReadFile("../../static/testdata/real.jsonl")
	require.NoError(t, err)
	lines := strings.SplitAfter(string(b), "\n")
	l, res := play(t, []byte(strings.Join(lines[:len(lines)-20], "")+"{\"seq\":"), most)
	assert.NotEmpty(t, l.Events)
	assert.Contains(t, res.Sentence, "A line of the log")

	at := 0 // an event of a goroutine that never was
	for i, line := range lines {
		if strings.HasPrefix(line, `{"seq":100,`) {
			at = i
		}
	}
	l, res = play(t, []byte(strings.Join(lines[:at], "")+`{"seq":100,"t":99999999,"g":"G77","kind":"GoEnd"}`+"\n"), most)
	assert.Len(t, l.Events, 100)
	assert.Contains(t, res.Sentence, "Event 101")
}

func TestAStoppedTapeKeepsWhatItHas(t *testing.T) {
	r, w := io.Pipe()
	tape, err := Play(t.Context(), func(context.Context) (io.ReadCloser, error) { return r, nil }, say.Fallback)
	require.NoError(t, err)
	b := recorded()
	_, err = w.Write(b[:len(b)/2])
	require.NoError(t, err)
	tape.Stop()
	res, err := tape.Wait(t.Context())
	require.NoError(t, err)
	assert.Contains(t, res.Sentence, say.Text(say.Fallback, "viewer.stopped"))
	require.NoError(t, tape.Close())
	_, err = tape.Read(t.Context(), 0)
	assert.ErrorIs(t, err, io.EOF)
}

func TestTheShelfForgetsTheOldest(t *testing.T) {
	var s Shelf
	var ids []string
	for _, text := range []string{"one", "two", "three"} {
		id, err := s.Put(strings.NewReader(text))
		require.NoError(t, err)
		ids = append(ids, id)
	}
	_, err := s.Open(ids[0])
	require.ErrorIs(t, err, ErrGone)
	_, err = s.Open("../../../etc/passwd")
	require.ErrorIs(t, err, ErrGone)
	f, err := s.Open(ids[2])
	require.NoError(t, err)
	b, err := io.ReadAll(f)
	require.NoError(t, errors.Join(err, f.Close()))
	assert.Equal(t, "three", string(b))
	dir := s.dir
	require.NoError(t, s.Close())
	assert.NoDirExists(t, dir)
	_, err = s.Put(strings.NewReader("four"))
	assert.ErrorIs(t, err, ErrGone)
}
