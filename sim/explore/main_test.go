package explore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// shell calls interleave explore.
func shell(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(t.Context(), filepath.Join(cacheDir, "interleave"), args, &out, &err)
	return status, out.String(), err.String()
}

// report calls interleave explore -json.
func report(t *testing.T, args ...string) (status int, rep Report) {
	t.Helper()
	status, out, errs := shell(t, append([]string{"-json"}, args...)...)
	require.NoError(t, json.Unmarshal([]byte(out), &rep), "%s", errs)
	return status, rep
}

// file writes a program of one file, of which body is main's, and goes there.
func file(t *testing.T, body string) {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("main.go", []byte(body), 0o644))
}

func files(t *testing.T, all map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, src := range all {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(src), 0o644))
	}
}

const inversion = `package main

import "sync"

var (
	accounts sync.Mutex
	audit    sync.Mutex
)

func transfer(wg *sync.WaitGroup) {
	defer wg.Done()
	accounts.Lock()
	audit.Lock()
	audit.Unlock()
	accounts.Unlock()
}

func report(wg *sync.WaitGroup) {
	defer wg.Done()
	audit.Lock()
	accounts.Lock()
	accounts.Unlock()
	audit.Unlock()
}

func main() {
	var wg sync.WaitGroup
	wg.Add(2)
	go transfer(&wg)
	go report(&wg)
	wg.Wait()
}
`

func TestADeadlockIsFoundWithItsSchedule(t *testing.T) {
	file(t, inversion)
	status, rep := report(t, "-search", "bounded", "main.go")
	assert.Equal(t, somethingFound, status)
	require.NotEmpty(t, rep.Findings)
	f := rep.Findings[0]
	assert.Equal(t, "deadlock", f.Class)
	assert.Equal(t, "lock-order", f.Cause)
	assert.Equal(t, 1, f.Preemptions)
	assert.True(t, f.Minimal)
	assert.Contains(t, f.Sentence, "transfer (goroutine 1.1) waits to lock audit for ever at line 13: report (goroutine 1.2) holds audit")
	assert.Contains(t, f.Sentence, "report (goroutine 1.2) waits to lock accounts for ever at line 21: transfer (goroutine 1.1) holds accounts")
	var told []string
	for _, s := range f.Steps {
		if s.Preempts {
			told = append(told, "!")
		}
		told = append(told, s.Path+" "+s.Does)
	}
	assert.Equal(t, []string{
		"1 adds to wg, starts transfer, starts report, waits for wg",
		"1.1 locks accounts",
		"!", "1.2 locks audit, waits to lock accounts",
		"1.1 waits to lock audit",
	}, told)
	require.NotNil(t, f.Event)
	assert.Positive(t, *f.Event)
	assert.True(t, rep.Proof.Exhausted)
	assert.Equal(t, "all", rep.Proof.How)
}

func TestTheReplayLineShowsItAgainToTheByte(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", cacheDir)
	file(t, inversion)
	_, rep := report(t, "main.go")
	words := strings.Fields(rep.Findings[0].Replay)
	require.Equal(t, []string{"interleave", "run"}, words[:2])
	var first string
	for range 3 {
		var out, errs bytes.Buffer
		assert.Equal(t, 2, runner.Main(words[2:], &out, &errs))
		assert.Contains(t, errs.String(), "all goroutines are asleep - deadlock!")
		if first == "" {
			first = errs.String()
		}
		assert.Equal(t, first, errs.String())
	}
}

// again plays a finding as its replay line says.
func again(t *testing.T, replay string) (status int, stdout, stderr string) {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", cacheDir)
	words := strings.Fields(replay)
	require.Greater(t, len(words), 2, "%q", replay)
	require.Equal(t, "interleave", words[0])
	main := map[string]func([]string, io.Writer, io.Writer) int{"run": runner.Main, "test": runner.Test}[words[1]]
	var out, errs bytes.Buffer
	status = main(words[2:], &out, &errs)
	return status, out.String(), errs.String()
}

