package main

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests run in bubbles of testing/synctest: time.Sleep takes no real
// time, a test in which everybody waits for somebody fails at once, and so does
// one that leaves a goroutine behind.

var errBroken = errors.New("the line is broken")

func TestReadSendsEveryOrderAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := collect(Read(shop("north", ErrNoMore, 250, 0, 100)))
		require.Equal(t, []Order{{"north", 250}, {"north", 0}, {"north", 100}}, got)
	})
}

func TestReadClosesWhenTheLineIsBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := collect(Read(shop("harbour", errBroken, 120)))
		require.Equal(t, []Order{{"harbour", 120}}, got)
	})
}

func TestReadOfAnEmptyShopCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.Empty(t, collect(Read(shop("new", ErrNoMore))))
		require.Empty(t, collect(Read(shop("gone", errBroken))))
	})
}

func TestMergeHasEveryOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := collect(Merge(
			Read(shop("north", ErrNoMore, 1, 2, 3)),
			Read(shop("south", ErrNoMore, 4)),
			Read(shop("empty", ErrNoMore)),
			Read(shop("harbour", errBroken, 5, 6)),
		))
		slices.SortFunc(got, func(a, b Order) int { return a.Cents - b.Cents })
		require.Equal(t, []Order{{"north", 1}, {"north", 2}, {"north", 3}, {"south", 4}, {"harbour", 5}, {"harbour", 6}}, got)
	})
}

// One shop closes early, the other has an order an hour later.
func TestMergeEndsAfterTheLastShop(t *testing.T) {
	inBothOrders(t, func(t *testing.T, merge func(a, b Shop) <-chan Order) {
		start := time.Now()
		count, cents := Total(merge(shop("early", ErrNoMore, 1), slow(time.Hour, shop("late", ErrNoMore, 2))))
		assert.Equal(t, 2, count, "orders of both shops")
		assert.Equal(t, 3, cents, "cents of both shops")
		assert.Equal(t, 2*time.Hour, time.Since(start), "the late shop says after two hours that there is no more")
	})
}

func TestMergeOfNoShopsIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.Empty(t, collect(Merge()))
	})
}

func TestMergeOfShopsThatHaveClosedAlready(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed := make(chan Order)
		close(closed)
		require.Empty(t, collect(Merge(closed, closed)))
	})
}

// An order that is there must not wait for a shop that has none.
func TestMergeIsNotHeldUpByAQuietShop(t *testing.T) {
	inBothOrders(t, func(t *testing.T, merge func(a, b Shop) <-chan Order) {
		start := time.Now()
		all := merge(shop("busy", ErrNoMore, 1, 2), slow(time.Hour, shop("quiet", ErrNoMore)))
		assert.Equal(t, Order{"busy", 1}, <-all)
		assert.Equal(t, Order{"busy", 2}, <-all)
		assert.Zero(t, time.Since(start), "the busy shop's orders were there at once")
		assert.Empty(t, collect(all), "orders of the quiet shop")
	})
}

func TestMergeReturnsBeforeTheFirstOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		all := Merge(Read(slow(time.Hour, shop("north", ErrNoMore, 1))))
		assert.Zero(t, time.Since(start), "time until Merge returned")
		assert.Equal(t, []Order{{"north", 1}}, collect(all))
	})
}

// The shop of a present need not be known.
func TestTotalCountsPresents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		orders := make(chan Order, 4)
		orders <- Order{"north", 250}
		orders <- Order{"north", 0}
		orders <- Order{}
		orders <- Order{"south", 100}
		close(orders)
		count, cents := Total(orders)
		assert.Equal(t, 4, count, "orders, of which two are presents")
		assert.Equal(t, 350, cents, "cents")
	})
}

func TestTheWholeDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		count, cents := Total(Merge(
			Read(shop("north", ErrNoMore, 250, 0, 100)),
			Read(shop("south", ErrNoMore, 0, 400)),
			Read(shop("harbour", errBroken, 120)),
		))
		assert.Equal(t, 6, count, "orders")
		assert.Equal(t, 870, cents, "cents")
	})
}

// inBothOrders tests with each of two shops as the first one.
func inBothOrders(t *testing.T, test func(t *testing.T, merge func(a, b Shop) <-chan Order)) {
	t.Run("as given", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			test(t, func(a, b Shop) <-chan Order { return Merge(Read(a), Read(b)) })
		})
	})
	t.Run("the other first", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			test(t, func(a, b Shop) <-chan Order { return Merge(Read(b), Read(a)) })
		})
	})
}

func collect(orders <-chan Order) []Order {
	var all []Order
	for order := range orders {
		all = append(all, order)
	}
	return all
}

// slow returns the same shop, which takes its time for each answer.
func slow(d time.Duration, shop Shop) Shop {
	return func() (Order, error) {
		time.Sleep(d)
		return shop()
	}
}
