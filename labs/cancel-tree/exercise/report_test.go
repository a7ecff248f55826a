package main

import (
	"context"
	"errors"
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

var (
	errPrices = errors.New("no prices today")
	errPhotos = errors.New("no photos today")
	errQuit   = errors.New("the reader has left")
)

func TestLinesStandInTheOrderOfTheParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		report := says("title", 5*time.Second,
			says("prices", 3*time.Second, says("euro", time.Second), says("yen", 0)),
			says("weather", time.Second))
		lines, err := Build(t.Context(), report)
		require.NoError(t, err)
		assert.Equal(t, []string{"title", "prices", "euro", "yen", "weather"}, lines)
	})
}

func TestAllAreAskedAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		lines, err := Build(t.Context(), says("title", time.Second, says("prices", time.Second, says("euro", time.Second)), says("weather", time.Second)))
		require.NoError(t, err)
		assert.Len(t, lines, 4)
		assert.Equal(t, time.Second, time.Since(start), "four questions of one second each")
	})
}

func TestCancelFlowsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			time.Sleep(time.Second)
			cancel()
		}()
		start := time.Now()
		_, err := Build(ctx, says("title", time.Hour, says("prices", time.Hour, says("euro", time.Hour))))
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, time.Second, time.Since(start), "everybody listens, and was cancelled after a second")
	})
}

func TestWhyItWasCancelledIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errQuit)
		_, err := Build(ctx, says("title", time.Second, says("prices", time.Second)))
		assert.Equal(t, errQuit, err, "the cause of the cancellation")
	})
}

func TestFailureStopsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := Build(t.Context(), says("title", time.Hour,
			fails(errPrices, time.Second),
			says("weather", time.Hour, says("rain", time.Hour))))
		assert.Equal(t, errPrices, err, "the error of the part that failed")
		assert.Equal(t, time.Second, time.Since(start), "everybody listens, and prices failed after a second")
	})
}

func TestOwnFailureStopsTheParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		report := fails(errPrices, time.Second)
		report.Parts = []*Part{says("euro", time.Hour)}
		start := time.Now()
		_, err := Build(t.Context(), report)
		assert.Equal(t, errPrices, err)
		assert.Equal(t, time.Second, time.Since(start), "the part listens, and what it belongs to failed after a second")
	})
}

func TestFirstErrorIsReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := Build(t.Context(), says("title", time.Hour,
			says("weather", time.Hour, says("rain", time.Hour)),
			fails(errPrices, time.Second),
			fails(errPhotos, time.Hour)))
		assert.Equal(t, errPrices, err, "prices failed first, the others were only cancelled")
	})
}

func TestOptionalPartIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		photos := fails(errPhotos, time.Second)
		photos.Optional = true
		captions := says("captions", time.Hour)
		photos.Parts = []*Part{captions}
		start := time.Now()
		lines, err := Build(t.Context(), says("title", 2*time.Second, photos, says("weather", 3*time.Second)))
		require.NoError(t, err)
		assert.Equal(t, []string{"title", "weather"}, lines)
		assert.Equal(t, 3*time.Second, time.Since(start), "captions belong to photos and are cancelled with them")
	})
}

func TestPartOfAnOptionalPartFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		photos := says("photos", time.Hour, fails(errPhotos, time.Second))
		photos.Optional = true
		lines, err := Build(t.Context(), says("title", 2*time.Second, photos))
		require.NoError(t, err)
		assert.Equal(t, []string{"title"}, lines)
	})
}

func TestBuildWaitsForWhoDoesNotListen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Bool
		deaf := &Part{Ask: func(context.Context) (string, error) {
			time.Sleep(10 * time.Second)
			ended.Store(true)
			return "deaf", nil
		}}
		start := time.Now()
		_, err := Build(t.Context(), says("title", time.Hour, fails(errPrices, time.Second), deaf))
		assert.Equal(t, errPrices, err)
		assert.True(t, ended.Load(), "Build returned while a part was still at work")
		assert.Equal(t, 10*time.Second, time.Since(start))
	})
}

func TestNoContextIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var given []context.Context
		keep := func(line string) *Part {
			return &Part{Ask: func(ctx context.Context) (string, error) {
				given = append(given, ctx)
				return line, nil
			}}
		}
		_, err := Build(t.Context(), keep("title"))
		require.NoError(t, err)
		require.Len(t, given, 1)
		assert.Error(t, given[0].Err(), "after Build, a context that it has derived must be cancelled")
		assert.NoError(t, t.Context().Err())
	})
}

func TestCancelWhileAllAreReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		go cancel(errQuit)
		lines, err := Build(ctx, says("title", 0, says("prices", 0)))
		if err == nil {
			assert.Equal(t, []string{"title", "prices"}, lines, "it was not cancelled in time, so nothing is missing")
		} else {
			assert.Equal(t, errQuit, err)
			assert.Empty(t, lines)
		}
	})
}

// says is a part that says its line after a while, unless it is cancelled.
func says(line string, after time.Duration, parts ...*Part) *Part {
	return &Part{Parts: parts, Ask: func(ctx context.Context) (string, error) {
		if err := pause(ctx, after); err != nil {
			return "", err
		}
		return line, nil
	}}
}

// fails is a part that fails after a while, unless it is cancelled.
func fails(err error, after time.Duration) *Part {
	return &Part{Ask: func(ctx context.Context) (string, error) {
		if cancelled := pause(ctx, after); cancelled != nil {
			return "", cancelled
		}
		return "", err
	}}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
