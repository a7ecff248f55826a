package real

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

func TestASummaryHoldsWhateverBecameOfWhoBeganTheMarking(t *testing.T) {
	for name, then := range map[string]event.Record{
		"in a system call": {Kind: event.SysEnter, G: 4, P: 0},
		"parked":           {Kind: event.GoPark, G: 4, P: 0, N: int32(event.RecvWait)},
		"runnable":         {Kind: event.GoYield, G: 4, P: 0},
		"over":             {Kind: event.GoEnd, G: 4, P: 0},
	} {
		g := newGist()
		for _, r := range []event.Record{
			{Kind: event.Traced, N: int32(event.FromTrace), P: event.NoP},
			{Kind: event.GoCreate, Peer: 4, P: event.NoP},
			{Kind: event.ProcStart, P: 0},
			{Kind: event.GoStart, G: 4, P: 0, N: int32(event.Unsaid)},
			{Kind: event.GCStart, G: 4, P: 0, N: 1},
			then,
		} {
			g.apply(&r)
		}
		l := eventlog.New()
		for _, f := range g.frames(1000) {
			event.PutHeader(f.Data[:event.HeaderSize:event.HeaderSize], f.Header.Defs, uint64(len(l.Events)), f.Header.Count)
			require.NoError(t, l.AddFrame(f.Data), name)
		}
		assert.EqualValues(t, 1, l.World(len(l.Events)).Marking, name)
		end := make([]byte, event.HeaderSize+event.RecordSize)
		event.PutHeader(end[:event.HeaderSize:event.HeaderSize], 0, uint64(len(l.Events)), 1)
		ended := event.Record{Kind: event.RunEnd, Obj: event.ObjID(event.Exited), P: event.NoP}
		ended.Put(end[event.HeaderSize:])
		require.NoError(t, l.AddFrame(end), name)
		assert.NoError(t, eventlog.Validate(l), name)
	}
}
