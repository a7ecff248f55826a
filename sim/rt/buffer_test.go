package rt

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
)

// hosted gives the package a host with a ring that takes every segment at
// once, and returns what the host is sent.
func hosted(t *testing.T, ring *[event.RingSegments]segment) *os.File {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "events")
	require.NoError(t, err)
	h, b, n, m, base, d, hd := host, buf, bufN, bufMax, bufBase, defs, head
	host = hostT{out: out, ring: ring, grant: 1 << 62, taken: 1 << 62}
	bufN, bufBase, tracing = 0, 0, true
	if ring != nil {
		openSegment(event.RingSegments)
	} else {
		defs = own.defs[:0]
	}
	limitBuf()
	t.Cleanup(func() {
		host, buf, bufN, bufMax, bufBase, defs, head = h, b, n, m, base, d, hd
		tracing = false
		out.Close()
	})
	return out
}

// definedTexts are the lengths of the texts that were defined, in order.
func definedTexts(t *testing.T, sent []byte) (lengths []int) {
	t.Helper()
	for len(sent) > 0 {
		if event.IsMark(sent) {
			sent = sent[event.HeaderSize:]
			continue
		}
		h, err := event.ParseHeader(sent)
		require.NoError(t, err)
		require.NoError(t, event.Decode(sent[:h.Size()], event.Sink{
			Text:  func(_ uint32, s string) error { lengths = append(lengths, len(s)); return nil },
			Event: func(uint64, event.Record) error { return nil },
		}))
		sent = sent[h.Size():]
	}
	return lengths
}

func TestTextThatNoSegmentHoldsComesInAFrame(t *testing.T) {
	for name, ring := range map[string]*[event.RingSegments]segment{"ring": new([event.RingSegments]segment), "frames": nil} {
		t.Run(name, func(t *testing.T) {
			out := hosted(t, ring)
			newText(strings.Repeat("x", event.SegmentDefs+1))
			_, err := out.Seek(0, io.SeekStart)
			require.NoError(t, err)
			sent, err := io.ReadAll(out)
			require.NoError(t, err)
			assert.Equal(t, []int{event.SegmentDefs + 1}, definedTexts(t, sent))
		})
	}
}

func TestRingTellsOfARecordAsSoonAsItIsThere(t *testing.T) {
	ring := new([event.RingSegments]segment)
	hosted(t, ring)
	for i := range event.SegmentRecords + 3 {
		put(event.Record{T: uint64(i), Kind: event.Output})
		s := &ring[(event.RingSegments+i/event.SegmentRecords)%event.RingSegments]
		require.Equal(t, uint64(event.RingSegments+i/event.SegmentRecords), s.head.serial)
		if (i+1)%event.SegmentRecords != 0 { // a full one gives way to the next at once
			require.Equal(t, uint32(i%event.SegmentRecords+1), s.head.records)
		}
		require.Equal(t, uint64(i), s.records[i%event.SegmentRecords].T)
	}
}
