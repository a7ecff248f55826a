package main

import (
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests run in bubbles of testing/synctest: time.Sleep takes no real
// time, a test in which everybody waits for somebody fails at once, and so does
// one that leaves a goroutine behind.

func TestStrokesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var table table
		Rally(6, table.hit)
		require.Equal(t, []string{"ping", "pong", "ping", "pong", "ping", "pong"}, table.strokes)
	})
}

func TestPingHasTheLastStrokeOfAnOddRally(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var table table
		Rally(5, table.hit)
		require.Equal(t, []string{"ping", "pong", "ping", "pong", "ping"}, table.strokes)
	})
}

func TestRallyOfOneStroke(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var table table
		Rally(1, table.hit)
		require.Equal(t, []string{"ping"}, table.strokes)
	})
}

func TestRallyOfNoStrokes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var table table
		Rally(0, table.hit)
		require.Empty(t, table.strokes)
		Rally(1, table.hit)
		require.Equal(t, []string{"ping"}, table.strokes, "the rally after that")
	})
}

func TestStrokesNeverOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := table{stroke: time.Second}
		Rally(4, table.hit)
		synctest.Wait()
		require.Equal(t, 1, table.mostAtOnce, "strokes being played at the same moment")
	})
}

func TestRallyReturnsAfterTheLastStroke(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := table{stroke: time.Second}
		start := time.Now()
		Rally(4, table.hit)
		assert.Equal(t, 4*time.Second, time.Since(start), "four strokes of one second each")
		assert.Equal(t, 4, table.ended, "strokes that had ended when Rally returned")
	})
}

// The variable last is not guarded by anything but the players' turns. The race
// detector complains if nothing orders the strokes.
func TestEachStrokeSeesTheOneBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		last := 0
		Rally(10, func(string) { last++ })
		require.Equal(t, 10, last)
	})
}

func TestNobodyIsLeftOnTheField(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for strokes := range 5 {
			var table table
			Rally(strokes, table.hit)
			require.Len(t, table.strokes, strokes)
		}
	})
}

func TestPlayersAreTwoGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		players := map[string]map[string]bool{"ping": {}, "pong": {}}
		Rally(6, func(player string) {
			mu.Lock()
			defer mu.Unlock()
			players[player][goroutine()] = true
		})
		assert.Len(t, players["ping"], 1, "goroutines that played ping")
		assert.Len(t, players["pong"], 1, "goroutines that played pong")
		assert.NotEqual(t, players["ping"], players["pong"], "ping and pong were the same goroutine")
		assert.NotContains(t, players["ping"], goroutine(), "ping was the goroutine that called Rally")
	})
}

func TestTwoRalliesDoNotMix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := table{stroke: time.Second}
		second := table{stroke: time.Second}

		over := make(chan bool)
		go func() {
			Rally(4, first.hit)
			over <- true
		}()
		time.Sleep(time.Second / 2)
		Rally(3, second.hit)
		<-over

		assert.Equal(t, []string{"ping", "pong", "ping", "pong"}, first.strokes)
		assert.Equal(t, []string{"ping", "pong", "ping"}, second.strokes)
	})
}

// A table keeps the score: who hit the ball, and how many strokes were being
// played at the same moment. Each stroke takes the time given.
type table struct {
	stroke time.Duration

	mu         sync.Mutex
	strokes    []string
	playing    int
	mostAtOnce int
	ended      int
}

func (t *table) hit(player string) {
	t.mu.Lock()
	t.strokes = append(t.strokes, player)
	t.playing++
	t.mostAtOnce = max(t.mostAtOnce, t.playing)
	t.mu.Unlock()

	time.Sleep(t.stroke)

	t.mu.Lock()
	t.playing--
	t.ended++
	t.mu.Unlock()
}

// goroutine returns the name of the calling goroutine as a stack trace gives
// it: "goroutine 7".
func goroutine() string {
	stack := make([]byte, 64)
	stack = stack[:runtime.Stack(stack, false)]
	name, _, _ := strings.Cut(string(stack), " [")
	return name
}
