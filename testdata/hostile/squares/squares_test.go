package main

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// want is the sum of the first three squares.
var want = 14

// A tally counts.
type tally struct {
	sync.Mutex
	n int
}

func TestSquaresAddUp(t *testing.T) {
	sum := 0
	require.NoError(t, Squares(context.Background(), 3, func(n int) { sum += n }))
	if sum != want {
		t.Fatalf("the sum is %d, not %d", sum, want)
	}
}

func TestSquaresAreThree(t *testing.T) {
	seen := []int{}
	require.NoError(t, Squares(context.Background(), 3, func(n int) { seen = append(seen, n) }))
	if len(seen) != 3 {
		t.Fatalf("there are %d", len(seen))
	}
}

func TestEachSquareIsReported(t *testing.T) {
	var seen tally
	require.NoError(t, Squares(context.Background(), 3, func(int) {
		seen.Lock()
		seen.n++
		seen.Unlock()
	}))
	require.Equal(t, 3, seen.n)
}

func TestSomethingIsReported(t *testing.T) {
	called := false
	err := Squares(context.Background(), 1, func(int) { called = true })
	if err != nil || called != true {
		t.Fatal("nothing was reported", err)
	}
}

func TestSquaresStopWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, Squares(ctx, 3, func(int) { t.Error("a square after the end") }), context.Canceled)
}