const draws = `package main

import (
	"fmt"
	"math/rand"
	v2 "math/rand/v2"
	"sync"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	line, n := "", 0
	for k := range map[string]int{"a": 1, "b": 2, "c": 3, "d": 4} {
		line += k
	}
	fmt.Println(line, rand.Intn(1000), rand.Perm(5), v2.IntN(1000))
	for range 2 {
		wg.Go(func() {
			v := 1 + rand.Intn(100)
			mu.Lock()
			was := n
			mu.Unlock()
			mu.Lock()
			n = was + v
			mu.Unlock()
		})
	}
	wg.Wait()
	a, b := make(chan int, 1), make(chan int, 1)
	a <- 1
	b <- 2
	select {
	case <-a:
	case <-b:
		panic(fmt.Sprint("from b: ", n, rand.Intn(1000)))
	}
}
`

func TestAProgramThatDrawsRandomNumbersIsPlayedWithTheSameOnes(t *testing.T) {
	file(t, draws)
	said := map[string]bool{}
	for _, seed := range []string{"1", "9"} {
		status, rep := report(t, "-seed", seed, "main.go")
		assert.Equal(t, somethingFound, status)
		assert.True(t, rep.Proof.Exhausted)
		require.NotEmpty(t, rep.Findings)
		first, _, _ := strings.Cut(rep.Outcomes[0].Text, "\n")
		for _, o := range rep.Outcomes {
			assert.Contains(t, o.Text, first, "every schedule draws the same")
		}
		for _, f := range rep.Findings {
			if f.Class != "panic" {
				continue
			}
			_, out, errs := again(t, f.Replay)
			assert.Contains(t, errs, "panic: "+f.Message+"\n")
			assert.Equal(t, first+"\n", out)
			said[first] = true
			_, twice, errsTwice := again(t, f.Replay)
			assert.Equal(t, out+errs, twice+errsTwice)
		}
	}
	assert.Len(t, said, 2, "another seed draws others")
}

func TestSchedulesAreSavedWhereThePersonSays(t *testing.T) {
	file(t, inversion)
	status, out, errs := shell(t, "-save", "found", "-tree", "main.go")
	assert.Equal(t, somethingFound, status, errs)
	saved, err := os.ReadFile(filepath.Join("found", "1-deadlock.schedule"))
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(saved), "held\n"), "%s", saved)
	assert.Contains(t, out, "Again: interleave run -race -policy replay -schedule found/1-deadlock.schedule main.go")
	assert.Contains(t, out, "    main.go:13\taudit.Lock()\n", "the source line")
	assert.Contains(t, out, "The tree of ")
	assert.Regexp(t, `(?m)^  ! 3\.  (report|transfer) \(goroutine 1\.[12]\) `, out)
}

func TestAnOldFindingIsTriedFirst(t *testing.T) {
	file(t, inversion)
	shell(t, "-save", "found", "main.go")
	old := filepath.Join("found", "1-deadlock.schedule")

	status, out, _ := shell(t, "-budget", "0", "-replay", old, "main.go")
	assert.Equal(t, somethingFound, status)
	assert.True(t, strings.HasPrefix(out, "It still fails: "), "%s", out)

	moved := strings.Replace(inversion, "var wg sync.WaitGroup\n", "var wg sync.WaitGroup\n\tprintln(\"unrelated\")\n", 1)
	require.NoError(t, os.WriteFile("main.go", []byte(moved), 0o644))
	status, out, _ = shell(t, "-budget", "0", "-replay", old, "main.go")
	assert.Equal(t, somethingFound, status, out)

	fixed := strings.Replace(inversion, "audit.Lock()\n\taccounts.Lock()\n\taccounts.Unlock()\n\taudit.Unlock()", "accounts.Lock()\n\taudit.Lock()\n\taudit.Unlock()\n\taccounts.Unlock()", 1)
	require.NotEqual(t, inversion, fixed)
	require.NoError(t, os.WriteFile("main.go", []byte(fixed), 0o644))
	status, out, _ = shell(t, "-replay", old, "main.go")
	assert.Equal(t, 0, status, out)
	assert.Regexp(t, `^(It does not fail any more|The schedule stopped fitting at step \d)`, out)
	assert.Contains(t, out, "All schedules were explored")

	other := strings.Replace(inversion, "go transfer(&wg)", "go func() { transfer(&wg) }(); wg.Add(1); go transfer(&wg)", 1)
	require.NoError(t, os.WriteFile("main.go", []byte(strings.Replace(other, "go report(&wg)", "report(&wg)", 1)), 0o644))
	_, out, _ = shell(t, "-budget", "0", "-replay", old, "main.go")
	assert.NotEmpty(t, out)
}

