package rt

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wanting runs f with what is wanted of accesses, and leaves no trace of it.
func wanting(races, events bool, f func()) {
	was, wasBudget := cur, budget
	defer func() {
		cur, budget = was, wasBudget
		hb, accesses, tracing, watch = false, false, false, false
		shadow, chans, syncs = byAddr[cell]{}, byAddr[chanClocks]{}, byAddr[clock]{}
		finals, freeSlots = nil, nil
		bufN, defs = 0, nil
	}()
	hb, accesses, tracing, watch, host.grant = races, events, events, races || events, 1<<62
	cur = newFake(nil)
	f()
}

// newFake is a goroutine that never runs, with a clock if those are kept.
func newFake(parent *timeline) *g {
	g := &g{id: 1}
	if hb {
		forked(parent, g)
	}
	return g
}

// knownTo is how much of another's time t knows.
func knownTo(t, of *timeline) uint32 {
	if int(of.slot) < len(t.knows) {
		return t.knows[of.slot]
	}
	return 0
}

func TestTableFindsWhatItWasGiven(t *testing.T) {
	var table byAddr[int]
	vars := make([]byte, 5000) // neighbours, as fields are
	for i := range vars {
		assert.Nil(t, table.find(unsafe.Pointer(&vars[i])))
		v, isNew := table.of(unsafe.Pointer(&vars[i]))
		require.True(t, isNew)
		*v = i
	}
	for i := range vars {
		v, isNew := table.of(unsafe.Pointer(&vars[i]))
		assert.False(t, isNew)
		assert.Equal(t, i, *v)
	}
	assert.Equal(t, len(vars), table.n)
}

func TestSlotIsUsedAgainOnlyByWhoKnowsItsPast(t *testing.T) {
	wanting(true, false, func() {
		main := cur
		child := newFake(main.hb)
		stranger := newFake(main.hb)
		old := child.hb.slot
		retired(child.hb)

		grandchild := newFake(stranger.hb)
		assert.NotEqual(t, old, grandchild.hb.slot, "nothing tells that the child has ended")

		main.hb.knows.join(child.hb.knows) // as WaitGroup.Wait does
		heir := newFake(main.hb)
		assert.Equal(t, old, heir.hb.slot)
		assert.Greater(t, heir.hb.now(), child.hb.now())
	})
}

func TestTooManyGoroutinesEndTheSearchForRaces(t *testing.T) {
	wanting(true, false, func() {
		none := &timeline{slot: noSlot}
		for range maxSlots {
			newFake(none)
		}
		assert.False(t, hb)
		assert.False(t, watch)
	})
}

func TestKthReceiveIsBeforeTheSendThatTakesItsPlace(t *testing.T) {
	wanting(true, false, func() {
		c := &hchan{dataqsiz: 2}
		sender, receiver := newFake(cur.hb).hb, newFake(cur.hb).hb
		did := receiver.now()
		c.hbSend(sender)
		c.hbSend(sender)
		c.hbRecv(receiver)
		assert.Zero(t, knownTo(sender, receiver), "the first two sends know nothing of it")
		c.hbSend(sender)
		assert.Equal(t, did, knownTo(sender, receiver))
	})
}

// BenchmarkAccess is a read and a write of one variable, without a host to
// take the events.
func BenchmarkAccess(b *testing.B) {
	x := new(int)
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			*x++
		}
	})
	for _, w := range []struct {
		name          string
		races, events bool
	}{{"off", false, false}, {"detecting", true, false}, {"events", false, true}, {"both", true, true}} {
		b.Run(w.name, func(b *testing.B) {
			*x = 0
			wanting(w.races, w.events, func() {
				for b.Loop() {
					Var(x, 1).Set(Load(x, 2) + 1)
				}
			})
		})
	}
}
