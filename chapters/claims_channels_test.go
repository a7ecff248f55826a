package chapters_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/sim/event"
)

// What the lessons about channels say of runs beyond their moments.

func TestMoreRoomMovesTheWaitingAndNotTheEnd(t *testing.T) {
	e := newEngine(t)
	for flags, want := range map[string]string{
		"pictures=6 room=3":   "camera waited: 10 ms",
		"pictures=6 room=16":  "camera waited: 0 ms",
		"pictures=12 room=3":  "camera waited: 130 ms", // 10 ms for picture 6, 20 ms for each of six more
		"pictures=12 room=16": "camera waited: 0 ms",
	} {
		printed, _ := outcome(t, e, "buffered", flags)
		assert.Contains(t, printed, want+"\n", flags)
	}
	for _, room := range []int{0, 3, 16} {
		printed, _ := outcome(t, e, "buffered", fmt.Sprint("room=", room))
		assert.Contains(t, printed, "all written after: 190 ms\n", "room %d", room)
	}
}

func TestARingOfTheseSlotsHoldsWhatTheLessonSays(t *testing.T) {
	log, err := newEngine(t).Run(t.Context(), "hchan", chapters.Settings{Policy: "gmp", Seed: 1, Procs: 1})
	require.NoError(t, err)
	var passed []string // values that went into a slot, and those that went past
	for _, r := range log.Events {
		switch {
		case r.Kind == event.ChanSend && r.Peer == 0:
			passed = append(passed, log.Text(r.Val)+" into a slot")
		case r.Kind == event.ChanSend:
			passed = append(passed, log.Text(r.Val)+" from hand to hand")
		case r.Kind == event.ChanRecv && r.Peer != 0:
			passed = append(passed, log.Text(r.Val)+" out, and the first who waits is through")
		case r.Kind == event.ChanRecv:
			passed = append(passed, log.Text(r.Val)+" out")
		}
	}
	assert.Equal(t, []string{
		"1 from hand to hand", "2 into a slot", "3 into a slot",
		"2 out, and the first who waits is through", "3 out, and the first who waits is through", "4 out", "5 out",
	}, passed)
}

func TestGoroutinesGetTheSameValuesWithoutSlots(t *testing.T) {
	e := newEngine(t)
	with, _ := outcome(t, e, "hchan", "room=2")
	without, _ := outcome(t, e, "hchan", "room=0")
	assert.Equal(t, with, without)
}

func TestAReceiverThatClosesMeetsAPanicWithinAFewSeeds(t *testing.T) {
	e := newEngine(t)
	panics := 0
	for seed := range uint64(5) {
		_, ended := outcomeOf(t, e, "close-and-range", chapters.Settings{Policy: "random", Seed: seed + 1, Procs: 1}, "closer=receiver room=0 each=6")
		if ended == event.Panicked {
			panics++
		}
	}
	assert.Positive(t, panics)
}

func TestWhatIsInAClosedChannelCanBeReceived(t *testing.T) {
	printed, ended := outcome(t, newEngine(t), "close-and-range", "closer=last room=4")
	assert.Equal(t, event.Exited, ended)
	assert.Contains(t, printed, "that is all: 4\none more receive: 0 false\n")
}
