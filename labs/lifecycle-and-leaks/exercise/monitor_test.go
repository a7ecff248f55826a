package main

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests run in bubbles of testing/synctest: time.Sleep takes no real
// time, a test in which everybody waits for somebody fails at once, and so does
// one that leaves a goroutine behind.

func TestEveryHostIsCheckedAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log reports
		m := Start([]string{"web", "mail"}, time.Minute, healthy, log.add)
		time.Sleep(150 * time.Second)
		m.Stop()
		require.ElementsMatch(t, []Result{{"web", nil}, {"mail", nil}, {"web", nil}, {"mail", nil}}, log.all,
			"two hosts, checked after one minute and after two")
	})
}

func TestNobodyIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 3 {
			var log reports
			m := Start([]string{"web", "mail"}, time.Minute, healthy, log.add)
			time.Sleep(90 * time.Second)
			m.Stop()
			require.Len(t, log.all, 2, "results reported in the first 90 seconds")
		}
	})
}

func TestStopDoesNotWaitForTheNextCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log reports
		m := Start([]string{"web"}, time.Hour, healthy, log.add)
		time.Sleep(61 * time.Minute)
		start := time.Now()
		m.Stop()
		assert.Zero(t, time.Since(start), "the next check would be in 59 minutes")
		require.Len(t, log.all, 1, "results reported in the first hour")
	})
}

func TestStopEndsACheckInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false // no lock: Stop has to wait for the check
		m := Start([]string{"web"}, time.Minute, func(ctx context.Context, _ string) error {
			<-ctx.Done()
			time.Sleep(time.Second) // it takes a while to hang up
			ended = true
			return ctx.Err()
		}, func(Result) {})
		time.Sleep(2 * time.Minute)
		start := time.Now()
		m.Stop()
		assert.True(t, ended, "Stop returned while a check was still in progress")
		assert.Equal(t, time.Second, time.Since(start), "the check needs a second to hang up")
	})
}

func TestNothingIsReportedAfterStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := reports{takes: 10 * time.Second}
		m := Start([]string{"web", "mail", "shop"}, time.Minute, healthy, log.add)
		time.Sleep(65 * time.Second) // now the first report is in progress, and the others wait
		m.Stop()
		told := log.count()
		require.NotZero(t, told, "results reported in the first 65 seconds")
		time.Sleep(time.Hour)
		require.Equal(t, told, log.count(), "results reported an hour after Stop")
	})
}

func TestAGoneHostIsReportedAndLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log reports
		m := Start([]string{"old", "web"}, time.Minute, oldIsGone, log.add)
		time.Sleep(210 * time.Second)
		m.Stop()
		require.ElementsMatch(t, []Result{{"old", ErrGone}, {"web", nil}, {"web", nil}, {"web", nil}}, log.all,
			"one host was gone after the first minute")
	})
}

func TestAHostMayBeGoneAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log reports
		m := Start([]string{"old", "old"}, 0, oldIsGone, log.add)
		time.Sleep(time.Minute)
		m.Stop()
		require.Equal(t, []Result{{"old", ErrGone}, {"old", ErrGone}}, log.all, "two hosts, both gone at the first check")
	})
}

func TestStopAfterAHostIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log reports
		m := Start([]string{"old"}, time.Minute, oldIsGone, log.add)
		time.Sleep(90 * time.Second)
		require.Equal(t, 1, log.count(), "results reported in the first 90 seconds")
		stopped := make(chan bool)
		go func() {
			m.Stop()
			close(stopped)
		}()
		synctest.Wait()
		select {
		case <-stopped:
		default:
			require.Fail(t, "the only host is gone, and Stop still waits for somebody")
		}
	})
}

func TestStopTwiceIsHarmless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log reports
		m := Start([]string{"web"}, time.Minute, healthy, log.add)
		time.Sleep(90 * time.Second)
		var both sync.WaitGroup
		both.Go(m.Stop)
		both.Go(m.Stop)
		both.Wait()
		m.Stop()
		require.Len(t, log.all, 1, "results reported in the first 90 seconds")
	})
}

// Reports are added without a lock. The race detector complains if two are
// made at the same moment.
func TestReportsAreMadeOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reporting, told := 0, 0
		m := Start([]string{"web", "mail", "shop"}, time.Minute, healthy, func(Result) {
			reporting++
			assert.Equal(t, 1, reporting, "reports being made at the same moment")
			time.Sleep(time.Second)
			reporting--
			told++
		})
		time.Sleep(90 * time.Second)
		m.Stop()
		require.Equal(t, 3, told, "results reported in the first 90 seconds")
	})
}

func TestTwoMonitorsDoNotMix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var first, second reports
		one := Start([]string{"web"}, time.Minute, healthy, first.add)
		two := Start([]string{"mail"}, time.Minute, healthy, second.add)
		time.Sleep(90 * time.Second)
		one.Stop()
		time.Sleep(time.Minute)
		two.Stop()
		assert.Len(t, first.all, 1, "results of the monitor that was stopped after 90 seconds")
		assert.Len(t, second.all, 2, "results of the other one, a minute later")
	})
}

// healthy finds every host in good health.
func healthy(context.Context, string) error { return nil }

// oldIsGone finds that the host old is gone, and every other in good health.
func oldIsGone(_ context.Context, host string) error {
	if host == "old" {
		return ErrGone
	}
	return nil
}

// A reports keeps what was reported. Each report takes the time given.
type reports struct {
	takes time.Duration

	mu  sync.Mutex
	all []Result
}

func (r *reports) add(result Result) {
	time.Sleep(r.takes)
	r.mu.Lock()
	defer r.mu.Unlock()
	if result.Err != nil && !errors.Is(result.Err, ErrGone) {
		return // a check that was cut short
	}
	r.all = append(r.all, result)
}

func (r *reports) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.all)
}