func TestThoseWhoWakeUpAtACondInABubbleDoNotKeepItsLockFromEachOther(t *testing.T) {
	files(t, map[string]string{
		"go.mod": "module example.com/gate\n\ngo 1.25\n",
		"gate_test.go": `package gate

import (
	"sync"
	"testing"
	"testing/synctest"
)

func TestOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		changed, open := sync.NewCond(&mu), false
		for range 2 {
			go func() {
				mu.Lock()
				for !open {
					changed.Wait()
				}
				mu.Unlock()
			}()
		}
		synctest.Wait()
		mu.Lock()
		open = true
		changed.Broadcast()
		mu.Unlock()
	})
}
`,
	})
	status, rep := report(t, "-test")
	assert.Equal(t, 0, status)
	assert.Empty(t, rep.Findings, "two that wait for a lock that a third one has are no cycle")
}

func TestTheTestsOfAModuleAreExplored(t *testing.T) {
	files(t, map[string]string{
		"go.mod": "module example.com/shop\n\ngo 1.24\n\nrequire example.com/dep v0.0.0\n\nreplace example.com/dep => ./dep\n",
		"stock.go": `package shop

import (
	"sync"

	"example.com/dep"
)

// Stock is what is left.
type Stock struct {
	mu   sync.Mutex
	left int
}

// Left is how much.
func (s *Stock) Left() int { s.mu.Lock(); defer s.mu.Unlock(); return s.left }

// Take takes one.
func (s *Stock) Take() {
	if s.Left() == 0 {
		return
	}
	s.mu.Lock()
	s.left--
	s.mu.Unlock()
}

// Note notes a sale.
func Note(n int) { dep.Add(n) }
`,
		"stock_test.go": `package shop

import (
	"sync"
	"testing"
)

func TestTake(t *testing.T) {
	s := &Stock{left: 1}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { s.Take() })
	}
	wg.Wait()
	if n := s.Left(); n < 0 {
		t.Errorf("%d left", n)
	}
}

func TestNote(t *testing.T) {
	done := make(chan bool)
	go func() { Note(1); close(done) }()
	Note(2)
	<-done
}

func TestGood(t *testing.T) {
	s := &Stock{left: 3}
	s.Take()
}
`,
		"dep/go.mod": "module example.com/dep\n\ngo 1.24\n",
		"dep/dep.go": "package dep\n\nvar events = make(chan int, 1)\n\n// Add adds.\nfunc Add(n int) {\n\tselect {\n\tcase events <- n:\n\tdefault:\n\t\tpanic(\"full\")\n\t}\n}\n",
	})
	status, rep := report(t, "-test", "-run", "TestTake")
	assert.Equal(t, somethingFound, status)
	require.Len(t, rep.Findings, 1)
	assert.Equal(t, "TestTake fails: stock_test.go:16: -1 left", rep.Findings[0].Sentence)
	assert.Equal(t, 1, rep.Findings[0].Preemptions)
	assert.Equal(t, 1, preemptions(rep.Findings[0].Steps), "who was left before a lock that is free could have gone on")
	assert.Contains(t, rep.Findings[0].Replay, "interleave test -race -policy replay -schedule ")

	status, rep = report(t, "-test", "-run", "TestNote", ".")
	assert.Equal(t, somethingFound, status, "a finding inside a package of others")
	require.NotEmpty(t, rep.Findings)
	assert.Contains(t, rep.Findings[0].Sentence, "full")

	status, rep = report(t, "-test", "-run", "TestGood")
	assert.Equal(t, 0, status)
	assert.Empty(t, rep.Findings)

	status, _, errs := shell(t, "-test", "./...", "./dep")
	assert.Equal(t, cannot, status)
	assert.Contains(t, errs, "interleave explore: ")
}

