package eventlog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// probed is a run of the real runtime in which main, preempted, receives what nobody
// has sent.
func probed(origin event.Origin, partial bool) *eventlog.Log {
	l := eventlog.New()
	l.Objects[1] = event.Object{Class: event.Chan}
	l.Events = []event.Record{
		{Kind: event.Traced, N: int32(origin), P: event.NoP},
		{Kind: event.GoCreate, Peer: 1, P: event.NoP},
		{Kind: event.ProcStart, N: 1},
		{Kind: event.GoStart, G: 1, N: int32(event.Unsaid)},
		{Kind: event.ChanMake, G: 1, Obj: 1, N: 1},
		{Kind: event.ChanSend, G: 1, Obj: 1, N: 1},
		{Kind: event.ChanRecv, G: 1, Obj: 1},
		{Kind: event.GoYield, G: 1, N: int32(event.Preempted)},
	}
	if partial {
		l.Events = append(l.Events, event.Record{Kind: event.Partial, Obj: 1, P: event.NoP})
	}
	l.Events = append(l.Events,
		event.Record{Kind: event.ChanRecv, G: 1, Obj: 1, P: event.NoP},
		event.Record{Kind: event.RunEnd, Obj: event.ObjID(event.Untold), P: event.NoP})
	return l
}

func TestWhatIsNotKnownCompletelyObeysNoLaws(t *testing.T) {
	assert.NoError(t, eventlog.Validate(probed(event.FromProbes, true)))
	var v *eventlog.Violation
	if assert.ErrorAs(t, eventlog.Validate(probed(event.FromProbes, false)), &v) {
		assert.Equal(t, eventlog.Lengths, v.Law, "but everything else does")
	}
	if assert.ErrorAs(t, eventlog.Validate(probed(event.FromTrace, true)), &v) {
		assert.Equal(t, eventlog.Acts, v.Law, "only probes are written down late")
	}
	l := probed(event.FromProbes, true)
	w := l.World(len(l.Events))
	assert.True(t, w.Partial[1])
	assert.Empty(t, w.Channels[1].Buf)
}
