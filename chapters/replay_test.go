package chapters_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/chapters"
	"interleave/labs"
)

const sharedDemo = `package main

import (
	"context"
	"flag"
	"fmt"
	"sync"
)

func main() {
	adders := flag.Int("adders", 2, "how many")
	work := flag.Int("work", 0, "how long each computes first")
	flag.Parse()
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range *adders {
		wg.Go(func() {
			for range *work {
			}
			had := n
			mu.Lock()
			n = had + 1
			mu.Unlock()
		})
	}
	wg.Wait()
	cancel()
	<-ctx.Done()
	fmt.Println("n =", n)
}
`

// overtaken is a run in which one adder reads, the other one adds, and the first
// one adds to what it has read.
const overtaken = "held\nseed 1\n1 -\n1.1 main.func1/mu#1\n1.2 -\n1.1 -\n1 -\n"

// sharedBook is a lesson about sharedDemo with these moments, of which each is
// AT and EXPECT, two lines of YAML.
func sharedBook(t *testing.T, settings string, moments ...string) (*chapters.Book, *labs.Set) {
	t.Helper()
	set, err := labs.Load(fstest.MapFS{
		"shared/lab.yaml":                      {Data: []byte("title: Shared\nchapter: \"01\"\nviews: [lanes]\nflags:\n  adders: {min: 1, max: 5}\n  work: {min: 0, max: 1000000}\n")},
		"shared/demo/main.go":                  {Data: []byte(sharedDemo)},
		"shared/schedules/overtaken.schedule":  {Data: []byte(overtaken)},
		"shared/schedules/unfollowed.schedule": {Data: []byte("held\nseed 1\n1.1 -\n1.7 -\n")},
	})
	require.NoError(t, err)
	text := "---\ntitle: Shared\nminutes: 1\n---\n"
	for _, m := range moments {
		text += "```moment\n" + m + "\n" + settings + "\npictures: [lanes]\nsay: Look.\n```\n"
	}
	book, err := chapters.Load(fstest.MapFS{
		"01-first/chapter.en.md": {Data: []byte("---\ntitle: First\nabout: A line.\nlabs: [shared]\n---\nHello.\n")},
		"01-first/shared.en.md":  {Data: []byte(text)},
	}, set)
	require.NoError(t, err)
	return book, set
}

func TestMomentsOfAScheduleShowLocksMemoryAndContexts(t *testing.T) {
	book, set := sharedBook(t, "schedule: overtaken",
		"at: {goroutine: G2, event: read n}\nexpect: [G2 read 0 from n, n is 0, G2 runs, G3 is ready, ctx is not cancelled]",
		"at: {goroutine: G3, event: lock mu}\nexpect: [G3 holds mu, G3 read 0 from n, n is 0, there are 3 goroutines]",
		"at: {goroutine: G3, event: write n}\nexpect: [n is 1, n was written by G3]",
		"at: {goroutine: G3, event: unlock mu}\nexpect: [n is 1, G1 waits for wg]",
		"at: {event: race}\nexpect: [there was a race on n]",
		"at: {goroutine: G2, event: write n}\nexpect: [n is 1, n was written by G2, G3 ended]",
		"at: {goroutine: G1, event: cancel ctx}\nexpect: [ctx is cancelled, there are 1 goroutines]",
		"at: {event: exit}\nexpect: ['printed \"n = 1\"', the time is 0s]",
	)
	e := newEngine(t)
	e.labs = set
	assert.NoError(t, chapters.CheckMoments(t.Context(), book, e))
}

func TestAMomentOfAScheduleThatTheProgramDoesNotFollowNamesIt(t *testing.T) {
	book, set := sharedBook(t, "schedule: unfollowed", "at: {event: exit}\nexpect: [G1 runs]")
	e := newEngine(t)
	e.labs = set
	err := chapters.CheckMoments(t.Context(), book, e)
	require.Error(t, err)
	assert.Contains(t, err.Error(), "01-first/shared.en.md:5: the moment is not reached by schedule unfollowed, which the program does not follow any more")
}

func TestMomentsOfTheSchedulerShowQueuesAndPs(t *testing.T) {
	book, set := sharedBook(t, "procs: 2\nflags: {adders: 4, work: 1000000}",
		"at: {goroutine: G3, event: enter runnext}\nexpect: [G3 is next on P0, \"P0's queue is empty\", the global queue is empty]",
		"at: {goroutine: G2, event: enter local queue}\nexpect: [\"P0's queue is G2\"]",
		"at: {goroutine: G1, event: go}\nexpect: [G1 runs on P0, G2 is ready, P1 is idle]",
		"at: {event: steal}\nexpect: [G1 waits for wg]",
		"at: {goroutine: G3, event: start}\nexpect: [G3 was taken by stealing, G3 runs on P1]",
	)
	e := newEngine(t)
	e.labs = set
	assert.NoError(t, chapters.CheckMoments(t.Context(), book, e))
}

func TestWhatDoesNotHoldOfMemoryAndTheSchedulerSaysWhatIsSo(t *testing.T) {
	const written, start = "at: {goroutine: G2, event: write n}\nexpect: ['", "at: {goroutine: G1, event: go}\nexpect: ['"
	e := newEngine(t)
	for _, c := range []struct{ settings, moment, want string }{
		{"schedule: overtaken", written + "n is 2']", `it is "1"`},
		{"schedule: overtaken", written + "m is 2']", "0 variables m were read or written so far"},
		{"schedule: overtaken", written + "G2 read 0 from n']", `it has written "1" since`},
		{"schedule: overtaken", written + "G3 read 4 from n']", `it has written "1" since`},
		{"schedule: overtaken", written + "n was written by G3']", "G2 has"},
		{"schedule: overtaken", written + "G3 holds mu']", "G2 holds it"},
		{"schedule: overtaken", written + "G3 holds nu']", "there is no lock nu yet"},
		{"schedule: overtaken", written + "there was a race on m']", "there was one on n"},
		{"schedule: overtaken", written + "ctx is cancelled']", "cancelled: false"},
		{"schedule: overtaken", written + "there are 4 goroutines']", "there are 2"},
		{"schedule: overtaken", written + "the time is 3ms']", "it is 680ns"},
		{"schedule: overtaken", written + "G2 waits for mu']", "G2 runs"},
		{"procs: 2", start + "G1 runs on P1']", "it runs on P0"},
		{"procs: 2", start + "G1 runs on P2']", "there are 2 Ps, from P0"},
		{"procs: 2", start + "P0 is idle']", "G1 runs on it"},
		{"procs: 2", start + "G2 is next on P1']", "nobody is"},
		{"procs: 2", start + "the global queue is G7']", "it is empty"},
		{"procs: 2", start + "G1 was taken from the local queue']", "it was taken from runnext"},
		{"procs: 2", start + "G2 was taken from runnext']", "it has not run yet"},
	} {
		book, set := sharedBook(t, c.settings, c.moment)
		e.labs = set
		err := chapters.CheckMoments(t.Context(), book, e)
		require.Error(t, err, c.moment)
		assert.True(t, strings.HasSuffix(err.Error(), ": "+c.want) || strings.Contains(err.Error(), c.want+"; "), "%v, not %s", err, c.want)
	}
}