func TestValuesOfVariablesAreAskedFor(t *testing.T) {
	file(t, `package main

import (
	"sync"
	"sync/atomic"
)

type account struct{ balance int }

var calls atomic.Int32

func main() {
	a := &account{balance: 10}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			calls.Add(1)
			mu.Lock()
			balance := a.balance
			mu.Unlock()
			if balance >= 6 {
				mu.Lock()
				a.balance -= 6
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}
`)
	_, out, errs := shell(t, "-query", "value balance -2", "-query", "value a.balance 6", "-query", "value calls 2", "main.go")
	assert.Contains(t, out, "There is a run where balance is given the value -2 (with 1 pre-emption).\n", errs)
	assert.Regexp(t, `In none at all \([0-9]+ classes of schedules\) is there a run where a\.balance is given the value 6\.`, out)
	assert.Contains(t, out, "There is a run where calls is given the value 2 (with no pre-emption).\n")
}

func TestQueriesAreAnsweredOnTheCommandLine(t *testing.T) {
	file(t, inversion)
	status, out, errs := shell(t, "-query", "prints c\nb\na", "-query", "reaches main.go:21", "-query", "exit 2", "main.go")
	assert.Equal(t, somethingFound, status, errs)
	assert.Contains(t, out, "In none at all (")
	assert.Contains(t, out, "it prints exactly “c ↵ b ↵ a”.\n", "what has several lines is in one")
	assert.Contains(t, out, "There is a run where somebody reaches main.go:21 (with no pre-emption).\n")
	assert.Contains(t, out, "There is a run where it ends with status 2 (with 1 pre-emption).\n")
	for _, q := range []string{"output ", "value x", "wishes", "reaches main.go", "before 1 main.go:3", "exit", "exit 1234"} {
		status, _, errs := shell(t, "-query", q, "main.go")
		assert.Equal(t, cannot, status, q)
		assert.Contains(t, errs, "nothing that a run can be asked for with")
	}
}

func TestTheTreeShowsOrdersThatCanBePlayed(t *testing.T) {
	const words = `package main

import (
	"fmt"
	"math/rand"
)

func main() {
	words := make(chan string)
	for _, w := range []string{"one", "two", "three"} {
		go func() { words <- w }()
	}
	for range 3 {
		fmt.Println(<-words, rand.Intn(1000))
	}
}
`
	file(t, words)
	_, rep := report(t, "-seed", "3", "-query", "output three", "main.go")
	require.True(t, rep.Proof.Exhausted, "%v", rep.Notes)
	assert.True(t, rep.Queries[0].Found)
	assert.Len(t, rep.Outcomes, 6, "random numbers are the same in all schedules")
	assert.GreaterOrEqual(t, len(rep.Runs), rep.Counts.Distinct)
	assert.Equal(t, map[string]string{"1": "main", "1.1": "main.func1", "1.2": "main.func1", "1.3": "main.func1"}, rep.Names)

	r, err := runner.New(runner.Options{Dir: filepath.Join(cacheDir, "interleave")})
	require.NoError(t, err)
	bin, err := Build(t.Context(), r, rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(words)}}))
	require.NoError(t, err)
	outputs := map[string]string{}
	for _, o := range rep.Outcomes {
		outputs[o.ID] = o.Text
	}
	for _, run := range rep.Runs[:20] {
		played, err := Replay(t.Context(), r, bin, run.Schedule, Options{Seed: 3})
		require.NoError(t, err)
		_, o := judge(played)
		assert.Equal(t, outputs[run.Outcome], o.Text)
	}
}

