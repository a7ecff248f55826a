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
// time, a test in which everybody waits for somebody fails at once, and so does
// one that leaves a goroutine behind. synctest.Wait waits until nobody in the
// bubble can go on.

func TestBufferKeepsAllInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Buffer, 3)
		go func() {
			for n := range 20 {
				assert.NoError(t, feed.Send(n))
			}
			feed.Close()
		}()
		for n := range 20 {
			takes(t, feed, n)
		}
		isOver(t, feed)
		assert.Zero(t, feed.Lost(), "lost values")
	})
}

func TestBufferWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Buffer, 2)
		require.NoError(t, feed.Send(1))
		require.NoError(t, feed.Send(2))
		var sent counter
		for n := range 2 {
			go func() {
				assert.NoError(t, feed.Send(3+n))
				sent.add()
			}()
		}
		synctest.Wait()
		assert.Zero(t, sent.get(), "values that were sent into a full feed")
		takes(t, feed, 1)
		synctest.Wait()
		assert.Equal(t, 1, sent.get(), "values that were sent, when there was room for one")
		takes(t, feed, 2)
		synctest.Wait()
		assert.Equal(t, 2, sent.get(), "values that were sent, when there was room for two")
		feed.Close()
	})
}

func TestDropThrowsTheNewAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Drop, 2)
		start := time.Now()
		for n := 1; n <= 5; n++ {
			require.NoError(t, feed.Send(n))
		}
		assert.Zero(t, time.Since(start), "Send should not wait")
		assert.Equal(t, 3, feed.Lost(), "lost values")
		takes(t, feed, 1)
		require.NoError(t, feed.Send(6))
		takes(t, feed, 2)
		takes(t, feed, 6)
		feed.Close()
		isOver(t, feed)
	})
}

func TestLatestThrowsTheOldAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Latest, 2)
		for n := 1; n <= 5; n++ {
			require.NoError(t, feed.Send(n))
		}
		assert.Equal(t, 3, feed.Lost(), "lost values")
		takes(t, feed, 4)
		takes(t, feed, 5)
		require.NoError(t, feed.Send(6))
		takes(t, feed, 6)
		feed.Close()
		isOver(t, feed)
	})
}

// Those who send and those who fetch come at the same time.
func TestLatestNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Latest, 1)
		var senders sync.WaitGroup
		for s := range 3 {
			senders.Go(func() {
				for n := range 4 {
					assert.NoError(t, feed.Send(10*s+n))
				}
			})
		}
		got := 0
		var reader sync.WaitGroup
		reader.Go(func() {
			for {
				if _, ok := feed.Next(); !ok {
					return
				}
				got++
			}
		})
		senders.Wait()
		feed.Close()
		reader.Wait()
		assert.Equal(t, 12, got+feed.Lost(), "values that were fetched or lost, of 12")
	})
}

func TestLostCountsForMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Drop, 1)
		require.NoError(t, feed.Send(0))
		var senders sync.WaitGroup
		for range 3 {
			senders.Go(func() {
				for n := range 50 {
					feed.Send(n)
				}
				feed.Lost() // nobody has to wait before asking
			})
		}
		senders.Wait()
		assert.Equal(t, 150, feed.Lost(), "lost values")
		feed.Close()
	})
}

func TestPullSendsWhatWasAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Pull, 1)
		var sent counter
		go func() {
			for n := range 6 {
				assert.NoError(t, feed.Send(n))
				sent.add()
			}
			feed.Close()
		}()
		synctest.Wait()
		assert.Zero(t, sent.get(), "values that were sent, though nobody asked")
		feed.Request(3)
		synctest.Wait()
		assert.Equal(t, 3, sent.get(), "values that were sent, of 3 that were asked for")
		takes(t, feed, 0)
		takes(t, feed, 1)
		synctest.Wait()
		assert.Equal(t, 3, sent.get(), "values that were sent: to fetch is not to ask")
		feed.Request(1)
		feed.Request(2)
		synctest.Wait()
		assert.Equal(t, 6, sent.get(), "values that were sent, of 3, 1 and 2 that were asked for")
		for n := 2; n < 6; n++ {
			takes(t, feed, n)
		}
		isOver(t, feed)
	})
}

