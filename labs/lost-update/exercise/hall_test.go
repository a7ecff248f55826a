package main

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests run in bubbles of testing/synctest: time.Sleep takes no real
// time, and a test in which everybody waits for somebody fails at once.

// good and bad are tickets; checking one takes a second.
func good() bool { time.Sleep(time.Second); return true }
func bad() bool  { time.Sleep(time.Second); return false }

// come has somebody come to each of the doors at the same time, and waits until
// all are in or turned away. It returns how many came in.
func come(h *Hall, ticket func() bool, doors ...string) int {
	var mu sync.Mutex
	var all sync.WaitGroup
	in := 0
	for _, door := range doors {
		all.Go(func() {
			if h.Enter(door, ticket) {
				mu.Lock()
				in++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return in
}

func TestEverybodyIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHall(10)
		require.Equal(t, 3, come(h, good, "north", "south", "north"), "people who came in")
		report := h.Report()
		assert.Equal(t, 3, report.Inside, "people inside after three have come in")
		assert.Equal(t, map[string]int{"north": 2, "south": 1}, report.Through, "people by door")
	})
}

func TestNeverMorePeopleThanPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHall(2)
		assert.Equal(t, 2, come(h, good, "north", "south", "north"), "people who came into a hall with two places")
		assert.False(t, h.Enter("south", good), "somebody came in although the hall was full")
		assert.Equal(t, 2, h.Report().Inside, "people inside")
	})
}

func TestABadTicketTakesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHall(1)
		require.False(t, h.Enter("north", bad), "somebody came in with a bad ticket")
		require.True(t, h.Enter("south", good), "somebody was turned away, although nobody had come in before")
		report := h.Report()
		assert.Equal(t, 1, report.Inside, "people inside")
		assert.Equal(t, map[string]int{"south": 1}, report.Through, "people by door")
	})
}

func TestNoTicketIsStampedInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHall(1)
		var mu sync.Mutex
		stamped := 0
		in := come(h, func() bool {
			mu.Lock()
			stamped++
			mu.Unlock()
			return good()
		}, "north", "south")
		require.Equal(t, 1, in, "people who came in at the only place")
		require.Equal(t, 1, stamped, "tickets that were stamped for it")
	})
}

func TestDoorsCheckAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHall(10)
		start := time.Now()
		require.Equal(t, 3, come(h, good, "north", "south", "west"), "people who came in")
		require.Equal(t, time.Second, time.Since(start), "the time to check three tickets at three doors, a second each")
	})
}

func TestLeaveAndReportDoNotWaitForATicket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHall(2)
		require.True(t, h.Enter("north", good), "the first one did not come in")

		var all sync.WaitGroup
		all.Go(func() { h.Enter("south", good) })
		synctest.Wait() // the second one's ticket is being checked
		start := time.Now()
		assert.Equal(t, 1, h.Report().Inside, "people inside while the second ticket is checked")
		h.Leave()
		assert.Equal(t, 0, h.Report().Inside, "people inside after the first one has left")
		assert.Zero(t, time.Since(start), "how long a report and a leave took")
		all.Wait()
		assert.Equal(t, 1, h.Report().Inside, "people inside in the end")
	})
}

func TestWhoLeavesFreesAPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHall(1)
		require.True(t, h.Enter("north", good), "the first one did not come in")
		require.False(t, h.Enter("north", good), "a second one came in at the only place")
		h.Leave()
		require.True(t, h.Enter("south", good), "the place was not free after the first one had left")
		assert.Equal(t, Report{Inside: 1, Through: map[string]int{"north": 1, "south": 1}}, h.Report())
	})
}

func TestPeopleMayLeaveAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHall(2)
		require.Equal(t, 2, come(h, good, "north", "south"), "people who came in")
		var all sync.WaitGroup
		for range 2 {
			all.Go(h.Leave)
		}
		all.Wait()
		assert.Equal(t, 0, h.Report().Inside, "people inside after both have left")
		assert.Equal(t, 2, come(h, good, "north", "south"), "people who came in after that")
	})
}

func TestAReportDoesNotChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHall(5)
		h.Enter("north", good)
		before := h.Report()
		h.Enter("north", good)
		require.Equal(t, map[string]int{"north": 1}, before.Through, "a report from before the second one came")
		before.Through["north"] = 100
		require.Equal(t, map[string]int{"north": 2}, h.Report().Through, "what the hall says after somebody scribbled on a report")
	})
}

// While people come and go, each report has to make sense by itself: who is
// inside has come through a door.
func TestNumbersOfAReportBelongTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHall(2)
		var all sync.WaitGroup
		for _, door := range []string{"north", "south"} {
			all.Go(func() { h.Enter(door, func() bool { return true }) })
		}
		report := h.Report()
		through := 0
		for _, n := range report.Through {
			through += n
		}
		assert.Equal(t, through, report.Inside, "people inside, and people who came through the doors; nobody has left")
		all.Wait()
		assert.Equal(t, 2, h.Report().Inside, "people inside in the end")
	})
}
