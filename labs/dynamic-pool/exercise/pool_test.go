package main

import (
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

const (
	opening  = 10 * time.Millisecond
	patience = time.Second
	long     = time.Minute // a task that outlasts what is looked at
)

func TestEveryTaskRunsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := slow(2, 5)
		var runs [40]atomic.Int32
		for n := range runs {
			require.NoError(t, pool.Submit(func() {
				time.Sleep(patience / 3)
				runs[n].Add(1)
			}))
		}
		pool.Close()
		for n := range runs {
			require.Equal(t, 1, int(runs[n].Load()), "runs of task %d", n)
		}
	})
}

func TestWorkersCountFromTheirStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := slow(3, 5)
		assert.Equal(t, 3, pool.Workers(), "workers of a new pool, while they open")
		pool.Close()
	})
}

func TestEachWorkerOpensOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opened atomic.Int32
		pool := New(2, 4, patience, func() { opened.Add(1) })
		synctest.Wait()
		assert.Equal(t, 2, int(opened.Load()), "workers that have opened, of 2")
		for range 12 {
			require.NoError(t, pool.Submit(func() { time.Sleep(long) }))
			synctest.Wait()
		}
		assert.Equal(t, 4, int(opened.Load()), "workers that have opened, of 4")
		pool.Close()
	})
}

func TestGrowsWhenTasksPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := slow(1, 8)
		time.Sleep(opening)
		for n, want := range []int{1, 1, 1, 2, 2, 2, 3, 3, 3, 4} {
			require.NoError(t, pool.Submit(func() { time.Sleep(long) }))
			time.Sleep(opening)
			synctest.Wait()
			require.Equal(t, want, pool.Workers(), "workers, for %d long tasks", n+1)
		}
		pool.Close()
	})
}

// A burst comes faster than any worker can take a task.
func TestBurstGrowsAsFarAsItMust(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			pool := New(1, 8, patience, func() {})
			for range 9 {
				require.NoError(t, pool.Submit(func() { time.Sleep(long) }))
			}
			synctest.Wait()
			assert.Equal(t, 3, pool.Workers(), "workers: 3 run tasks, and the 6 that wait are not more than 2 each")
			pool.Close()
		})
		if t.Failed() {
			return
		}
	}
}

func TestOneThatOpensIsEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := slow(1, 8)
		time.Sleep(opening)
		start := time.Now()
		for range 9 {
			require.NoError(t, pool.Submit(func() { time.Sleep(long) }))
			synctest.Wait()
		}
		assert.Zero(t, time.Since(start), "Submit waited while a worker was opening")
		assert.Equal(t, 2, pool.Workers(), "workers, while the second one is opening: it is idle until it has a task")
		pool.Close()
	})
}

func TestNeverMoreThanMax(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := slow(1, 3)
		time.Sleep(opening)
		var now, most atomic.Int32
		var submitters sync.WaitGroup
		for range 4 {
			submitters.Go(func() {
				for range 6 {
					assert.NoError(t, pool.Submit(func() {
						if n := now.Add(1); n > most.Load() {
							most.Store(n)
						}
						time.Sleep(patience)
						now.Add(-1)
					}))
					time.Sleep(opening)
				}
			})
		}
		submitters.Wait()
		synctest.Wait()
		assert.Equal(t, 3, pool.Workers(), "workers, of 3 at the most")
		pool.Close()
		assert.Equal(t, 3, int(most.Load()), "tasks that ran at the same time")
	})
}

func TestShrinksOneByOneToMin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := slow(2, 6)
		time.Sleep(opening)
		require.NoError(t, pool.Submit(func() { time.Sleep(long) }))
		for range 20 {
			require.NoError(t, pool.Submit(func() { time.Sleep(patience / 10) }))
			time.Sleep(opening)
		}
		grown := pool.Workers()
		require.Greater(t, grown, 2, "workers, after 21 tasks")
		time.Sleep(3 * patience)
		synctest.Wait()
		assert.Equal(t, 2, pool.Workers(), "workers, after a quiet time: they were %d, and one of the 2 is busy", grown)
		pool.Close()
	})
}

