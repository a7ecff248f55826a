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

func TestValueAfterItWasKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPromise()
		require.True(t, p.Keep("soup"), "Keep, of a new promise")
		require.Equal(t, "soup", p.Value())
		require.Equal(t, "soup", p.Value(), "the value, for the second time")
	})
}

func TestValueWaitsAndNotAMomentLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPromise()
		start := time.Now()
		var all sync.WaitGroup
		all.Go(func() {
			assert.Equal(t, "soup", p.Value())
			assert.Equal(t, time.Second, time.Since(start), "when Value came back from a promise that was kept after one second")
		})
		time.Sleep(time.Second)
		assert.True(t, p.Keep("soup"), "Keep, of a new promise")
		all.Wait()
	})
}

func TestEverybodyGetsTheValue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPromise()
		var mu sync.Mutex
		var all sync.WaitGroup
		var got []string
		for range 3 {
			all.Go(func() {
				value := p.Value()
				mu.Lock()
				got = append(got, value)
				mu.Unlock()
			})
		}
		synctest.Wait()
		require.Empty(t, got, "what somebody got before the promise was kept")
		p.Keep("soup")
		all.Wait()
		require.Equal(t, []string{"soup", "soup", "soup"}, got, "what three who waited have got")
	})
}

func TestKeepWaitsForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPromise()
		var kept bool
		go func() { kept = p.Keep("soup") }()
		synctest.Wait()
		require.True(t, kept, "Keep has not come back, though all it can wait for is somebody who asks for the value")
	})
}

func TestTheFirstKeepCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPromise()
		require.True(t, p.Keep("soup"), "the first Keep")
		require.False(t, p.Keep("salad"), "the second Keep")
		require.Equal(t, "soup", p.Value())
		require.False(t, p.Keep("cake"), "a Keep after somebody had the value")
		require.Equal(t, "soup", p.Value())
	})
}

func TestTwoKeepAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPromise()
		var mu sync.Mutex
		var all sync.WaitGroup
		var first []string
		for _, value := range []string{"soup", "salad"} {
			all.Go(func() {
				if p.Keep(value) {
					mu.Lock()
					first = append(first, value)
					mu.Unlock()
				}
			})
		}
		all.Wait()
		require.Len(t, first, 1, "the values for which Keep returned true")
		require.Equal(t, first[0], p.Value(), "the value, and the one for which Keep returned true")
	})
}

// Nothing but the promise orders the write of served and the read.
func TestWhatCameBeforeKeepIsVisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPromise()
		served := 0
		go func() {
			served = 3
			p.Keep("soup")
		}()
		require.Equal(t, "soup", p.Value())
		require.Equal(t, 3, served, "what was written before Keep")
	})
}

func TestPromisesAreSeparate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, q := NewPromise(), NewPromise()
		require.True(t, p.Keep("soup"), "the first Keep of one promise")
		require.True(t, q.Keep("salad"), "the first Keep of another promise")
		require.Equal(t, "soup", p.Value())
		require.Equal(t, "salad", q.Value())
	})
}
