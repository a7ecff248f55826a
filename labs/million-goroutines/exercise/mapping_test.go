package main

import (
	"runtime"
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

func TestResultsStandInTheOrderOfTheJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		results := Map([]int{3, 1, 2}, 3, func(job int) int {
			time.Sleep(time.Duration(job) * time.Second)
			return 10 * job
		})
		require.Equal(t, []int{30, 10, 20}, results, "the first job was the last to end")
	})
}

func TestEveryJobIsDoneOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var done [7]atomic.Int32
		Map([]int{0, 1, 2, 3, 4, 5, 6}, 3, func(job int) int {
			done[job].Add(1)
			return 0
		})
		for job := range done {
			require.Equal(t, 1, int(done[job].Load()), "calls of f for job %d", job)
		}
	})
}

func TestTheWorkersWorkAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		Map(make([]int, 6), 3, aSecond)
		assert.Equal(t, 2*time.Second, time.Since(start), "6 jobs of one second by 3 workers")
	})
}

func TestNoMoreJobsAtOnceThanWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		Map(make([]int, 20), 4, func(int) int {
			for n := now.Add(1); ; {
				m := most.Load()
				if n <= m || most.CompareAndSwap(m, n) {
					break
				}
			}
			time.Sleep(time.Second)
			now.Add(-1)
			return 0
		})
		assert.Equal(t, 4, int(most.Load()), "jobs that were done at the same moment")
	})
}

func TestNoMoreGoroutinesThanWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := runtime.NumGoroutine()
		most := 0
		over := make(chan bool)
		go func() {
			Map(make([]int, 100), 3, aSecond)
			close(over)
		}()
		for range 20 {
			synctest.Wait()
			most = max(most, runtime.NumGoroutine()-before-1)
			time.Sleep(time.Second)
		}
		<-over
		assert.Positive(t, most, "goroutines that Map had started, with 100 jobs and 3 workers")
		assert.LessOrEqual(t, most, 10, "goroutines that Map had started, with 100 jobs and 3 workers")
	})
}

func TestASlowJobHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		jobs := make([]int, 12)
		jobs[0], jobs[1], jobs[2] = 60, 60, 60
		start := time.Now()
		Map(jobs, 3, func(minutes int) int {
			time.Sleep(time.Duration(minutes) * time.Minute)
			return 0
		})
		assert.Equal(t, time.Hour, time.Since(start), "three jobs of an hour by three workers, and nine quick ones")
	})
}

func TestMapReturnsWhenAllJobsAreDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var done atomic.Int32
		Map(make([]int, 5), 2, func(int) int {
			time.Sleep(time.Second)
			done.Add(1)
			return 0
		})
		assert.Equal(t, 5, int(done.Load()), "jobs that had been done when Map returned")
		time.Sleep(time.Minute)
	})
}

func TestMoreWorkersThanJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.Equal(t, []int{2, 4}, Map([]int{1, 2}, 8, twice))
		require.Empty(t, Map(nil, 8, twice))
	})
}

func TestTwoMapsDoNotMix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := make(chan []int, 1)
		go func() { first <- Map([]int{1, 2, 3}, 2, twice) }()
		second := Map([]int{7, 8, 9}, 2, twice)
		assert.Equal(t, []int{14, 16, 18}, second)
		assert.Equal(t, []int{2, 4, 6}, <-first)
	})
}

func aSecond(int) int {
	time.Sleep(time.Second)
	return 0
}

func twice(job int) int { return 2 * job }

// BenchmarkMap does very many jobs, each of which is hardly any work, ten
// thousand at a time.
func BenchmarkMap(b *testing.B) {
	jobs := make([]int, 10_000)
	for i := range jobs {
		jobs[i] = i
	}
	for left := b.N; left > 0; left -= len(jobs) {
		results := Map(jobs, 4, twice)
		if len(results) != len(jobs) || results[9_999] != 19_998 {
			b.Fatal("the results are not those of the jobs")
		}
	}
}
