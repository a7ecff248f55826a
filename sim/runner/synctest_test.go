package runner

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event/eventlog"
)

// bubbles is a module with tests in bubbles.
const bubbles = `
-- go.mod --
module example.com/bubbles

go 1.26
-- good_test.go --
package bubbles

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestSleepTakesNoTime(t *testing.T) {
	outside := time.Now()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if want := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); !start.Equal(want) {
			t.Errorf("it is %v, want %v", start, want)
		}
		time.Sleep(time.Hour)
		if got := time.Since(start); got != time.Hour {
			t.Errorf("slept %v", got)
		}
	})
	if got := time.Since(outside); got > time.Second {
		t.Errorf("it took %v", got)
	}
}

func TestWaitSeesTheWorkDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		c := make(chan int)
		seen := 0
		for i := range 3 {
			go func() {
				for v := range c {
					seen += v
				}
				mu.Lock()
				seen += i
				mu.Unlock()
			}()
		}
		c <- 10
		synctest.Wait()
		c <- 20
		synctest.Wait()
		if seen != 30 {
			t.Errorf("after the sends: %d", seen)
		}
		close(c)
		synctest.Wait()
		if seen != 33 {
			t.Errorf("after the close: %d", seen)
		}
	})
}

func TestTimeoutOfAContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		time.Sleep(time.Minute - 1)
		synctest.Wait()
		if err := ctx.Err(); err != nil {
			t.Errorf("too early: %v", err)
		}
		time.Sleep(1)
		synctest.Wait()
		if err := ctx.Err(); err != context.DeadlineExceeded {
			t.Errorf("too late: %v", err)
		}
	})
}

func TestTimersAndTickers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		tick := time.NewTicker(time.Minute)
		late := time.NewTimer(150 * time.Second)
		called := false
		time.AfterFunc(61*time.Second, func() { called = true })
		var log []string
		for range 3 {
			select {
			case at := <-tick.C:
				log = append(log, "tick "+at.Sub(start).String())
			case at := <-late.C:
				log = append(log, "late "+at.Sub(start).String())
			}
		}
		synctest.Wait()
		if got, want := fmt.Sprint(log, called), "[tick 1m0s tick 2m0s late 2m30s] true"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		tick.Stop()
		fired := make(chan time.Time, 1)
		time.AfterFunc(0, func() { fired <- time.Now() })
		if at := <-fired; at != time.Now() {
			t.Errorf("a timer that is due was late: %v", at)
		}
	})
}

func TestTimersDueAtOnceComeInAnyOrder(t *testing.T) {
	orders := map[string]bool{}
	for range 40 {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			order := ""
			for _, s := range []string{"a", "b"} {
				go func() {
					time.Sleep(time.Second)
					mu.Lock()
					order += s
					mu.Unlock()
				}()
			}
			time.Sleep(2 * time.Second)
			synctest.Wait()
			orders[order] = true
		})
	}
	if len(orders) != 2 {
		t.Errorf("only %v", orders)
	}
}

func TestOneBubbleAfterTheOther(t *testing.T) {
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			if y := time.Now().Year(); y != 2000 {
				t.Errorf("it is %d", y)
			}
			time.Sleep(400 * 24 * time.Hour)
		})
	}
}

func TestCleanupIsInTheBubble(t *testing.T) {
	done := false
	synctest.Test(t, func(t *testing.T) {
		c := make(chan int)
		t.Cleanup(func() {
			time.Sleep(time.Hour)
			close(c)
		})
		go func() {
			<-c
			done = true
		}()
	})
	if !done {
		t.Error("the goroutine was left behind")
	}
}

func TestGroupsAndConds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		cond := sync.NewCond(&mu)
		ready, through := false, 0
		for range 3 {
			wg.Go(func() {
				mu.Lock()
				defer mu.Unlock()
				for !ready {
					cond.Wait()
				}
				through++
			})
		}
		go func() {
			wg.Wait()
			through = -through
		}()
		synctest.Wait()
		mu.Lock()
		ready = true
		cond.Broadcast()
		mu.Unlock()
		synctest.Wait()
		if through != -3 {
			t.Errorf("through: %d", through)
		}
	})
}

func TestWaitingForALockIsNotDurable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		waited := false
		mu.Lock()
		go func() {
			mu.Lock()
			waited = true
			mu.Unlock()
		}()
		time.AfterFunc(time.Hour, func() {})
		go func() {
			for range 5 {
				time.Now()
			}
			mu.Unlock()
		}()
		synctest.Wait()
		if !waited {
			t.Error("Wait returned although somebody waited for a lock")
		}
	})
}
-- bad_test.go --
package bubbles

import (
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := make(chan int)
		go func() { <-c }()
	})
}

func TestBlocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { select {} })
}

func TestFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { t.Fatal("no luck") })
}

func TestStuckOnALock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		mu.Lock()
		go time.Sleep(time.Hour)
		mu.Lock()
	})
}

func TestNotInABubble(t *testing.T) { synctest.Wait() }

func TestTwoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		go synctest.Wait()
		for range 100 {
			runtime.Gosched()
		}
		synctest.Wait()
	})
}

func TestNested(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {})
	})
}

func leak(t *testing.T, use func(c chan int, timer *time.Timer, wg *sync.WaitGroup)) {
	var c chan int
	var timer *time.Timer
	wg := new(sync.WaitGroup)
	synctest.Test(t, func(t *testing.T) {
		c = make(chan int, 1)
		timer = time.NewTimer(time.Hour)
		wg.Add(1)
	})
	use(c, timer, wg)
}

func TestSendOutside(t *testing.T) {
	leak(t, func(c chan int, _ *time.Timer, _ *sync.WaitGroup) { c <- 1 })
}

func TestRecvOutside(t *testing.T) {
	leak(t, func(c chan int, _ *time.Timer, _ *sync.WaitGroup) { <-c })
}

func TestCloseOutside(t *testing.T) {
	leak(t, func(c chan int, _ *time.Timer, _ *sync.WaitGroup) { close(c) })
}

func TestSelectOutside(t *testing.T) {
	leak(t, func(c chan int, _ *time.Timer, _ *sync.WaitGroup) {
		select {
		case <-c:
		case <-make(chan int):
		default:
		}
	})
}

func TestStopOutside(t *testing.T) {
	leak(t, func(_ chan int, timer *time.Timer, _ *sync.WaitGroup) { timer.Stop() })
}

func TestAddOutside(t *testing.T) {
	leak(t, func(_ chan int, _ *time.Timer, wg *sync.WaitGroup) { wg.Add(1) })
}
`

