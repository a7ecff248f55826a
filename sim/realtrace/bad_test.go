package realtrace_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	rtrace "runtime/trace"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/realtrace"
)

func TestWhatIsNoTraceIsSaidAndGivesNoEvents(t *testing.T) {
	for name, c := range map[string]struct {
		data  string
		fault realtrace.Fault
	}{
		"nothing":          {"", realtrace.Empty},
		"a text":           {"hello, this is a text and no trace", realtrace.Alien},
		"zeros":            {string(make([]byte, 4096)), realtrace.Alien},
		"half a header":    {"go 1.2", realtrace.Cut},
		"a short text":     {"no", realtrace.Alien},
		"only a header":    {"go 1.26 trace\x00\x00\x00", realtrace.Empty},
		"from the future":  {"go 1.27 trace\x00\x00\x00\x01\x02\x03", realtrace.TooNew},
		"no such version":  {"go 1.24 trace\x00\x00\x00\x01\x02\x03", realtrace.Damaged},
		"header and noise": {"go 1.26 trace\x00\x00\x00\x07\x07\x07\x07", realtrace.Damaged},
		"too old and long": {"go 1.19 trace\x00\x00\x00" + string(bytes.Repeat([]byte{0x82, 1, 2, 3}, 5<<20)), realtrace.TooOld},
	} {
		t.Run(name, func(t *testing.T) {
			l, sum, err := logOf(bytes.NewReader([]byte(c.data)), realtrace.Options{})
			assert.Empty(t, l.Events)
			assert.Zero(t, sum.Events)
			var problem *realtrace.Problem
			require.ErrorAs(t, err, &problem)
			assert.Equal(t, c.fault, problem.Fault, err)
			assert.NotContains(t, problem.Sentence(""), "{")
		})
	}
}

func TestOfATraceThatBreaksOffTheBeginningIsShown(t *testing.T) {
	whole := generations(t, 4)
	full, _ := valid(t, whole)
	shown := 0
	for cut := len(whole) - 1; cut > 0; cut -= len(whole)/25 + 1 {
		l, _, err := logOf(bytes.NewReader(whole[:cut]), realtrace.Options{})
		var problem *realtrace.Problem
		require.ErrorAs(t, err, &problem, "cut at %d", cut)
		assert.Equal(t, realtrace.Cut, problem.Fault, "cut at %d: %v", cut, err)
		if len(l.Events) == 0 {
			continue
		}
		shown++
		require.NoError(t, eventlog.Validate(l), "cut at %d", cut)
		n := len(l.Events) - 1
		assert.Equal(t, kindsOf(full.Events[:n]), kindsOf(l.Events[:n]), "cut at %d", cut)
		end := l.Events[n]
		assert.Equal(t, event.ObjID(event.Untold), end.Obj)
		assert.Contains(t, l.Text(end.Val), "breaks off")
	}
	assert.Positive(t, shown, "the first of four generations was never whole")
}

func TestATraceThatGrowsTooFastIsShownAsFarAsMemoryAllows(t *testing.T) {
	data := generations(t, 3)
	_, sum, err := logOf(bytes.NewReader(data), realtrace.Options{MaxGeneration: len(data) - 100})
	require.NoError(t, err, "the bound is for one of %d generations", sum.Generations)
	assert.Greater(t, sum.Generations, 2)

	l, _, err := logOf(bytes.NewReader(data), realtrace.Options{MaxGeneration: 4 << 10})
	var problem *realtrace.Problem
	assert.Empty(t, l.Events)
	require.ErrorAs(t, err, &problem)
	assert.Equal(t, realtrace.Vast, problem.Fault)
	assert.NotContains(t, problem.Sentence(""), "{")
}

func kindsOf(events []event.Record) []event.Kind {
	kinds := make([]event.Kind, len(events))
	for i := range events {
		kinds[i] = events[i].Kind
	}
	return kinds
}

