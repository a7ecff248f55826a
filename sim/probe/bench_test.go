package probe_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/probe"
)

// BenchmarkRead is what a record costs that is read and put in order, of eight
// goroutines that write at the same time.
func BenchmarkRead(b *testing.B) {
	const chunks = 2000
	image := make([]byte, event.ProbeHead+chunks*event.ProbeChunk)
	binary.LittleEndian.PutUint64(image, event.ProbeMagic)
	binary.LittleEndian.PutUint64(image[8:], chunks)
	for i := range chunks {
		chunk := image[event.ProbeHead+i*event.ProbeChunk:]
		binary.LittleEndian.PutUint64(chunk, uint64(i+1))
		for k := range event.ProbeRecords {
			r := chunk[event.SegmentHead+k*event.RecordSize:]
			binary.LittleEndian.PutUint64(r, uint64(1000+(i/8*event.ProbeRecords+k)*80+i%8))
			binary.LittleEndian.PutUint32(r[24:], uint32(1+i%8))
			r[30] = byte(event.ChanSend)
		}
	}
	for b.Loop() {
		b.StopTimer()
		m, err := probe.New(len(image))
		require.NoError(b, err)
		_, err = m.File().WriteAt(image, 0)
		require.NoError(b, err)
		b.StartTimer()
		rs, err := m.Read()
		require.NoError(b, err)
		require.Len(b, rs, chunks*event.ProbeRecords)
		b.StopTimer()
		require.NoError(b, m.Close())
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(chunks*event.ProbeRecords), "ns/record")
}
