package explore

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// crossing is two goroutines that lock crosswise while main sleeps: there are
// many ways into the deadlock, most of them with more pre-emptions than one.
const crossing = `package main

import (
	"fmt"
	"sync"
	"time"
)

var a, b sync.Mutex

func left() {
	a.Lock()
	b.Lock()
	b.Unlock()
	a.Unlock()
}

func right() {
	b.Lock()
	a.Lock()
	a.Unlock()
	b.Unlock()
}

func main() {
	go left()
	go right()
	for i := range 4 {
		time.Sleep(time.Second)
		fmt.Println("tick", i)
	}
}
`

func TestNoSearchSaysThatAScheduleIsTheSmallestWhenItIsNot(t *testing.T) {
	file(t, crossing)
	for _, search := range []string{"bounded", "dpor", "portfolio"} {
		for _, procs := range []string{"1", "2"} {
			_, rep := report(t, "-search", search, "-procs", procs, "main.go")
			require.NotEmpty(t, rep.Findings, "%s", search)
			f := rep.Findings[0]
			assert.Equal(t, "partial-deadlock", f.Class)
			assert.Equal(t, 1, f.Preemptions, "%s with %s", search, procs)
			assert.True(t, f.Minimal, "%s with %s", search, procs)
			assert.Empty(t, f.Late, "%s with %s: nobody needs to be late", search, procs)
		}
	}
}

func TestPCTOfNoDepthTriesSeveral(t *testing.T) {
	file(t, crossing)
	_, rep := report(t, "-search", "pct", "-procs", "1", "-runs", "4000", "main.go")
	require.NotEmpty(t, rep.Findings)
	assert.Equal(t, "partial-deadlock", rep.Findings[0].Class, "with no depth but 1 nobody is ever pre-empted")
}

func TestTheStepsGoOnAfterTheMomentAtWhichNobodyCanHelpAnyMore(t *testing.T) {
	file(t, crossing)
	_, rep := report(t, "-search", "bounded", "main.go")
	require.NotEmpty(t, rep.Findings)
	f := rep.Findings[0]
	var told []string
	damage := -1
	for i, s := range f.Steps {
		told = append(told, s.Path+" "+s.Does)
		if s.Damage {
			damage = i
		}
	}
	assert.Equal(t, []string{
		"1 starts left, starts right, sleeps", "1.1 locks a", "1.2 locks b, waits to lock a", "1.1 waits to lock b",
		"@ main (goroutine 1) has slept enough, at 1s", "1 prints tick 0, sleeps",
		"@ main (goroutine 1) has slept enough, at 2s", "1 prints tick 1, sleeps",
		"@ main (goroutine 1) has slept enough, at 3s", "1 prints tick 2, sleeps",
		"@ main (goroutine 1) has slept enough, at 4s", "1 prints tick 3",
	}, told)
	assert.Equal(t, 3, damage)
	assert.Equal(t, 1, preemptions(f.Steps), "that time goes on while nobody else can is none")
	require.NotNil(t, f.Event)

	_, out, _ := shell(t, "-search", "bounded", "main.go")
	assert.Regexp(t, `(?m)^    4\. +left .*waits to lock b\n +\(from here on, nobody can help it any more\)\n    5\. +time `, out)
	assert.Contains(t, out, "\n  After a fix: interleave explore -replay ")
}

func TestALongTailOfAScheduleDoesNotHideTheDamage(t *testing.T) {
	file(t, `package main

import "sync"

func main() {
	var a, b sync.Mutex
	go func() { a.Lock(); b.Lock() }()
	go func() { b.Lock(); a.Lock() }()
	c := make(chan int)
	go func() {
		for i := range 100 {
			c <- i
		}
		close(c)
	}()
	for range c {
	}
}
`)
	_, out, _ := shell(t, "-search", "random", "main.go")
	assert.Regexp(t, `(?m)^1\. BUG: (partial-)?deadlock`, out)
	assert.Contains(t, out, "(from here on, nobody can help it any more)")
	assert.Regexp(t, `… \d+ steps after that`, out)
}

func TestCyclesOfLocksCanBePlayedAgain(t *testing.T) {
	for _, kernel := range []string{"catalog-rename", "container-teardown", "memtable-flush", "metrics-scrape", "shard-move", "tenant-cache"} {
		for _, search := range []string{"bounded", "random"} {
			_, rep := report(t, "-search", search, "-runs", "3000", filepath.Join("testdata", "kernels", kernel, "bug.go"))
			assert.Empty(t, rep.Notes, "%s by %s", kernel, search)
			for _, f := range rep.Findings {
				if f.Severity != Bug {
					continue
				}
				assert.NotEmpty(t, f.Steps, "%s by %s: %s", kernel, search, f.Schedule)
				if f.Class == "deadlock" {
					_, _, errs := again(t, f.Replay)
					assert.Contains(t, errs, "all goroutines are asleep - deadlock!", "%s by %s: %s", kernel, search, f.Schedule)
				}
			}
		}
	}
}
