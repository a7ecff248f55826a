package eventlog

import (
	"sort"

	"interleave/sim/event"
)

// A Frame is a whole frame and what its header says.
type Frame struct {
	Header event.Header
	Data   []byte
}

// FrameAt makes, of frames that follow one another, the one that starts exactly
// at event seq: the records from there on of the frame that has it, and its
// definitions. A frame of definitions alone counts no events; it belongs to the
// event that follows it. The number is the index of the frame that has seq: there
// has to be one. What is returned may be that frame's own bytes.
func FrameAt(frames []Frame, seq uint64) ([]byte, int) {
	i := sort.Search(len(frames), func(i int) bool {
		h := frames[i].Header
		return h.First+uint64(h.Count) > seq
	})
	j := i
	for j > 0 && frames[j-1].Header.Count == 0 {
		j--
	}
	last := frames[i]
	if i == j && last.Header.First == seq {
		return last.Data, i
	}
	data := make([]byte, event.HeaderSize)
	for _, f := range frames[j : i+1] {
		data = append(data, f.Data[event.HeaderSize:event.HeaderSize+f.Header.Defs]...)
	}
	defs := len(data) - event.HeaderSize
	skip := int(seq - last.Header.First)
	data = append(data, last.Data[event.HeaderSize+last.Header.Defs+skip*event.RecordSize:]...)
	event.PutHeader(data, defs, seq, last.Header.Count-skip)
	return data, i
}