// generations returns a trace of several generations: a flight recorder that
// runs beside the trace begins a new one when it is read.
func generations(t testing.TB, n int) []byte {
	t.Helper()
	fr := rtrace.NewFlightRecorder(rtrace.FlightRecorderConfig{})
	require.NoError(t, fr.Start())
	defer fr.Stop()
	return traced(t, 2, func() {
		for range n {
			busy()
			_, err := fr.WriteTo(io.Discard)
			require.NoError(t, err)
		}
	})
}

func TestDamageIsFoundAndWhatComesBeforeItIsShown(t *testing.T) {
	whole := generations(t, 3)
	damaged := 0
	for at := 16; at < len(whole); at += len(whole)/30 + 1 {
		spoilt := bytes.Clone(whole)
		spoilt[at] ^= 0x5a
		l, _, err := logOf(bytes.NewReader(spoilt), realtrace.Options{})
		if len(l.Events) > 0 {
			require.NoError(t, eventlog.Validate(l), "byte %d", at)
		}
		if err != nil {
			var problem *realtrace.Problem
			require.ErrorAs(t, err, &problem, "byte %d", at)
			damaged++
		}
	}
	assert.NotZero(t, damaged)
}

func TestErrorsOfReaderAndSinkAreNoProblemsOfTheTrace(t *testing.T) {
	mine := errors.New("mine")
	data := generations(t, 2)
	var problem *realtrace.Problem
	_, _, err := logOf(io.MultiReader(bytes.NewReader(data[:len(data)/2]), iotest.ErrReader(mine)), realtrace.Options{})
	assert.ErrorIs(t, err, mine)
	assert.NotErrorAs(t, err, &problem)

	f := realtrace.NewFramer(func([]byte) error { return mine })
	_, err = realtrace.Read(bytes.NewReader(data), f.Sink(), realtrace.Options{Flush: f.Flush})
	assert.ErrorIs(t, err, mine)
	assert.NotErrorAs(t, err, &problem)
}

func TestAPanicOfTheSinkIsNotTakenForDamage(t *testing.T) {
	data := generations(t, 1)
	sink := realtrace.NewDigest().Sink()
	sink.Event = func(uint64, event.Record) error { panic("mine") }
	assert.PanicsWithValue(t, "mine", func() { _, _ = realtrace.Read(bytes.NewReader(data), sink, realtrace.Options{}) })
}

func TestEventsComeWhileTheProgramRuns(t *testing.T) {
	in, out := io.Pipe()
	fr := rtrace.NewFlightRecorder(rtrace.FlightRecorderConfig{})
	require.NoError(t, fr.Start())
	defer fr.Stop()
	seen, ended := make(chan bool, 1), make(chan error, 1)
	go func() {
		log := eventlog.New()
		f := realtrace.NewFramer(log.AddFrame)
		sink, noted := f.Sink(), false
		event0 := sink.Event
		sink.Event = func(seq uint64, r event.Record) error {
			if r.Kind == event.UserLog && !noted {
				noted = true
				seen <- true
			}
			return event0(seq, r)
		}
		_, err := realtrace.Read(in, sink, realtrace.Options{Flush: f.Flush})
		if err == nil {
			err = eventlog.Validate(log)
		}
		ended <- err
	}()
	require.NoError(t, rtrace.Start(out))
	rtrace.Log(context.Background(), "", "here I am")
	_, err := fr.WriteTo(io.Discard)
	require.NoError(t, err)
	<-seen // before the trace has ended
	rtrace.Stop()
	require.NoError(t, out.Close())
	require.NoError(t, <-ended)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("go 1.26 trace\x00\x00\x00"))
	f.Add([]byte("go 1.19 trace\x00\x00\x00\x82\x01\x02\x03"))
	f.Add(traced(f, 2, func() { contend(3) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, sum, err := logOf(bytes.NewReader(data), realtrace.Options{})
		var problem *realtrace.Problem
		if err != nil && !errors.As(err, &problem) {
			t.Fatalf("no problem of the trace: %v", err)
		}
		if sum.Events != uint64(len(l.Events)) {
			t.Fatalf("%d events said, %d there", sum.Events, len(l.Events))
		}
		if len(l.Events) > 0 {
			if err := eventlog.Validate(l); err != nil {
				t.Fatal(err)
			}
		}
	})
}
