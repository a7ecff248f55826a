package eventlog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

var (
	main1   = eventlog.Who{ID: 1, Name: "main"}
	worker2 = eventlog.Who{ID: 2, Name: "worker"}
	worker3 = eventlog.Who{ID: 3, Name: "worker"}
)

func place(line int) eventlog.Place {
	return eventlog.Place{File: "main.go", Func: "main", Line: line, Col: 2}
}

func TestDeadlockNamesEveryoneWithWhatTheyWaitForAndTheRing(t *testing.T) {
	a := eventlog.Thing{ID: 1, Class: event.Mutex, Name: "a", Made: place(1), Holder: main1}
	z := eventlog.Thing{ID: 2, Class: event.Mutex, Name: "b", Made: place(1), Holder: worker2}
	log := stuck().log
	assert.Equal(t, eventlog.Verdict{
		Outcome: event.Deadlock, Status: 2, Events: len(log.Events), T: log.Events[len(log.Events)-1].T, Files: 1,
		Waiters: []eventlog.Waiter{
			{Who: main1, Reason: event.MutexWait, On: z, Place: place(7)},
			{Who: worker2, Reason: event.MutexWait, On: a, Place: place(11)},
			{Who: worker3, Reason: event.MutexWait, On: a, Place: place(11)},
		},
		Cycle: []eventlog.Who{main1, worker2},
	}, log.Verdict())
}

func TestLeakNamesWhoIsLeftBehind(t *testing.T) {
	v := busy().log.Verdict()
	assert.Equal(t, event.Exited, v.Outcome)
	assert.Equal(t, []eventlog.Waiter{{Who: eventlog.Who{ID: 4, Name: "main.func1"}, Reason: event.Forever, Place: place(16)}}, v.Waiters)
	assert.Empty(t, v.Cycle)
}

func TestPanicNamesGoroutineMessageAndPlace(t *testing.T) {
	b := build()
	b.create(0, 1, "main", 0).start(1, 0, event.ByPolicy)
	b.ev(event.Record{Kind: event.GoPanic, G: 1, Val: b.text("boom"), Site: 8}).end(event.Panicked, 2, "boom")
	assert.NoError(t, eventlog.Validate(b.log))
	v := b.log.Verdict()
	assert.Equal(t, &eventlog.PanicAt{Who: main1, Message: "boom", Place: place(8)}, v.Panic)
	assert.Equal(t, "boom", v.Message)
}

func TestReaderThatReadsAgainWhileAWriterWaitsIsARing(t *testing.T) {
	b := build()
	m := b.object(event.RWMutex, "rw", "")
	b.create(0, 1, "main", 0).start(1, 0, event.ByPolicy).create(1, 2, "worker", 3).do(event.RLock, 1, m, 0, 0, 1)
	b.ev(event.Record{Kind: event.GoYield, G: 1, N: int32(event.Switched)})
	b.start(2, 0, event.ByPolicy).park(2, event.MutexWait, m, 0, 11).start(1, 0, event.ByPolicy).park(1, event.RLockWait, m, 0, 7)
	for _, g := range []uint32{1, 2} {
		b.ev(event.Record{Kind: event.Stuck, Peer: g, N: int32(event.MutexWait)})
	}
	b.end(event.Deadlock, 2, "")
	assert.NoError(t, eventlog.Validate(b.log))
	assert.Equal(t, []eventlog.Who{main1, worker2}, b.log.Verdict().Cycle)
}

func TestHolderThatEndedIsSaidToBeGone(t *testing.T) {
	b := build()
	m := b.object(event.Mutex, "mu", "")
	b.create(0, 1, "main", 0).start(1, 0, event.ByPolicy).create(1, 2, "worker", 3)
	b.ev(event.Record{Kind: event.GoYield, G: 1, N: int32(event.Switched)})
	b.start(2, 0, event.ByPolicy).do(event.Lock, 2, m, 0, 0, 0).ev(event.Record{Kind: event.GoEnd, G: 2})
	b.start(1, 0, event.ByPolicy).park(1, event.MutexWait, m, 0, 7).ev(event.Record{Kind: event.Stuck, Peer: 1}).end(event.Deadlock, 2, "")
	v := b.log.Verdict()
	assert.Equal(t, worker2, v.Waiters[0].On.Holder)
	assert.True(t, v.Waiters[0].On.Gone)
	assert.Empty(t, v.Cycle)
}

func TestDeadlockAfterTheLastGoexitIsEmpty(t *testing.T) {
	b := build()
	b.create(0, 1, "main", 0).start(1, 0, event.ByPolicy).ev(event.Record{Kind: event.GoEnd, G: 1, N: 1}).end(event.Deadlock, 2, "")
	assert.NoError(t, eventlog.Validate(b.log))
	assert.True(t, b.log.Verdict().Empty)
}

func TestVerdictOfALogWithoutAnEnd(t *testing.T) {
	assert.Equal(t, eventlog.Verdict{}, eventlog.New().Verdict())
}