var everyPolicy = []string{"gmp", "fifo", "lifo", "random", "pct"}

func TestBubblesOfSynctest(t *testing.T) {
	inModule(t, bubbles)
	require.NoError(t, os.Remove("bad_test.go"))
	for _, policy := range everyPolicy {
		status, out, complaint := tester("-v", "-count", "3", "-policy", policy, ".")
		assert.Equal(t, 0, status, "%s: %s%s", policy, out, complaint)
		assert.Contains(t, out, "--- PASS: TestSleepTakesNoTime (0.00s)\n")
	}
}

func TestBubbleOrdersWhatIsDoneInItBeforeAWait(t *testing.T) {
	inModule(t, bubbles)
	require.NoError(t, os.Remove("bad_test.go"))
	status, out, complaint := tester("-race", "-count", "5", "-policy", "random", ".")
	assert.Equal(t, 0, status, "%s%s", out, complaint)
}

func TestMisuseOfBubblesIsToldInTheRuntimesWords(t *testing.T) {
	inModule(t, bubbles)
	for test, want := range map[string]string{
		"Left":          "panic: deadlock: main bubble goroutine has exited but blocked goroutines remain",
		"Blocked":       "panic: deadlock: all goroutines in bubble are blocked",
		"Fails":         "no luck\nFAIL",
		"StuckOnALock":  "fatal error: all goroutines are asleep - deadlock!",
		"NotInABubble":  "panic: goroutine is not in a bubble",
		"Nested":        "panic: synctest.Run called from within a synctest bubble",
		"SendOutside":   "fatal error: send on synctest channel from outside bubble",
		"RecvOutside":   "fatal error: receive on synctest channel from outside bubble",
		"CloseOutside":  "fatal error: close of synctest channel from outside bubble",
		"SelectOutside": "fatal error: select on synctest channel from outside bubble",
		"StopOutside":   "fatal error: stop of synctest timer from outside bubble",
		"AddOutside":    "fatal error: sync: WaitGroup.Add called from inside and outside synctest bubble",
	} {
		status, out, complaint := tester("-log", "log.jsonl", "-run", "^Test"+test+"$", ".")
		assert.Equal(t, 1, status, "%s: %s%s", test, out, complaint)
		assert.Contains(t, out, want, test)
		validLog(t)
	}
}

func TestDeadlockedBubbleNamesWhoIsLeft(t *testing.T) {
	inModule(t, bubbles)
	_, out, _ := tester("-run", "TestLeft", ".")
	assert.Regexp(t, `goroutine \d+ \[chan receive \(durable\), synctest bubble 1\]:\n\tbad_test.go:14\n`, out)
}

func TestTwoWaitsAtOncePanic(t *testing.T) {
	inModule(t, bubbles)
	_, out, _ := tester("-run", "TestTwoWait", ".")
	assert.Contains(t, out, "wait already in progress")
}

func TestRunsWithBubblesRepeatReplayAndKeepTheLaws(t *testing.T) {
	inModule(t, bubbles)
	require.NoError(t, os.Remove("bad_test.go"))
	for _, policy := range everyPolicy {
		var first []byte
		for range 2 {
			status, out, _ := tester("-log", "log.jsonl", "-policy", policy, "-seed", "7", ".")
			require.Equal(t, 0, status, out)
			log := validLog(t)
			if first != nil {
				assert.True(t, bytes.Equal(first, log), "%s: the second log differs", policy)
			}
			first = log
		}
		status, out, complaint := tester("-schedule", "log.jsonl", "-seed", "7", ".")
		assert.Equal(t, 0, status, "%s: %s%s", policy, out, complaint)
	}
}

// validLog returns the log that was written last, which keeps the laws.
func validLog(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("log.jsonl")
	require.NoError(t, err)
	log, err := eventlog.ReadJSONL(bytes.NewReader(b))
	require.NoError(t, err)
	require.NoError(t, eventlog.Validate(log))
	return b
}