func TestRequestsAddUpBeforeAnybodySends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Pull, 1)
		feed.Request(1)
		feed.Request(2)
		start := time.Now()
		for n := range 3 {
			require.NoError(t, feed.Send(n))
		}
		assert.Zero(t, time.Since(start), "Request or Send has waited")
		for n := range 3 {
			takes(t, feed, n)
		}
		feed.Close()
	})
}

// The one who waits for a value came first, the one who waits for a wish second.
func TestRequestReachesTheSender(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Pull, 1)
		var got counter
		go func() {
			takes(t, feed, 7)
			got.add()
		}()
		synctest.Wait()
		go func() { assert.NoError(t, feed.Send(7)) }()
		synctest.Wait()
		feed.Request(1)
		synctest.Wait()
		assert.Equal(t, 1, got.get(), "values that arrived, of 1 that was asked for and sent")
		feed.Close()
	})
}

func TestCloseGivesWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Buffer, 3)
		require.NoError(t, feed.Send(1))
		require.NoError(t, feed.Send(2))
		feed.Close()
		refused(t, feed, "the feed was closed")
		takes(t, feed, 1)
		takes(t, feed, 2)
		isOver(t, feed)
		isOver(t, feed)
	})
}

func TestCloseFreesWhoWaits(t *testing.T) {
	for _, policy := range []Policy{Buffer, Pull} {
		synctest.Test(t, func(t *testing.T) {
			feed := New(policy, 1)
			if policy == Buffer {
				require.NoError(t, feed.Send(0))
			}
			var refusals counter
			for range 2 {
				go func() {
					assert.NotPanics(t, func() { refused(t, feed, "the feed was closed while this Send waited") })
					refusals.add()
				}()
			}
			synctest.Wait()
			feed.Close()
			synctest.Wait()
			assert.Equal(t, 2, refusals.get(), "Sends that came back, of 2 that waited")
		})
	}
	synctest.Test(t, func(t *testing.T) {
		feed := New(Buffer, 1)
		var ends counter
		for range 2 {
			go func() {
				isOver(t, feed)
				ends.add()
			}()
		}
		synctest.Wait()
		feed.Close()
		synctest.Wait()
		assert.Equal(t, 2, ends.get(), "Nexts that came back, of 2 that waited")
	})
}

func TestCloseTwiceIsHarmless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := New(Drop, 1)
		for range 2 {
			assert.NotPanics(t, feed.Close, "Close")
		}
		refused(t, feed, "the feed was closed")
		isOver(t, feed)
	})
}

func TestCloseWhileOthersSend(t *testing.T) {
	for _, policy := range []Policy{Buffer, Drop, Latest} {
		synctest.Test(t, func(t *testing.T) {
			feed := New(policy, 1)
			var sent counter
			var senders sync.WaitGroup
			for range 2 {
				senders.Go(func() {
					for n := range 3 {
						assert.NotPanics(t, func() {
							if feed.Send(n) == nil {
								sent.add()
							}
						}, "Send, while the feed is closed")
					}
				})
			}
			feed.Close()
			senders.Wait()
			got := 0
			for {
				if _, ok := feed.Next(); !ok {
					break
				}
				got++
			}
			assert.Equal(t, sent.get(), got+feed.Lost(), "values that were fetched or lost, of those that were sent")
			refused(t, feed, "the feed was closed")
		})
	}
}

func takes(t *testing.T, feed *Feed, want int) {
	t.Helper()
	v, ok := feed.Next()
	if !ok || v != want {
		t.Errorf("Next returned %d, %v; expected %d, true", v, ok, want)
	}
}

func isOver(t *testing.T, feed *Feed) {
	t.Helper()
	if v, ok := feed.Next(); ok {
		t.Errorf("Next returned %d, true, but the feed is closed and empty", v)
	}
}

func refused(t *testing.T, feed *Feed, why string) {
	t.Helper()
	if err := feed.Send(99); err != ErrClosed {
		t.Errorf("Send returned %v, but %s: expected %v", err, why, ErrClosed)
	}
}

// A counter counts for many goroutines.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (c *counter) get() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}
