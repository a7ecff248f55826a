package main

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A test in which somebody waits for ever is ended after a while, and the
// verdict says who waits for what. That two transfers meet in the worst way is
// not left to luck: the tests are explored.

func silent(int, int, int) {}

func TestTransferMovesMoney(t *testing.T) {
	b := NewBank(silent, 100, 50)
	require.NoError(t, b.Transfer(0, 1, 30))
	assert.Equal(t, 70, b.Balance(0), "what is left in account 0")
	assert.Equal(t, 80, b.Balance(1), "what is in account 1 now")
}

func TestTooMuchMovesNothing(t *testing.T) {
	b := NewBank(func(int, int, int) { assert.Fail(t, "moved was called, although nothing was moved") }, 100, 50)
	require.ErrorIs(t, b.Transfer(0, 1, 101), ErrFunds)
	require.ErrorIs(t, b.Transfer(1, 1, 51), ErrFunds, "from an account to itself")
	assert.Equal(t, 100, b.Balance(0), "what is left in account 0")
	assert.Equal(t, 50, b.Balance(1), "what is in account 1")
}

func TestBothDirectionsAtOnce(t *testing.T) {
	b := NewBank(silent, 100, 100)
	var all sync.WaitGroup
	all.Go(func() { assert.NoError(t, b.Transfer(0, 1, 30)) })
	all.Go(func() { assert.NoError(t, b.Transfer(1, 0, 10)) })
	all.Wait()
	assert.Equal(t, 80, b.Balance(0), "account 0 after giving 30 and getting 10")
	assert.Equal(t, 120, b.Balance(1), "account 1 after getting 30 and giving 10")
}

func TestInARing(t *testing.T) {
	b := NewBank(silent, 100, 100, 100)
	var all sync.WaitGroup
	for from := range 3 {
		all.Go(func() { assert.NoError(t, b.Transfer(from, (from+1)%3, 10*(from+1))) })
	}
	all.Wait()
	assert.Equal(t, 120, b.Balance(0), "account 0 after giving 10 and getting 30")
	assert.Equal(t, 90, b.Balance(1), "account 1 after giving 20 and getting 10")
	assert.Equal(t, 90, b.Balance(2), "account 2 after giving 30 and getting 20")
}

func TestFromAnAccountToItself(t *testing.T) {
	moved := 0
	b := NewBank(func(int, int, int) { moved++ }, 100)
	require.NoError(t, b.Transfer(0, 0, 30))
	assert.Equal(t, 100, b.Balance(0), "what is in the account")
	assert.Equal(t, 1, moved, "how often moved was called")
}

func TestMovedMayCallTheBank(t *testing.T) {
	var b *Bank
	left, got, total := 0, 0, 0
	b = NewBank(func(from, to, amount int) {
		left, got, total = b.Balance(from), b.Balance(to), b.Total()
	}, 100, 50)
	require.NoError(t, b.Transfer(0, 1, 30))
	assert.Equal(t, 70, left, "what moved found in account 0")
	assert.Equal(t, 80, got, "what moved found in account 1")
	assert.Equal(t, 150, total, "what moved found altogether")
}

func TestMovedIsCalledBeforeTransferReturns(t *testing.T) {
	var moves [][3]int
	b := NewBank(func(from, to, amount int) { moves = append(moves, [3]int{from, to, amount}) }, 100, 50)
	require.NoError(t, b.Transfer(0, 1, 30))
	require.NoError(t, b.Transfer(1, 0, 5))
	require.Equal(t, [][3]int{{0, 1, 30}, {1, 0, 5}}, moves, "from, to and amount, as moved was told")
}

func TestMoneyIsNotSpentTwice(t *testing.T) {
	b := NewBank(silent, 30, 0, 0)
	var mu sync.Mutex
	var all sync.WaitGroup
	refused := 0
	for to := 1; to <= 2; to++ {
		all.Go(func() {
			if b.Transfer(0, to, 30) != nil {
				mu.Lock()
				refused++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	assert.Equal(t, 1, refused, "transfers that were refused, of two that want all that is there")
	assert.Equal(t, 0, b.Balance(0), "what is left in the account")
}

func TestTotalIsOfOneMoment(t *testing.T) {
	b := NewBank(silent, 100, 100)
	var all sync.WaitGroup
	all.Go(func() { assert.NoError(t, b.Transfer(1, 0, 30)) })
	total := b.Total()
	all.Wait()
	require.Equal(t, 200, total, "what was in both accounts while money was moved between them")
	require.Equal(t, 130, b.Balance(0), "account 0 in the end")
}

func TestABalanceMayBeAskedForMeanwhile(t *testing.T) {
	b := NewBank(silent, 100, 50)
	var all sync.WaitGroup
	all.Go(func() { assert.NoError(t, b.Transfer(0, 1, 30)) })
	assert.Contains(t, []int{70, 100}, b.Balance(0), "account 0 before or after 30 are taken from it")
	all.Wait()
	assert.Equal(t, 70, b.Balance(0), "account 0 in the end")
}

func TestAdjustKeepsItsAccountAlone(t *testing.T) {
	b := NewBank(silent, 100, 50)
	var all sync.WaitGroup
	begun := make(chan bool)
	all.Go(func() {
		b.Adjust(0, func(balance int) int {
			begun <- true
			return balance + 1
		})
	})
	<-begun
	all.Go(func() { assert.NoError(t, b.Transfer(0, 1, 10)) })
	all.Wait()
	require.Equal(t, 91, b.Balance(0), "account 0 after 1 was added and 10 were taken")
}

func TestOtherAccountsDoNotWait(t *testing.T) {
	b := NewBank(silent, 100, 100, 100)
	var all sync.WaitGroup
	begun, goOn := make(chan bool), make(chan bool)
	all.Go(func() {
		b.Adjust(0, func(balance int) int {
			begun <- true
			<-goOn
			return 0
		})
	})
	<-begun
	require.NoError(t, b.Transfer(1, 2, 30)) // while account 0 is being adjusted
	require.Equal(t, 130, b.Balance(2), "account 2 after the transfer")
	goOn <- true
	all.Wait()
	require.Equal(t, 0, b.Balance(0), "account 0 after it was adjusted")
}
