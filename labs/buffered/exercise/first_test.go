package main

import (
	"errors"
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

// bubble runs a test and then waits a day, until even the slowest replica has
// answered.
func bubble(t *testing.T, test func(t *testing.T)) {
	synctest.Test(t, func(t *testing.T) {
		test(t)
		time.Sleep(24 * time.Hour)
	})
}

var errDown = errors.New("this replica is down")

func TestFirstReturnsTheQuickestAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		answer, err := First(
			slow(3*time.Second, "third"),
			slow(1*time.Second, "first"),
			slow(2*time.Second, "second"),
		)
		require.NoError(t, err)
		require.Equal(t, "first", answer)
	})
}

func TestFirstDoesNotWaitForTheSlowOnes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		start := time.Now()
		answer, err := First(slow(time.Hour, "slow"), slow(time.Second, "quick"), slow(2*time.Hour, "slower"))
		require.NoError(t, err)
		assert.Equal(t, "quick", answer)
		assert.Equal(t, time.Second, time.Since(start), "the quickest replica takes a second")
	})
}

func TestAllReplicasAreAskedAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		start := time.Now()
		_, err := First(down(3*time.Second), down(2*time.Second), slow(4*time.Second, "last"))
		require.NoError(t, err)
		require.Equal(t, 4*time.Second, time.Since(start), "two fail meanwhile, and the third answers after four seconds")
	})
}

func TestAReplicaThatFailsIsPassedOver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		answer, err := First(down(time.Second), slow(2*time.Second, "good"), down(3*time.Second))
		require.NoError(t, err, "one of the three has a good answer")
		require.Equal(t, "good", answer)
	})
}

func TestNobodyAnswers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		start := time.Now()
		_, err := First(down(time.Second), down(3*time.Second), down(2*time.Second))
		require.ErrorIs(t, err, ErrNoAnswer)
		require.Equal(t, 3*time.Second, time.Since(start), "the last one fails after three seconds")
	})
}

func TestNobodyIsAsked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		_, err := First()
		require.ErrorIs(t, err, ErrNoAnswer)
	})
}

// A bubble is not over before its last goroutine is.
func TestLateReplicasGoHome(t *testing.T) {
	for _, n := range []int{2, 3, 12, 40} {
		t.Run(fmt.Sprint(n, " replicas"), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var replicas []Replica
				for i := range n {
					replicas = append(replicas, slow(time.Duration(i+1)*time.Second, fmt.Sprint("replica ", i+1)))
				}
				answer, err := First(replicas...)
				require.NoError(t, err)
				require.Equal(t, "replica 1", answer)
			})
		})
	}
}

func TestReplicasThatAnswerAtTheSameMoment(t *testing.T) {
	bubble(t, func(t *testing.T) {
		answer, err := First(slow(0, "this"), slow(0, "this"), slow(0, "this"))
		require.NoError(t, err)
		require.Equal(t, "this", answer)
	})
}

func slow(d time.Duration, text string) Replica {
	return func() (string, error) {
		time.Sleep(d)
		return text, nil
	}
}

func down(d time.Duration) Replica {
	return func() (string, error) {
		time.Sleep(d)
		return "", errDown
	}
}
