package runner

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// frameOf makes a frame of n events from first on that defines a text of its
// own.
func frameOf(first uint64, n int, text uint32) (event.Header, []byte) {
	b := event.AppendText(make([]byte, event.HeaderSize), text, "text")
	h := event.Header{Defs: len(b) - event.HeaderSize, First: first, Count: n}
	event.PutHeader(b, h.Defs, first, n)
	for i := range n {
		r := event.Record{T: first + uint64(i), Kind: event.Output, Val: event.Val(text), N: 1, P: event.NoP}
		var rec [event.RecordSize]byte
		r.Put(rec[:])
		b = append(b, rec[:]...)
	}
	return h, b
}

func TestReadFromTheMiddleOfAFrameBringsItsDefinitions(t *testing.T) {
	f := newFrames(false)
	f.append(frameOf(0, 4, 1))
	frame, err := f.read(t.Context(), 2)
	require.NoError(t, err)
	var times []uint64
	var defined []uint32
	require.NoError(t, event.Decode(frame, event.Sink{
		Text:  func(id uint32, _ string) error { defined = append(defined, id); return nil },
		Event: func(seq uint64, r event.Record) error { times = append(times, seq, r.T); return nil },
	}))
	assert.Equal(t, []uint64{2, 2, 3, 3}, times)
	assert.Equal(t, []uint32{1}, defined)
}

func TestDefinitionsWithoutEventsComeWithTheNextEvent(t *testing.T) {
	f := newFrames(false)
	f.append(frameOf(0, 1, 1))
	f.append(frameOf(1, 0, 2))
	f.append(frameOf(1, 0, 3))
	f.append(frameOf(1, 1, 4))
	f.end()
	log := eventlog.New()
	for seq := uint64(0); ; seq = uint64(len(log.Events)) {
		frame, err := f.read(t.Context(), seq)
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		require.NoError(t, log.AddFrame(frame))
	}
	assert.Len(t, log.Events, 2)
	assert.Len(t, log.Texts, 4)
}

func TestStreamForgetsWhatWasRead(t *testing.T) {
	f := newFrames(true)
	f.append(frameOf(0, 2, 1))
	f.append(frameOf(2, 2, 2))
	_, err := f.read(t.Context(), 0)
	require.NoError(t, err)
	_, err = f.read(t.Context(), 0)
	assert.ErrorContains(t, err, "dropped")
	_, err = f.read(t.Context(), 2)
	require.NoError(t, err)
	assert.Empty(t, f.list)
}

func TestFlowNeverAsksForMoreThanWished(t *testing.T) {
	f := flow{wish: 100}
	f.sent = f.next(0)
	assert.Equal(t, uint64(100), f.sent)
	f.wish = 10 * window
	f.sent = f.next(50)
	assert.Equal(t, uint64(50+window), f.sent)
	assert.Equal(t, f.sent, f.next(60), "too little is gained")
	f.paused = true
	assert.Equal(t, f.sent, f.next(f.sent))
}

func FuzzDoorTakesAnythingWithoutHarm(f *testing.F) {
	_, good := frameOf(0, 3, 1)
	f.Add(good)
	_, more := frameOf(3, 2, 2)
	f.Add(append(bytes.Clone(good), more...))
	d := door{}
	f.Add(append(bytes.Clone(good), d.compose(ending{event.Fatal, 1, "x"})...))
	f.Fuzz(func(t *testing.T, said []byte) {
		r := &Run{log: newFrames(false), process: process{cfg: Config{}.withDefaults()}}
		from := bytes.NewReader(said)
		for {
			h, data, err := r.nextFrame(from)
			if err == nil {
				err = r.take(h, data)
			}
			if err != nil {
				break
			}
		}
		if r.door.last == nil {
			r.door.last = r.door.compose(ending{event.Stopped, killed, "stopped"})
		}
		h, data, err := r.door.withSchedule()
		require.NoError(t, err)
		r.log.append(h, data)
		if _, err := r.verdict(); err != nil {
			require.ErrorIs(t, err, event.ErrFrame)
		}
		_, err = r.log.read(t.Context(), r.log.count()-1)
		require.NoError(t, err)
	})
}
