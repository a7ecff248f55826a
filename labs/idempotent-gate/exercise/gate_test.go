package main

import (
	"errors"
	"strconv"
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

var errBank = errors.New("the bank does not answer")

func TestASecondDeliveryGetsTheFirstReceipt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, bank := NewGate(), &bank{}
		for range 3 {
			receipt, err := gate.Do("a", bank.charge)
			require.NoError(t, err)
			require.Equal(t, "receipt 1", receipt)
		}
		assert.Equal(t, 1, bank.calls(), "charges for one payment that was delivered three times")
	})
}

func TestEachKeyIsHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, bank := NewGate(), &bank{}
		for _, key := range []string{"a", "b", "c"} {
			_, err := gate.Do(key, bank.charge)
			require.NoError(t, err)
		}
		assert.Equal(t, 3, bank.calls(), "charges for three payments")
	})
}

// No pause anywhere: who is first is up to the scheduler.
func TestTwoAtTheSameTimeAreChargedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, bank := NewGate(), &bank{}
		receipts := atOnce(2, func() (string, error) { return gate.Do("a", bank.charge) })
		assert.Equal(t, 1, bank.calls(), "charges for one payment that was delivered twice")
		assert.Equal(t, []string{"receipt 1", "receipt 1"}, receipts)
	})
}

func TestWhoComesInBetweenWaitsForTheReceipt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, bank := NewGate(), &bank{takes: time.Minute}
		start := time.Now()
		receipts := atOnce(5, func() (string, error) { return gate.Do("a", bank.charge) })
		assert.Equal(t, 1, bank.calls(), "charges for one payment that was delivered five times")
		for _, receipt := range receipts {
			assert.Equal(t, "receipt 1", receipt, "what all five deliveries are told")
		}
		assert.Equal(t, time.Minute, time.Since(start), "all five wait for the one charge")
	})
}

func TestOtherKeysDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, slow, quick := NewGate(), &bank{takes: time.Hour}, &bank{}
		ended := make(chan struct{})
		go func() {
			_, _ = gate.Do("slow", slow.charge)
			close(ended)
		}()
		synctest.Wait()
		start := time.Now()
		receipt, err := gate.Do("quick", quick.charge)
		require.NoError(t, err)
		assert.Equal(t, "receipt 1", receipt)
		assert.Zero(t, time.Since(start), "another payment has nothing to wait for")
		<-ended
	})
}

func TestHandlingMayUseTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, bank := NewGate(), &bank{}
		receipt, err := gate.Do("order", func() (string, error) { return gate.Do("payment", bank.charge) })
		require.NoError(t, err)
		assert.Equal(t, "receipt 1", receipt)
	})
}

func TestWhatFailedMayBeTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, bank := NewGate(), &bank{fails: 1}
		_, err := gate.Do("a", bank.charge)
		require.ErrorIs(t, err, errBank)
		receipt, err := gate.Do("a", bank.charge)
		require.NoError(t, err, "the bank answers again")
		assert.Equal(t, "receipt 2", receipt)
		receipt, err = gate.Do("a", bank.charge)
		require.NoError(t, err)
		assert.Equal(t, "receipt 2", receipt, "the second try has charged, so there is no third")
	})
}

func TestWhoWaitedIsToldOfTheFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, bank := NewGate(), &bank{takes: time.Minute, fails: 1}
		receipts := atOnce(3, func() (string, error) { return gate.Do("a", bank.charge) })
		assert.Equal(t, []string{errBank.Error(), errBank.Error(), errBank.Error()}, receipts)
		assert.Equal(t, 1, bank.calls(), "calls of the bank for three deliveries at the same time")
	})
}

// Whoever has heard of a failure may try again at once.
func TestAnotherTryRightAfterTheFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, bank := NewGate(), &bank{fails: 1}
		receipts := atOnce(2, func() (string, error) {
			if receipt, err := gate.Do("a", bank.charge); err == nil {
				return receipt, nil
			}
			return gate.Do("a", bank.charge)
		})
		assert.Equal(t, []string{"receipt 2", "receipt 2"}, receipts, "only the first charge fails, and everybody tries twice")
	})
}

func TestAnEmptyReceiptIsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, calls := NewGate(), 0
		for range 2 {
			_, err := gate.Do("a", func() (string, error) { calls++; return "", nil })
			require.NoError(t, err)
		}
		assert.Equal(t, 1, calls, "charges for one payment that was delivered twice")
	})
}

func TestTwoGatesDoNotMix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bank := &bank{}
		for _, gate := range []*Gate{NewGate(), NewGate()} {
			_, err := gate.Do("a", bank.charge)
			require.NoError(t, err)
		}
		assert.Equal(t, 2, bank.calls(), "each gate has seen the key once")
	})
}

// A bank charges, and may take its time. Its first calls may fail.
type bank struct {
	takes time.Duration
	fails int
	count atomic.Int32
}

func (b *bank) charge() (string, error) {
	n := int(b.count.Add(1))
	if b.takes > 0 {
		time.Sleep(b.takes)
	}
	if n <= b.fails {
		return "", errBank
	}
	return "receipt " + strconv.Itoa(n), nil
}

func (b *bank) calls() int { return int(b.count.Load()) }

// atOnce has so many goroutines do the same, and returns what each has got, the
// error's text if there was one.
func atOnce(n int, do func() (string, error)) []string {
	got := make([]string, n)
	var all sync.WaitGroup
	for i := range n {
		all.Add(1)
		go func() {
			defer all.Done()
			receipt, err := do()
			if err != nil {
				receipt = err.Error()
			}
			got[i] = receipt
		}()
	}
	all.Wait()
	return got
}
