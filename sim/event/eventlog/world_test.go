package eventlog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// after returns the state after the marked event.
func (b *builder) after(mark string) *eventlog.World { return b.log.World(b.index(mark) + 1) }

func TestReceiveFromAFullChannelMovesTheWaitingValueIn(t *testing.T) {
	b := busy()
	before := *b.log.World(b.index("refill")).Channels[jobs]
	assert.Equal(t, eventlog.Channel{Cap: 1, Buf: []event.Val{num(8)}, Recvq: []event.GID{}, Sendq: []event.GID{1}}, before)
	assert.Equal(t, []event.Val{num(9)}, b.after("refill").Channels[jobs].Buf)
}

func TestSelectWaitsInTheQueuesOfAllItsChannels(t *testing.T) {
	b := busy()
	w := b.after("select")
	assert.Equal(t, []event.GID{3}, w.Channels[jobs].Recvq)
	assert.Equal(t, []event.GID{3}, w.Channels[out].Recvq)
	assert.Empty(t, b.after("lock").Channels[jobs].Recvq, "released by one, it leaves the other")
}

func TestGoroutinesAreNamedByTheTreeOfGoStatements(t *testing.T) {
	w := busy().after("end")
	var paths []string
	for _, g := range w.ByID() {
		paths = append(paths, g.Path)
	}
	assert.Equal(t, []string{"1", "1.1", "1.2", "1.3"}, paths)
}

func TestReaderHoldsTheLockFromItsRelease(t *testing.T) {
	b := build()
	m := b.object(event.RWMutex, "rw", "")
	b.create(0, 1, "main", 0).start(1, 0, event.ByPolicy).create(1, 2, "reader", 3).do(event.Lock, 1, m, 0, 0, 0)
	b.ev(event.Record{Kind: event.GoYield, G: 1, N: int32(event.Gosched)}).start(2, 0, event.ByPolicy).park(2, event.RLockWait, m, 0, 4)
	b.start(1, 0, event.ByPolicy).do(event.Unlock, 1, m, 0, 0, 1).ready(1, 2, m).mark("released")
	b.park(1, event.MutexWait, m, 0, 6).start(2, 0, event.ByPolicy).do(event.RLock, 2, m, 0, 0, 1).mark("told")
	b.do(event.RUnlock, 2, m, 0, 0, 0).ready(2, 1, m).ev(event.Record{Kind: event.GoEnd, G: 2})
	b.start(1, 0, event.ByPolicy).do(event.Lock, 1, m, 0, 0, 0).end(event.Exited, 0, "")
	assert.NoError(t, eventlog.Validate(b.log))
	assert.Equal(t, []event.GID{2}, b.after("released").Locks[m].Readers)
	assert.Equal(t, []event.GID{2}, b.after("told").Locks[m].Readers)
}

func TestStateInWords(t *testing.T) {
	b := busy()
	got := b.log.World(b.index("ready")).String()
	assert.Equal(t, strings.TrimLeft(`
events 17 at 170
G1 1 of 0 name #2 made 0 site 9 running P0 since 40
G2 1.1 of 1 name #15 made 5 site 12 parked RecvWait 1 val - since 160
G3 1.2 of 1 name #15 made 5 site 5 runnable RunNext P0 since 110
P0 awake runs G1 next G3 local -
P1 awake runs - next - local -
global -
chan 1 cap 1 open buf - recv G2 send -
chan 2 cap 0 open buf - recv - send -
group 5 counter 2 waiters -
output 0
leaks -
stuck -
`, "\n"), got)

	end := stuck().after("end").String()
	assert.Contains(t, end, "G2 1.1 of 1 name #6 made 3 site 11 parked MutexWait 1 val - since 90\n")
	assert.Contains(t, end, "lock 1 holder G1 readers - waiters G2,G3\n")
	assert.Contains(t, end, "stuck G1,G2,G3\nend Deadlock 2 val -\n")
}

func TestRaceNamesVariableAccessesAndPlaces(t *testing.T) {
	b := racing()
	assert.NoError(t, eventlog.Validate(b.log))
	w := b.after("write")
	assert.Equal(t, []eventlog.Race{{
		Obj:   1,
		First: eventlog.Access{G: 3, Write: true, Site: 9},
		Then:  eventlog.Access{G: 2, Write: true, Site: 8},
	}}, w.Races)
	assert.Contains(t, w.String(), "var 1 val 2\noutput 0\nrace 1 G3 wrote 9 G2 writes 8\n")
	race := w.Verdict().Races[0]
	assert.Equal(t, "count", race.On.Name)
	assert.Equal(t, eventlog.Who{ID: 3, Name: "worker"}, race.First.Who)
	assert.Equal(t, 9, race.First.Place.Line)
}
