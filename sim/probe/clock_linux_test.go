package probe_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"interleave/sim/probe"
)

func monotonic(t *testing.T) uint64 {
	t.Helper()
	var ts unix.Timespec
	require.NoError(t, unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts))
	return uint64(ts.Nano())
}

func TestTimesAreThoseOfTheMonotonicClock(t *testing.T) {
	w := newWorkshop(t)
	w.add("clock", source("package main\n\nfunc main() { close(make(chan int)) }\n"))
	w.build()
	before := monotonic(t)
	r := w.probed(t, "clock", 1, probe.DefaultSize)
	after := monotonic(t)
	require.Len(t, r.probes, 3)
	assert.True(t, r.head.Clock.Absolute)
	assert.Less(t, r.head.Clock.Error, uint64(time.Microsecond))
	for _, p := range r.probes {
		assert.Greater(t, p.T, before)
		assert.Less(t, p.T, after)
	}
}