func TestWhatCannotBeExploredGivesStatusTwoAndASentence(t *testing.T) {
	files(t, map[string]string{
		"broken/main.go": "package main\n\nfunc main() { x }\n",
		"empty/x.txt":    "",
		"lib/lib.go":     "package lib\n",
		"net/main.go":    "package main\n\nimport \"net\"\n\nfunc main() { net.Listen(\"tcp\", \":0\") }\n",
		"good/main.go":   "package main\n\nfunc main() {}\n",
		"not.schedule":   "held\nno such turn at all\n",
	})
	for want, args := range map[string][]string{
		"broken/main.go:3:15: undefined: x":        {"broken/main.go"},
		"net.Listen":                               {"./net"},
		"holds no Go file":                         {"./empty"},
		"no such file":                             {"missing.go"},
		"name a Go file, a directory or a package": {},
		"there is no search dfs":                   {"-search", "dfs", "good/main.go"},
		"-budget is a time from 0":                 {"-budget", "-1s", "good/main.go"},
		"flag provided but not defined: -frob":     {"-frob", "good/main.go"},
		"-run goes with -test":                     {"-run", "X", "good/main.go"},
		"-bound is at least -1":                    {"-bound", "-2", "good/main.go"},
		"open missing.schedule":                    {"-replay", "missing.schedule", "good/main.go"},
		"not.schedule: it is no schedule":          {"-replay", "not.schedule", "good/main.go"},
		"our flags come before it":                 {"good/main.go", "-budget"},
		"go.mod file not found":                    {"-test", "./good"},
	} {
		status, _, errs := shell(t, args...)
		assert.Equal(t, cannot, status, "%v", args)
		assert.Contains(t, errs, want, "%v", args)
		assert.Contains(t, errs, "interleave explore: ", "%v", args)
	}
	status, out, _ := shell(t, "-h")
	assert.Zero(t, status)
	assert.Contains(t, out, "Usage: interleave explore")
}

func TestBudgetOfNothingRunsNothing(t *testing.T) {
	file(t, inversion)
	status, rep := report(t, "-budget", "0", "main.go")
	assert.Equal(t, 0, status)
	assert.Zero(t, rep.Counts.Schedules)
	assert.False(t, rep.Proof.Exhausted)
}

func TestAProgramThatTakesTheProcessDownIsAFinding(t *testing.T) {
	file(t, `package main

func deeper(n int) int { return deeper(n+1) + 1 }

func main() {
	c := make(chan int, 1)
	go func() { c <- 1 }()
	select {
	case <-c:
		deeper(0)
	default:
	}
}
`)
	status, rep := report(t, "-budget", "3s", "-procs", "1", "main.go")
	assert.Equal(t, somethingFound, status)
	require.NotEmpty(t, rep.Findings)
	assert.Equal(t, "The program crashes: stack overflow in deeper (main.go:3)", rep.Findings[0].Sentence)
	assert.Regexp(t, `^interleave run -race -policy (random|pct) -seed \d+`, rep.Findings[0].Replay)
	assert.Contains(t, strings.Join(rep.Notes, "\n"), "a process of its own")
}

func TestProgramsThatNeverEndAreLeft(t *testing.T) {
	for _, body := range []string{
		"for { }",
		"var x int; for { x++ }",
		"c := make(chan int); go func() { for { c <- 1 } }(); for { <-c }",
	} {
		file(t, "package main\n\nfunc main() { "+body+" }\n")
		status, rep := report(t, "-budget", "1s", "-steps", "500", "main.go")
		assert.Equal(t, 0, status, body)
		assert.False(t, rep.Proof.Exhausted, body)
	}
}

func TestHugeOutputIsCut(t *testing.T) {
	file(t, `package main

import (
	"fmt"
	"strings"
)

func main() {
	c := make(chan bool)
	go func() { fmt.Println(strings.Repeat("x", 1<<20)); c <- true }()
	fmt.Println(strings.Repeat("y", 1<<20))
	<-c
}
`)
	status, rep := report(t, "-runs", "50", "main.go")
	assert.Equal(t, 0, status)
	require.Len(t, rep.Outcomes, 2)
	for _, o := range rep.Outcomes {
		assert.LessOrEqual(t, len(o.Text), 4<<10)
	}
}

