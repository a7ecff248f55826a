package chapters_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
)

func TestAPoolStopsGrowingWhereTheQueueIsShort(t *testing.T) {
	printed, _ := outcome(t, newEngine(t), "dynamic-pool", "most=6")
	assert.Contains(t, printed, "too few workers: 3\n")
	assert.NotContains(t, printed, "too few workers: 4\n", "it stops at 4")
}

func TestAnImpatientPoolStartsMoreWorkersAndIsSlower(t *testing.T) {
	e := newEngine(t)
	for _, c := range []struct {
		patience, starts int
		second           time.Duration // from the second burst to its end
	}{{1, 7, 140 * time.Millisecond}, {4, 4, 105 * time.Millisecond}} {
		printed, _ := outcome(t, e, "dynamic-pool", fmt.Sprintf("patience=%d", c.patience),
			"keeping sync.WaitGroup", "began = time.Now()\nkeeping sync.WaitGroup",
			"time.Sleep(work)", "time.Sleep(work)\nfmt.Println(\"done\", time.Since(began).Round(time.Millisecond))")
		assert.Equal(t, c.starts, 1+strings.Count(printed, "too few"), "workers started with patience %d", c.patience)
		i := strings.LastIndex(printed, "done ")
		require.Positive(t, i)
		last, _, _ := strings.Cut(printed[i+len("done "):], "\n")
		ended, err := time.ParseDuration(last)
		require.NoError(t, err)
		assert.Equal(t, c.second, ended-200*time.Millisecond, "patience %d", c.patience)
	}
}

// ages are how old each reading was when it was drawn, in milliseconds.
func ages(t *testing.T, e engine, flags string) (readings, old []int) {
	t.Helper()
	printed, _ := outcome(t, e, "backpressure", flags, `fmt.Println("drew", r.n)`, `fmt.Println("drew", r.n, age.Value())`)
	for line := range strings.Lines(printed) {
		var n, age int
		if _, err := fmt.Sscanf(line, "drew %d %d", &n, &age); err == nil {
			readings, old = append(readings, n), append(old, age)
		}
	}
	require.NotEmpty(t, old)
	return readings, old
}

func TestHowOldReadingsAre(t *testing.T) {
	e := newEngine(t)
	for flags, want := range map[string]int{
		"policy=buffer room=4":  165,
		"policy=buffer room=12": 275,
		"policy=pull room=1":    0,
		"policy=pull room=2":    25,
	} {
		_, old := ages(t, e, flags)
		assert.Equal(t, want, old[len(old)-1], flags)
	}
	readings, old := ages(t, e, "policy=latest")
	assert.Equal(t, []int{4, 5}, []int{readings[1], old[1]}, "the second reading that is drawn")
	readings, old = ages(t, e, "policy=drop room=1")
	assert.Equal(t, []int{2, 25}, []int{readings[1], old[1]}, "the second reading that is drawn")
}

func TestHowLongDrawingAllTakes(t *testing.T) {
	e := newEngine(t)
	for flags, want := range map[string]string{
		"policy=buffer":      "430ms",
		"policy=pull room=1": "540ms",
		"policy=pull room=2": "430ms",
	} {
		printed, _ := outcome(t, e, "backpressure", flags,
			"flag.Parse()", "flag.Parse()\nbegan := time.Now()",
			`"lost:", lost)`, `"lost:", lost, "after", time.Since(began).Round(time.Millisecond))`)
		assert.Contains(t, printed, "drawn: 12 lost: 0 after "+want+"\n", flags)
	}
}

func TestWhatGoesUpHasToBeWritten(t *testing.T) {
	e := newEngine(t)
	for _, which := range []string{"trip", "hotel", "flight", "seat", "none"} {
		_, ended := outcome(t, e, "cancel-tree", "cancel="+which, "number := make", "context.AfterFunc(seat, cancelFlight)\nnumber := make")
		assert.Equal(t, event.Exited, ended, which)
	}
	_, ended := outcome(t, e, "cancel-tree", "cancel=flight after=25 deaf=seat")
	assert.Equal(t, event.Exited, ended, "mostly the flight is quick enough")
}
