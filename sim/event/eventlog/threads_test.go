package eventlog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// threads is a valid run on two Ps in which main loses its P in a system call,
// comes back to another one, and the world stops for a cycle of the collector.
func threads() *builder {
	b := build()
	b.create(0, 1, "main", 0).queue(1, event.RunNext, 0).thread(event.ProcStart, 0, 1).start(1, 0, event.FromRunNext)
	for g := event.GID(2); g < 5; g++ {
		b.create(1, g, "worker", 5).queue(g, event.Global, event.NoP)
	}
	b.do(event.SysEnter, 1, 0, 0, b.text("write"), 0).mark("enter")
	b.do(event.Output, 1, 0, 0, b.text("long"), 1).mark("output")
	b.thread(event.Retake, 0, 1).mark("retake")
	b.log.Events[b.index("retake")].Peer = 1
	delete(b.on, 1)
	b.thread(event.ProcHand, 0, 2).mark("hand").queue(3, event.Local, 0).mark("share").start(2, 0, event.FromGlobal)
	b.thread(event.ProcStart, 1, 1)
	b.on[1] = 1
	b.ev(event.Record{Kind: event.SysExit, G: 1, N: 1}).mark("exit")
	b.ev(event.Record{Kind: event.GoYield, G: 2, N: int32(event.Preempted)}).mark("stop").queue(2, event.RunNext, 0)
	b.thread(event.ProcStop, 0, 0).ev(event.Record{Kind: event.WorldStop, Val: b.text("GC")}).mark("world").ev(event.Record{Kind: event.WorldStart})
	b.thread(event.ProcStart, 0, 2).thread(event.ProcSpin, 0, 2).mark("spin").thread(event.GCWork, 0, 1).mark("work").thread(event.GCWork, 0, 0)
	b.start(2, 0, event.FromRunNext).mark("again")
	return b.end(event.Exited, 0, "")
}

// thread appends what happens to P p and the thread n.
func (b *builder) thread(k event.Kind, p uint8, n int32) *builder {
	b.ev(event.Record{Kind: k, N: n})
	b.log.Events[len(b.log.Events)-1].P = p
	return b
}

func TestSystemCallGoesOnWithoutItsP(t *testing.T) {
	b := threads()
	require.NoError(t, eventlog.Validate(b.log))
	w := b.after("retake")
	assert.Equal(t, eventlog.Calling, w.Goroutines[1].State)
	assert.Equal(t, uint8(event.NoP), w.Goroutines[1].P)
	assert.Zero(t, w.Procs[0].Thread)
	assert.Equal(t, int32(2), b.after("hand").Procs[0].Thread)
	assert.Equal(t, []event.GID{2, 4}, b.after("share").Global, "its head is about to run")
	w = b.after("exit")
	assert.Equal(t, eventlog.Running, w.Goroutines[1].State)
	assert.Equal(t, event.GID(1), w.Procs[1].Runs)
	assert.True(t, b.after("spin").Procs[0].Spins)
	assert.False(t, b.after("again").Procs[0].Spins)
	assert.True(t, b.after("world").Stopped)
	assert.True(t, b.after("work").Procs[0].Marks)
}

func TestThreadsKeepTheLaws(t *testing.T) {
	for name, c := range map[string]struct {
		law eventlog.Law
		log *eventlog.Log
	}{
		"acts in a system call":              {eventlog.Acts, threads().with("output", event.Record{Kind: event.GoEnd, G: 1})},
		"back without having been away":      {eventlog.Acts, threads().with("enter", event.Record{Kind: event.SysExit, G: 1, N: 1})},
		"retaken from who runs":              {eventlog.OnePlace, threads().without("enter")},
		"back on a P that runs somebody":     {eventlog.OnePlace, threads().edit("exit", func(r *event.Record) { r.P = 0 })},
		"back on no P and goes on":           {eventlog.OnePlace, threads().edit("exit", func(r *event.Record) { r.P = event.NoP })},
		"handed over while it runs somebody": {eventlog.OnePlace, threads().edit("hand", func(r *event.Record) { r.P = 1 })},
		"spins while it runs somebody":       {eventlog.OnePlace, threads().edit("spin", func(r *event.Record) { r.P = 1 })},
		"marks while it runs somebody":       {eventlog.OnePlace, threads().edit("work", func(r *event.Record) { r.P = 1 })},
		"starts in a stopped world":          {eventlog.OnePlace, threads().with("again", event.Record{Kind: event.WorldStop, P: event.NoP})},
		"more than its share":                {eventlog.Discipline, threads().edit("share", func(r *event.Record) { r.Peer = 4 })},
	} {
		t.Run(name, func(t *testing.T) {
			var v *eventlog.Violation
			require.ErrorAs(t, eventlog.Validate(c.log), &v)
			assert.Equal(t, c.law, v.Law, "%v", v)
		})
	}
}
