package main

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests run in bubbles of testing/synctest: time.Sleep takes no real
// time, a test in which everybody waits for somebody fails at once, and so does
// one that leaves a goroutine behind.

var errNoCover = errors.New("no cover")

func TestSold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := NewOffice(2), &customer{pay: time.Second}
		assert.Equal(t, Sold, o.Buy(c.order(time.Minute, nil)))
		assert.Equal(t, 1, o.Left(), "tickets left")
		assert.Equal(t, int64(1), c.paid.Load(), "payments")
		assert.Zero(t, c.refunded.Load(), "refunds")
	})
}

func TestSoldOutTakesNoMoney(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := NewOffice(0), &customer{}
		assert.Equal(t, SoldOut, o.Buy(c.order(time.Minute, nil)))
		assert.Zero(t, c.paid.Load(), "payments")
		assert.Zero(t, o.Left(), "tickets left")
	})
}

func TestARefusedPaymentGivesTheTicketBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := NewOffice(1), &customer{pay: time.Second, err: errNoCover}
		assert.Equal(t, Refused, o.Buy(c.order(time.Minute, nil)))
		assert.Equal(t, 1, o.Left(), "tickets left")
		assert.Zero(t, c.refunded.Load(), "refunds, where nothing was paid")
	})
}

// The payment comes through an hour after the customer has left. Once is no
// proof, if chance has a hand in it.
func TestMoneyThatComesTooLateIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 30 {
			o, c := NewOffice(1), &customer{pay: time.Hour}
			start := time.Now()
			require.Equal(t, TooLate, o.Buy(c.order(time.Minute, nil)))
			require.Equal(t, time.Minute, time.Since(start), "when Buy returned, with a minute of patience")
			require.Equal(t, 1, o.Left(), "tickets left when Buy returns")
			time.Sleep(2 * time.Hour)
			require.Equal(t, int64(1), c.refunded.Load(), "refunds, when the money has come")
			require.Equal(t, 1, o.Left(), "tickets left in the end")
		}
	})
}

func TestALatePaymentThatIsRefusedIsNotRefunded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := NewOffice(1), &customer{pay: time.Hour, err: errNoCover}
		assert.Equal(t, TooLate, o.Buy(c.order(time.Minute, nil)))
		time.Sleep(2 * time.Hour)
		assert.Zero(t, c.refunded.Load(), "refunds, where nothing was paid")
		assert.Equal(t, 1, o.Left(), "tickets left")
	})
}

func TestACustomerWhoChangesTheirMind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, c := NewOffice(1), &customer{pay: time.Hour}
		cancel := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(cancel) })
		start := time.Now()
		assert.Equal(t, Cancelled, o.Buy(c.order(time.Minute, cancel)))
		assert.Equal(t, time.Second, time.Since(start), "when Buy returned, cancelled after a second")
		assert.Equal(t, 1, o.Left(), "tickets left when Buy returns")
		time.Sleep(2 * time.Hour)
		assert.Equal(t, int64(1), c.refunded.Load(), "refunds, when the money has come")
		assert.Equal(t, 1, o.Left(), "tickets left in the end")
	})
}

func TestWhoHasCancelledBeforeIsNotAskedToPay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cancel := make(chan struct{})
		close(cancel)
		for range 30 {
			o, c := NewOffice(1), &customer{}
			require.Equal(t, Cancelled, o.Buy(c.order(time.Minute, cancel)))
			synctest.Wait()
			require.Zero(t, c.paid.Load(), "payments")
			require.Equal(t, 1, o.Left(), "tickets left")
		}
	})
}

// Two are about to pay, and there is one ticket.
func TestATicketIsReservedWhileItIsPaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, first, second := NewOffice(1), &customer{pay: time.Second}, &customer{pay: time.Second}
		var buying sync.WaitGroup
		buying.Go(func() { assert.Equal(t, Sold, o.Buy(first.order(time.Minute, nil)), "who came first") })
		synctest.Wait()
		assert.Zero(t, o.Left(), "tickets left while the last one is being paid")
		assert.Equal(t, SoldOut, o.Buy(second.order(time.Minute, nil)), "who came second")
		buying.Wait()
		assert.Zero(t, second.paid.Load(), "payments of the second one")
	})
}

// The payment, the deadline and the change of mind come at the same instant.
// Any of them may win. Ticket and money have to go the same way.
func TestAllAtTheSameInstant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 30 {
			o, c := NewOffice(1), &customer{pay: time.Second}
			cancel := make(chan struct{})
			time.AfterFunc(time.Second, func() { close(cancel) })
			go o.Left() // somebody looks at the board
			result := o.Buy(c.order(time.Second, cancel))
			time.Sleep(time.Hour)
			require.Equal(t, int64(1), c.paid.Load(), "payments")
			if result == Sold {
				require.Equal(t, 0, o.Left(), "tickets left, where it was sold")
				require.Zero(t, c.refunded.Load(), "refunds, where it was sold")
			} else {
				require.Equal(t, 1, o.Left(), "tickets left, where the result is %q", result)
				require.Equal(t, int64(1), c.refunded.Load(), "refunds, where the result is %q", result)
			}
		}
	})
}

// A customer counts what becomes of their money.
type customer struct {
	pay            time.Duration // how long a payment takes
	err            error
	paid, refunded atomic.Int64
}

func (c *customer) order(patience time.Duration, cancel <-chan struct{}) Order {
	return Order{
		Pay: func() error {
			time.Sleep(c.pay)
			c.paid.Add(1)
			return c.err
		},
		Refund:   func() { c.refunded.Add(1) },
		Patience: patience,
		Cancel:   cancel,
	}
}
