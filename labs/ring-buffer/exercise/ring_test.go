package main

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests run in bubbles of testing/synctest: a test in which everybody
// waits for somebody fails at once.

func TestWhatComesFirstLeavesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(4)
		for n := 1; n <= 3; n++ {
			require.True(t, r.Put(n), "there was room for %d", n)
		}
		require.Equal(t, []int{1, 2, 3}, all(r))
	})
}

func TestAnEmptyRingHasNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(2)
		require.True(t, r.Put(7), "there was room")
		require.Equal(t, []int{7}, all(r))
		_, ok := r.Take()
		require.False(t, ok, "7 was all there was")
	})
}

func TestAFullRingRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(3)
		for n := 1; n <= 3; n++ {
			require.True(t, r.Put(n), "room for three, and this is number %d", n)
		}
		require.False(t, r.Put(4), "there was room for three, and this is the fourth")
		n, _ := r.Take()
		require.Equal(t, 1, n, "the refused number has changed nothing")
		require.True(t, r.Put(5), "one was taken out, so there is room for one")
		require.Equal(t, []int{2, 3, 5}, all(r))
	})
}

func TestRoomForOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(1)
		for n := 1; n <= 5; n++ {
			require.True(t, r.Put(n), "the ring was empty")
			require.False(t, r.Put(-n), "the ring was full")
			require.Equal(t, []int{n}, all(r))
		}
	})
}

// Whatever the room is, numbers must come out as they went in, many times
// around.
func TestRoundAndRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for room := 1; room <= 5; room++ {
			r := New(room)
			in, out := 0, 0
			for range 20 {
				for r.Put(in) {
					in++
					require.LessOrEqual(t, in-out, room, "numbers in a ring with room for %d", room)
				}
				for range (room + 1) / 2 {
					n, ok := r.Take()
					require.True(t, ok, "a ring with room for %d was full just now", room)
					require.Equal(t, out, n, "what a ring with room for %d gave after %d others", room, out)
					out++
				}
			}
		}
	})
}

func TestZeroIsANumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(2)
		require.True(t, r.Put(0), "there was room")
		require.True(t, r.Put(0), "there was room")
		require.False(t, r.Put(1), "two zeros are two numbers")
		require.Equal(t, []int{0, 0}, all(r))
	})
}

func TestTwoRingsDoNotMix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := New(2), New(2)
		require.True(t, a.Put(1))
		require.True(t, b.Put(2))
		assert.Equal(t, []int{1}, all(a))
		assert.Equal(t, []int{2}, all(b))
	})
}

// One puts while the other one takes, and each tries a few times only.
func TestOnePutsWhileTheOtherTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atTheSameTime(t, New(2), nil, 3, 3)
	})
}

// With room for one, each number lies in the slot that the last one has just
// left.
func TestOneSlotIsUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := New(1)
		require.True(t, r.Put(100), "the ring was empty")
		atTheSameTime(t, r, []int{100}, 2, 2)
	})
}

// atTheSameTime has one goroutine try to put numbers in, and one to take some
// out. Then it takes out what is left: all in all it must be what was put in, the
// numbers in want first.
func atTheSameTime(t *testing.T, r *Ring, want []int, puts, takes int) {
	var got []int
	var both sync.WaitGroup
	both.Add(2)
	go func() {
		defer both.Done()
		for n := 1; n <= puts; n++ {
			if r.Put(n) {
				want = append(want, n)
			}
		}
	}()
	go func() {
		defer both.Done()
		for range takes {
			if n, ok := r.Take(); ok {
				got = append(got, n)
			}
		}
	}()
	both.Wait()
	require.NotEmpty(t, want, "the ring never had room for anything")
	got = append(got, all(r)...)
	assert.Equal(t, want, got, "what was taken out, and what Put said that it had put in")
}

// all takes everything out.
func all(r *Ring) []int {
	var got []int
	for range 100 {
		n, ok := r.Take()
		if !ok {
			break
		}
		got = append(got, n)
	}
	return got
}

// BenchmarkRing fills a ring and empties it, again and again.
func BenchmarkRing(b *testing.B) {
	const room = 100
	r := New(room)
	for done := 0; done < b.N; done += room {
		for n := range room {
			if !r.Put(n) {
				b.Fatalf("no room for number %d of %d", n+1, room)
			}
		}
		for n := range room {
			if got, ok := r.Take(); !ok || got != n {
				b.Fatalf("%d was put in, and %d came out", n, got)
			}
		}
	}
}
