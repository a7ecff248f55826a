package main

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests run in bubbles of testing/synctest: time.Sleep takes no real
// time, a test in which everybody waits for somebody fails at once, and so does
// one that leaves a goroutine behind.

func TestOfferWhenThereIsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := make(chan Request, 1)
		require.True(t, Offer(requests, "one"), "there was room for it")
		require.Equal(t, Request("one"), <-requests)
	})
}

// Nobody ever receives here: who waits, waits for ever.
func TestOfferDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := make(chan Request, 1)
		Offer(requests, "one")
		assert.False(t, Offer(requests, "two"), "an offer to a channel that is full")
		assert.False(t, Offer(make(chan Request), "three"), "an offer to a channel at which nobody waits")
		assert.False(t, Offer(nil, "four"), "an offer to a nil channel")
		assert.Equal(t, Request("one"), <-requests)
		assert.Empty(t, requests, "requests that were refused and came all the same")
	})
}

func TestOfferToSomebodyWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests, got := make(chan Request), make(chan Request, 1)
		go func() { got <- <-requests }()
		synctest.Wait()
		taken := Offer(requests, "one")
		if !taken {
			requests <- "late" // so that nobody is left behind
		}
		require.True(t, taken, "somebody was waiting for it, at a channel without room")
		require.Equal(t, Request("one"), <-got)
	})
}

func TestWorkHandlesEverythingInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := filled(5)
		close(requests)
		var got []Request
		n := Work(make(chan struct{}), requests, func(r Request) { got = append(got, r) })
		assert.Equal(t, 5, n, "handled")
		assert.Equal(t, []Request{"r1", "r2", "r3", "r4", "r5"}, got)
	})
}

// Once is no proof: a choice by chance is right every other time.
func TestWorkBeginsNothingAfterStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 50 {
			stop := make(chan struct{})
			handled := 0
			n := Work(stop, filled(8), func(Request) {
				if handled++; handled == 3 {
					close(stop)
				}
			})
			require.Equal(t, 3, handled, "requests handled, where stop was closed during the third")
			require.Equal(t, 3, n, "what Work returns")
		}
	})
}

func TestWorkThatWasStoppedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 50 {
			stop := make(chan struct{})
			close(stop)
			requests := filled(3)
			close(requests)
			require.Zero(t, Work(stop, requests, func(Request) {}), "requests handled after stop")
			require.Equal(t, 3, Work(make(chan struct{}), requests, func(Request) {}), "requests left for somebody who was not stopped")
		}
	})
}

func TestWorkWaitsForRequestsAndForStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		stop, requests := make(chan struct{}), make(chan Request)
		var begun time.Duration
		go func() {
			time.Sleep(time.Hour + 3*time.Microsecond)
			requests <- "one"
			time.Sleep(time.Hour)
			close(stop)
		}()
		n := Work(stop, requests, func(Request) { begun = time.Since(start) })
		assert.Equal(t, 1, n, "handled")
		assert.Equal(t, time.Hour+3*time.Microsecond, begun, "when it began the request that came after an hour")
		assert.Equal(t, 2*time.Hour+3*time.Microsecond, time.Since(start), "when it returned, after stop")
	})
}

func TestRelayKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := relay(nil)
		send(in, 20)
		require.Equal(t, requests(1, 20), collect(out))
	})
}

// The receiver takes an hour for each request; the sender is gone at once.
func TestRelayNeverMakesTheSenderWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		in, out := relay(nil)
		send(in, 10)
		assert.Zero(t, time.Since(start), "time that the sender needed for ten requests")
		var got []Request
		for r := range out {
			got = append(got, r)
			time.Sleep(time.Hour)
		}
		assert.Equal(t, requests(1, 10), got)
	})
}

func TestRelayPassesOnWhileMoreComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		in, out := relay(nil)
		in <- "first"
		assert.Equal(t, Request("first"), <-out)
		go func() {
			time.Sleep(time.Hour)
			in <- "second"
			close(in)
		}()
		assert.Equal(t, Request("second"), <-out)
		assert.Equal(t, time.Hour, time.Since(start), "when the second request came out")
		assert.Empty(t, collect(out), "requests that nobody has sent")
	})
}

// The receiver is there before the first request.
func TestRelayInventsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := relay(nil)
		go func() {
			time.Sleep(time.Minute)
			close(in)
		}()
		require.Empty(t, collect(out), "requests that nobody has sent")
	})
}

func TestRelayPassesOnAnEmptyRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := relay(nil)
		in <- ""
		in <- "r2"
		close(in)
		require.Equal(t, []Request{"", "r2"}, collect(out))
	})
}

func TestRelayStopsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		in, out := relay(stop)
		in <- "r1"
		in <- "r2"
		synctest.Wait()
		close(stop)
		synctest.Wait()
		got := collect(out)
		require.Empty(t, got, "requests after stop, when nobody had been ready for them before")
	})
}

func TestRelayStopsWhileItDeliversTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		in, out := relay(stop)
		send(in, 3)
		assert.Equal(t, Request("r1"), <-out)
		synctest.Wait()
		close(stop)
		synctest.Wait()
		assert.Empty(t, collect(out), "requests after stop")
	})
}

// relay starts one.
func relay(stop <-chan struct{}) (chan<- Request, <-chan Request) {
	in, out := make(chan Request), make(chan Request)
	go Relay(stop, in, out)
	return in, out
}

// send sends requests as fast as they are taken, and closes.
func send(in chan<- Request, n int) {
	for _, r := range requests(1, n) {
		in <- r
	}
	close(in)
}

func filled(n int) chan Request {
	ch := make(chan Request, n)
	for _, r := range requests(1, n) {
		ch <- r
	}
	return ch
}

func requests(from, to int) []Request {
	var all []Request
	for i := from; i <= to; i++ {
		all = append(all, Request(fmt.Sprint("r", i)))
	}
	return all
}

// collect takes what comes until out is closed, or until it is far too much.
func collect(out <-chan Request) []Request {
	var all []Request
	for r := range out {
		if all = append(all, r); len(all) == 100 {
			break
		}
	}
	return all
}