// All workers lose patience in the same moment.
func TestNeverFewerThanMin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := New(2, 6, patience, func() {})
		release := make(chan bool)
		for range 18 {
			require.NoError(t, pool.Submit(func() { <-release }))
			synctest.Wait()
		}
		require.Equal(t, 6, pool.Workers(), "workers, for 18 tasks")
		close(release)
		for range 5 {
			time.Sleep(patience)
			synctest.Wait()
			require.GreaterOrEqual(t, pool.Workers(), 2, "workers, of 2 at the least")
		}
		ran := 0
		var mu sync.Mutex
		for range 2 {
			require.NoError(t, pool.Submit(func() {
				mu.Lock()
				ran++
				mu.Unlock()
				time.Sleep(long)
			}))
		}
		synctest.Wait()
		mu.Lock()
		assert.Equal(t, 2, ran, "tasks that run at once on the 2 workers that must be left")
		mu.Unlock()
		pool.Close()
	})
}

func TestOneIdleOfThreeStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := New(1, 3, patience, func() {})
		release := make(chan bool)
		for range 9 {
			require.NoError(t, pool.Submit(func() { <-release }))
			synctest.Wait()
		}
		require.Equal(t, 3, pool.Workers(), "workers, for 9 tasks")
		for range 7 { // two tasks are left, and one worker has none
			release <- true
		}
		time.Sleep(5 * patience)
		synctest.Wait()
		assert.Equal(t, 3, pool.Workers(), "workers: one of three is idle, which is less than half")

		close(release)
		time.Sleep(2 * patience)
		synctest.Wait()
		assert.Equal(t, 1, pool.Workers(), "workers, when all had been idle for a while")
		pool.Close()
	})
}

func TestAWorkerInDemandStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := New(1, 2, patience, func() {})
		for range 6 {
			require.NoError(t, pool.Submit(func() { time.Sleep(patience / 2) }))
			synctest.Wait()
		}
		for range 6 { // both workers have a task every half patience
			time.Sleep(patience / 2)
			for range 2 {
				require.NoError(t, pool.Submit(func() { time.Sleep(patience / 4) }))
			}
		}
		assert.Equal(t, 2, pool.Workers(), "workers: neither was idle for as long as patience")
		pool.Close()
	})
}

func TestFullQueueIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := New(1, 1, patience, func() {})
		release := make(chan bool)
		require.NoError(t, pool.Submit(func() { <-release }))
		synctest.Wait()
		for range Room {
			require.NoError(t, pool.Submit(func() {}))
		}
		refused(t, pool.Submit(func() {}), ErrFull, "the queue is full")
		close(release)
		pool.Close()
	})
}

func TestCloseWaitsForEveryAcceptedTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := slow(1, 3)
		var ran atomic.Int32
		for range 12 {
			require.NoError(t, pool.Submit(func() {
				time.Sleep(time.Second)
				ran.Add(1)
			}))
		}
		pool.Close()
		assert.Equal(t, 12, int(ran.Load()), "tasks that had run when Close returned")
		refused(t, pool.Submit(func() {}), ErrClosed, "the pool was closed")
	})
}

func TestCloseTwiceIsHarmless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := slow(2, 4)
		require.NoError(t, pool.Submit(func() { time.Sleep(time.Second) }))
		var closers sync.WaitGroup
		for range 3 {
			closers.Go(func() { assert.NotPanics(t, pool.Close, "Close, called by three") })
		}
		closers.Wait()
		refused(t, pool.Submit(func() {}), ErrClosed, "the pool was closed")
	})
}

func TestCloseWhileOthersSubmit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := slow(1, 4)
		var accepted, ran atomic.Int32
		var submitters sync.WaitGroup
		for range 3 {
			submitters.Go(func() {
				for range 5 {
					var err error
					assert.NotPanics(t, func() { err = pool.Submit(func() { ran.Add(1) }) }, "Submit, while the pool is closed")
					if err == nil {
						accepted.Add(1)
					}
				}
			})
		}
		pool.Close()
		submitters.Wait()
		assert.Equal(t, accepted.Load(), ran.Load(), "tasks that ran, of those that were accepted")
		refused(t, pool.Submit(func() {}), ErrClosed, "the pool was closed")
	})
}

// slow returns a pool whose workers take a moment to open.
func slow(min, max int) *Pool {
	return New(min, max, patience, func() { time.Sleep(opening) })
}

func refused(t *testing.T, err, want error, why string) {
	t.Helper()
	if err != want {
		t.Errorf("Submit returned %v, but %s: expected %v", err, why, want)
	}
}
