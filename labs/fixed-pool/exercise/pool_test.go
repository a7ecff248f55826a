package main

import (
	"runtime"
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
// one that leaves a goroutine behind. synctest.Wait waits until nobody in the
// bubble can go on.

func TestEveryTaskRunsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := New(3, 2, Block)
		var runs [20]atomic.Int32
		for n := range runs {
			require.NoError(t, pool.Submit(func() { runs[n].Add(1) }))
		}
		pool.Close()
		for n := range runs {
			require.Equal(t, 1, int(runs[n].Load()), "runs of task %d", n)
		}
	})
}

func TestWorkersWorkAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := New(3, 6, Block)
		start := time.Now()
		for range 6 {
			require.NoError(t, pool.Submit(func() { time.Sleep(time.Second) }))
		}
		assert.Zero(t, time.Since(start), "the queue had room, Submit should not wait")
		pool.Close()
		assert.Equal(t, 2*time.Second, time.Since(start), "6 tasks of one second by 3 workers")
	})
}

func TestNoMoreTasksAtOnceThanWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := New(2, 8, Block)
		var running, most atomic.Int32
		for range 8 {
			require.NoError(t, pool.Submit(func() {
				if now := running.Add(1); now > most.Load() {
					most.Store(now)
				}
				time.Sleep(time.Second)
				running.Add(-1)
			}))
			synctest.Wait()
		}
		pool.Close()
		assert.Equal(t, 2, int(most.Load()), "tasks that ran at the same time")
	})
}

func TestBlockWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, release := full(Block)
		var ran atomic.Bool
		accepted := make(chan error, 1)
		go func() { accepted <- pool.Submit(func() { ran.Store(true) }) }()
		synctest.Wait()
		assert.Zero(t, len(accepted), "the queue is full, Submit should be waiting")

		close(release)
		assert.NoError(t, <-accepted)
		pool.Close()
		assert.True(t, ran.Load(), "the task was accepted, but it never ran")
		assert.Zero(t, pool.Dropped(), "dropped tasks")
	})
}

func TestDropForgetsAndCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, release := full(Drop)
		var ran atomic.Bool
		for range 3 {
			assert.NoError(t, pool.Submit(func() { ran.Store(true) }))
		}
		assert.Equal(t, 3, pool.Dropped(), "dropped tasks")

		close(release)
		pool.Close()
		assert.False(t, ran.Load(), "a dropped task ran")
	})
}

func TestDroppedCountsForMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, release := full(Drop)
		var submitters sync.WaitGroup
		for range 4 {
			submitters.Go(func() {
				for range 100 {
					pool.Submit(func() {})
				}
				pool.Dropped() // nobody has to wait before asking
			})
		}
		submitters.Wait()
		assert.Equal(t, 400, pool.Dropped(), "dropped tasks")

		close(release)
		pool.Close()
	})
}

func TestCallerRunsTheTaskItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, release := full(CallerRuns)
		start := time.Now()
		ended := false // no lock: the task has to run in this very goroutine
		assert.NoError(t, pool.Submit(func() {
			time.Sleep(time.Second)
			ended = true
		}))
		assert.True(t, ended, "Submit returned before the task had ended")
		assert.Equal(t, time.Second, time.Since(start), "Submit takes as long as the task")

		close(release)
		pool.Close()
		assert.Zero(t, pool.Dropped(), "dropped tasks")
	})
}

func TestTaskOfTheCallerMaySubmit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, release := full(CallerRuns)
		var inner error
		closed := make(chan bool)
		assert.NoError(t, pool.Submit(func() {
			go func() {
				pool.Close()
				close(closed)
			}()
			time.Sleep(time.Second)
			inner = pool.Submit(func() {})
		}))
		refused(t, inner, ErrClosed, "Close was called while the caller ran its task")

		close(release)
		<-closed
	})
}

func TestErrorRefusesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, release := full(Error)
		var ran atomic.Bool
		refused(t, pool.Submit(func() { ran.Store(true) }), ErrFull)

		close(release)
		pool.Close()
		assert.False(t, ran.Load(), "a refused task ran")
		assert.Zero(t, pool.Dropped(), "a refused task is not a dropped one")
	})
}

func TestRoomIsUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, release := full(Error)
		close(release)
		synctest.Wait()
		ran := false
		assert.NoError(t, pool.Submit(func() { ran = true }), "the workers are idle and the queue is empty")
		pool.Close()
		assert.True(t, ran, "the task was accepted, but it never ran")
	})
}

func TestQueueOfNothingHandsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := New(1, 0, Error)
		synctest.Wait() // now the worker waits for a task
		release := make(chan bool)
		assert.NoError(t, pool.Submit(func() { <-release }), "the worker was waiting for a task")
		refused(t, pool.Submit(func() {}), ErrFull, "the worker was busy")

		close(release)
		pool.Close()
	})
}

func TestCloseWaitsForEveryAcceptedTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := New(2, 5, Block)
		var ended atomic.Int32
		for range 5 {
			require.NoError(t, pool.Submit(func() {
				time.Sleep(time.Second)
				ended.Add(1)
			}))
		}
		pool.Close()
		assert.Equal(t, 5, int(ended.Load()), "accepted tasks that had ended when Close returned")
	})
}

func TestSubmitAfterCloseIsRefused(t *testing.T) {
	for _, policy := range []Policy{Block, Drop, CallerRuns, Error} {
		synctest.Test(t, func(t *testing.T) {
			pool := New(1, 1, policy)
			pool.Close()
			ran := false
			refused(t, pool.Submit(func() { ran = true }), ErrClosed, "policy %d", policy)
			assert.False(t, ran, "a refused task ran, policy %d", policy)
		})
	}
}

func TestCloseTwiceIsHarmless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := New(2, 2, Block)
		start := time.Now()
		require.NoError(t, pool.Submit(func() { time.Sleep(time.Second) }))
		require.Zero(t, time.Since(start), "Submit should not wait")
		var both sync.WaitGroup
		both.Go(pool.Close)
		both.Go(pool.Close)
		both.Wait()
		pool.Close()
		assert.Equal(t, time.Second, time.Since(start), "every Close waits for the task")
	})
}

func TestCloseWhileSubmitWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, release := full(Block)
		ran := false
		submitted := make(chan error, 1)
		go func() { submitted <- pool.Submit(func() { ran = true }) }()
		synctest.Wait() // now Submit waits for room

		go func() {
			for range 10_000 {
				runtime.Gosched() // let Close go as far as it gets
			}
			close(release)
		}()
		pool.Close()

		err := <-submitted
		if err == nil {
			assert.True(t, ran, "the task was accepted, but it had not run when Close returned")
		} else {
			refused(t, err, ErrClosed)
			assert.False(t, ran, "a refused task ran")
		}
	})
}

// refused asks for an error that is want, and not every other one as well.
func refused(t *testing.T, got, want error, about ...any) {
	t.Helper()
	require.Error(t, got, about...)
	assert.ErrorIs(t, got, want, about...)
	assert.NotErrorIs(t, ErrFull, ErrClosed)
	assert.NotErrorIs(t, ErrClosed, ErrFull)
}

// full returns a pool of two workers and a queue of one in which nothing has
// room: both workers hold a task and the queue does too. These tasks end when
// release is closed.
func full(policy Policy) (pool *Pool, release chan bool) {
	release = make(chan bool)
	pool = New(2, 1, policy)
	for range 3 {
		synctest.Wait() // the workers take what they can
		go pool.Submit(func() { <-release })
	}
	synctest.Wait()
	return pool, release
}

// BenchmarkSubmit hands small tasks to a pool and waits for all of them.
func BenchmarkSubmit(b *testing.B) {
	pool := New(2, 64, Block)
	var done atomic.Int64
	for range b.N {
		_ = pool.Submit(func() { done.Add(1) })
	}
	pool.Close()
	if done.Load() != int64(b.N) {
		b.Errorf("%d of %d tasks ran", done.Load(), b.N)
	}
}
