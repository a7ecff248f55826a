package probe_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/probe"
)

// FuzzMemory reads what a program may have left that wants to do harm: at most
// what there is room for comes back, in order of time.
func FuzzMemory(f *testing.F) {
	const chunks = 3
	full := make([]byte, event.ProbeHead+chunks*event.ProbeChunk)
	for i := range full {
		full[i] = 1
	}
	f.Add([]byte{})
	f.Add(full)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := probe.New(len(full))
		require.NoError(t, err)
		defer m.Close()
		_, err = m.File().WriteAt(data[:min(len(data), len(full))], 0)
		require.NoError(t, err)
		for range 2 {
			rs, err := m.Read()
			if err != nil {
				return
			}
			require.LessOrEqual(t, len(rs), chunks*event.ProbeRecords)
			for i := range rs {
				require.Positive(t, rs[i].Kind)
				require.True(t, i == 0 || rs[i-1].T <= rs[i].T)
			}
		}
	})
}

func TestRecordThatIsNoneIsAnError(t *testing.T) {
	m, err := probe.New(1 << 16)
	require.NoError(t, err)
	defer m.Close()
	b := make([]byte, event.ProbeHead+event.ProbeChunk)
	binary.LittleEndian.PutUint64(b[8:], 1)
	binary.LittleEndian.PutUint64(b[event.ProbeHead:], 1)
	record := b[event.ProbeHead+event.SegmentHead:]
	binary.LittleEndian.PutUint64(record, 1)
	record[30] = byte(event.NumKinds)
	_, err = m.File().WriteAt(b, 0)
	require.NoError(t, err)
	_, err = m.Read()
	assert.ErrorContains(t, err, "chunk 1 holds a record of kind")
	_, err = probe.New(event.ProbeHead)
	assert.Error(t, err)
}
