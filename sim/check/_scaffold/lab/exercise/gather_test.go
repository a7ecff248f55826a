package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// These tests run in bubbles of testing/synctest: time.Sleep takes no real
// time, a test in which everybody waits for somebody fails at once, and so does
// one that leaves a goroutine behind.

func TestResultsStandInTheOrderOfTheJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		assert.Equal(t, []int{1, 2, 3}, Gather(jobsOf(3)), "the results of three jobs")
		assert.Equal(t, []int{1}, Gather(jobsOf(1)), "the result of one job")
	})
}

func TestJobsRunAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		Gather(jobsOf(3))
		assert.Equal(t, 2*time.Second, time.Since(start), "jobs of 2, 1 and 0 seconds")
	})
}

// jobsOf returns n jobs. The first one takes longest, the last one no time at
// all, and job i returns i.
func jobsOf(n int) []func() int {
	var jobs []func() int
	for i := 1; i <= n; i++ {
		jobs = append(jobs, func() int {
			time.Sleep(time.Duration(n-i) * time.Second)
			return i
		})
	}
	return jobs
}