func TestAnInterruptedExplorationStillReports(t *testing.T) {
	file(t, `package main

import "sync"

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				mu.Lock()
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}
`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := runner.New(runner.Options{Dir: filepath.Join(cacheDir, "interleave")})
	require.NoError(t, err)
	defer r.Close()
	p, err := r.Named(ctx, []string{"main.go"})
	require.NoError(t, err)
	bin, err := Build(ctx, r, p.Source)
	require.NoError(t, err)
	rep, err := Explore(ctx, r, bin, Options{Budget: long, Bound: -1, Local: p.Local, Tell: func(n News) {
		if n.Counts != nil {
			cancel()
		}
	}})
	require.NoError(t, err)
	assert.Equal(t, "stopped", rep.Proof.How)
	assert.Positive(t, rep.Counts.Schedules)
}

// library is a module of one's own with a copy of a library beside it, vendored.
var library = map[string]string{
	"go.mod":             "module example.com/bank\n\ngo 1.24\n\nrequire example.com/task v1.0.0\n",
	"vendor/modules.txt": "# example.com/task v1.0.0\n## explicit; go 1.24\nexample.com/task\n",
	"vendor/example.com/task/task.go": `// Package task runs functions.
package task

import (
	"sync"
	"sync/atomic"
)

// A Group waits for them.
type Group struct {
	running atomic.Int32
	wg      sync.WaitGroup
}

// Go runs f.
func (g *Group) Go(f func()) {
	g.wg.Add(1)
	go g.run(f)
}

func (g *Group) run(f func()) {
	defer g.wg.Done()
	if g.running.Add(1) == 2 {
		panic("task: two at a time")
	}
	f()
	g.running.Add(-1)
}

// Wait waits for all.
func (g *Group) Wait() { g.wg.Wait() }
`,
	"store/store.go": `// Package store keeps accounts.
package store

import "sync"

// A Store keeps accounts.
type Store struct {
	mu   sync.RWMutex
	vals map[string]int
}

// New returns an empty one.
func New() *Store { return &Store{vals: map[string]int{}} }

// Get gets.
func (s *Store) Get(k string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.vals[k]
}

// Put puts.
func (s *Store) Put(k string, v int) {
	s.mu.Lock()
	s.vals[k] = v
	s.mu.Unlock()
}
`,
	"store/add.go": `package store

// Add adds.
func (s *Store) Add(k string, n int) { s.Put(k, s.Get(k)+n) }
`,
	"store/store_test.go": `package store

import (
	"os"
	"sync"
	"testing"
)

var prepared bool

func TestMain(m *testing.M) {
	prepared = true
	os.Exit(m.Run())
}

func TestAdd(t *testing.T) {
	for _, tc := range []struct {
		name string
		n    int
	}{{"one", 1}, {"two", 2}} {
		t.Run(tc.name, func(t *testing.T) {
			if !prepared {
				t.Fatal("TestMain did not run")
			}
			s := New()
			var wg sync.WaitGroup
			for range tc.n {
				wg.Go(func() { s.Add("x", 1) })
			}
			wg.Wait()
			if got := s.Get("x"); got != tc.n {
				t.Errorf("x is %d", got)
			}
		})
	}
}

func TestParallel(t *testing.T) {
	s := New()
	t.Cleanup(func() {
		if got := s.Get("k"); got != 2 {
			t.Errorf("k is %d", got)
		}
	})
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.Add("k", 1)
		})
	}
}
`,
	"cmd/bank/main.go": `package main

import (
	"example.com/bank/store"
	"example.com/task"
)

func main() {
	s := store.New()
	var g task.Group
	for range 2 {
		g.Go(func() { s.Put("a", 1) })
	}
	g.Wait()
}
`,
}

func TestTableTestsAndParallelOnesAreExplored(t *testing.T) {
	files(t, library)
	for _, c := range []struct {
		args           []string
		sentence, file string
		line           int
	}{
		{[]string{"-test", "./store", "-run", "TestAdd"}, "TestAdd/two fails: store_test.go:32: x is 1, because steps that belong together are not done as one", "store/store_test.go", 32},
		{[]string{"-test", "-run", "TestAdd/two", "./store"}, "TestAdd/two fails: store_test.go:32: x is 1, because steps that belong together are not done as one", "store/store_test.go", 32},
		{[]string{"-test", "./store", "-run=TestParallel", "-budget", "5s"}, "TestParallel fails: store_test.go:42: k is 1, because steps that belong together are not done as one", "store/store_test.go", 42},
	} {
		status, rep := report(t, c.args...)
		assert.Equal(t, somethingFound, status, "%v", c.args)
		require.Len(t, rep.Findings, 1, "%v", c.args)
		f := rep.Findings[0]
		assert.Equal(t, c.sentence, f.Sentence)
		assert.Equal(t, 1, f.Preemptions)
		assert.Equal(t, []Site{{File: c.file, Line: c.line}}, f.Sites)
		_, out, errs := again(t, f.Replay)
		assert.Contains(t, out+errs, strings.SplitN(c.sentence, ": ", 2)[1][:len("store_test.go:32: x is 1")])
	}
	status, _, errs := shell(t, "-test", "./store", "-wrong")
	assert.Equal(t, cannot, status)
	assert.Contains(t, errs, "flag provided but not defined: -wrong")
}

func TestWhatALibraryDoesIsToldWhereTheProgramCalledIt(t *testing.T) {
	files(t, library)
	for _, args := range [][]string{{"./cmd/bank"}, {"cmd/bank/main.go"}} {
		status, rep := report(t, args...)
		assert.Equal(t, somethingFound, status, "%v", args)
		require.NotEmpty(t, rep.Findings, "%v", args)
		f := rep.Findings[0]
		assert.Equal(t, "panic", f.Class)
		assert.Equal(t, "task.Group.run (goroutine 1.2) panics at line 12, and nothing recovers it: task: two at a time", f.Sentence)
		assert.Equal(t, "main.go", filepath.Base(f.Sites[0].File), "where the program called the library")
		wd, err := os.Getwd()
		require.NoError(t, err)
		assert.NotContains(t, fmt.Sprint(f), wd)
	}
}

func TestWhatTestifySaysIsPartOfTheSentence(t *testing.T) {
	assert.Equal(t, "Not equal: expected: 2 actual : 1", labelled(strings.Split("        \tError Trace:\t/a/store_test.go:34\n        \t            \t\t\t\t/a/b.go:4\n        \tError:      \tNot equal: \n        \t            \texpected: 2\n        \t            \tactual  : 1\n        \tTest:       \tTestAdd/two\n", "\n"), "Error:"))
	assert.Equal(t, "Should be true", labelled([]string{"        \tError:      \tShould be true", "        \tTest:       \tTestX", ""}, "Error:"))
	assert.Empty(t, labelled([]string{"FAIL"}, "Error:"))
}

func TestAProgramThatAsksForCoresHasSome(t *testing.T) {
	file(t, `package main

import (
	"fmt"
	"runtime"
)

func main() {
	was := runtime.GOMAXPROCS(3)
	fmt.Println(was, runtime.NumCPU() > 1, runtime.GOMAXPROCS(0))
	c := make(chan bool)
	go func() { close(c) }()
	<-c
	panic("done")
}
`)
	_, rep := report(t, "main.go")
	require.Len(t, rep.Outcomes, 1)
	assert.Equal(t, "4 true 3\npanic: done\n", rep.Outcomes[0].Text)
	_, out, _ := again(t, rep.Findings[0].Replay)
	assert.Equal(t, "4 true 3\n", out, "the same when it is played")
}

// What len says of a channel depends on when it is asked: asking is an operation
// on the channel like any other.
func TestLenOfAChannelIsAnOperation(t *testing.T) {
	file(t, `package main

func main() {
	hurry := make(chan bool, 1)
	go func() { hurry <- true }()
	if len(hurry) > 0 {
		panic("early")
	}
}
`)
	status, rep := report(t, "-budget", "5s", ".")
	assert.Equal(t, somethingFound, status)
	require.NotEmpty(t, rep.Findings)
	assert.Equal(t, "panic", rep.Findings[0].Class)
	assert.Equal(t, 1, rep.Findings[0].Preemptions)
}
