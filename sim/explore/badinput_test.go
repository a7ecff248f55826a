package explore

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/runner"
)

// texts are what the outcomes of a program print, with how they end.
func texts(rep Report) map[string]string {
	all := map[string]string{}
	for _, o := range rep.Outcomes {
		all[o.Text] = o.Outcome
	}
	return all
}

func classesOf(rep Report) (all []string) {
	for _, f := range rep.Findings {
		if f.Severity != Note {
			all = append(all, f.Class)
		}
	}
	return all
}

func TestALoopOverATickerIsLeft(t *testing.T) {
	file(t, `package main

import "time"

func main() {
	tick := time.NewTicker(time.Second)
	done := make(chan bool)
	go func() {
		for range tick.C {
		}
		close(done)
	}()
	<-done
}
`)
	status, rep := report(t, "-budget", "60s", "-runs", "200", "-steps", "300", "main.go")
	assert.Equal(t, 0, status, "%v", classesOf(rep))
	assert.False(t, rep.Proof.Exhausted)
	assert.Contains(t, strings.Join(rep.Notes, "\n"), "were left after 300 steps without having come to their end")
}

func TestWhatDependsOnTheMachineIsTheSameInEverySchedule(t *testing.T) {
	for name, body := range map[string]string{
		"the clock":          `start := time.Now(); use(func() { time.Sleep(time.Second) }); fmt.Println(time.Since(start), start.Year() > 2000)`,
		"addresses":          `x := new(int); use(func() {}); fmt.Printf("%p %v\n", x, map[*int]int{x: 1})`,
		"goroutines":         `use(func() {}); fmt.Println(runtime.NumGoroutine() > 0, runtime.NumCPU() > 0)`,
		"the order of a map": `m := map[string]int{"a": 1, "b": 2, "c": 3, "d": 4}; for k := range m { use(func() { fmt.Println(k) }) }`,
		"the random numbers": `use(func() {}); fmt.Println(rand.Intn(1000000), rand.Perm(9))`,
	} {
		file(t, `package main

import (
	"fmt"
	"math/rand"
	"runtime"
	"time"
)

var _, _, _ = time.Now, runtime.NumCPU, rand.Int

func use(f func()) {
	done := make(chan bool)
	go func() { f(); done <- true }()
	<-done
}

func main() {
	`+body+`
}
`)
		status, rep := report(t, "-search", "dpor", "main.go")
		assert.Equal(t, 0, status, name)
		assert.True(t, rep.Proof.Exhausted, "%s: %s %v", name, rep.Proof.Sentence, rep.Notes)
		assert.Len(t, rep.Outcomes, 1, name)
		assert.Empty(t, rep.Notes, name)
		again, second := report(t, "-search", "bounded", "main.go")
		assert.Equal(t, status, again)
		assert.Equal(t, texts(rep), texts(second), "%s, in another process", name)
	}
}

func TestAHugeStateOfThePackageIsRestored(t *testing.T) {
	file(t, `package main

import "fmt"

var (
	pages [100 << 20]byte
	index = make([]int, 10<<20)
)

func main() {
	written := make(chan bool)
	go func() {
		pages[len(pages)-1]++
		written <- true
	}()
	index[len(index)-1]++
	<-written
	fmt.Println(pages[len(pages)-1], index[len(index)-1])
}
`)
	status, rep := report(t, "-budget", "60s", "-runs", "20", "-procs", "1", "main.go")
	assert.Equal(t, 0, status, "%v", classesOf(rep))
	assert.Equal(t, map[string]string{"1 1\n": "Exited"}, texts(rep))
	assert.Positive(t, rep.Counts.Schedules)
}

func TestTooMuchMemoryIsAFindingOfTheProgram(t *testing.T) {
	r := engine(t)
	p := buildAll(t, r, map[string][]byte{"hoarder": []byte(`package main

func main() {
	var keep [][]byte
	for range 500 {
		b := make([]byte, 1<<20)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		keep = append(keep, b)
	}
	println(len(keep))
}
`)})["hoarder"]
	rep, err := Explore(t.Context(), r, p.bin, p.options(Options{Budget: long, Runs: 2, Procs: 1, MaxMemory: 128 << 20}))
	require.NoError(t, err)
	require.NotEmpty(t, rep.Findings)
	assert.Contains(t, rep.Findings[0].Sentence, "memory")
	assert.Equal(t, Bug, rep.Findings[0].Severity)
}

func TestAnInterruptedExplorationKeepsWhatItHasFound(t *testing.T) {
	file(t, strings.Replace(inversion, "wg.Wait()", "for range 30 { wg.Add(1); go func() { accounts.Lock(); accounts.Unlock(); wg.Done() }() }; wg.Wait()", 1))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := engine(t)
	p, err := r.Named(ctx, []string{"main.go"})
	require.NoError(t, err)
	bin, err := Build(ctx, r, p.Source)
	require.NoError(t, err)
	rep, err := Explore(ctx, r, bin, Options{Budget: long, Bound: -1, Local: p.Local, Tell: func(n News) {
		if n.Finding != nil {
			cancel()
		}
	}})
	require.NoError(t, err)
	assert.Equal(t, "stopped", rep.Proof.How)
	assert.True(t, strings.HasPrefix(rep.Proof.Sentence, "Interrupted. "), rep.Proof.Sentence)
	require.NotEmpty(t, rep.Findings)
	assert.NotEmpty(t, rep.Findings[0].Steps, "it is told step by step, too")
}

func TestAFindingInAnotherModuleNamesItsPlace(t *testing.T) {
	files(t, map[string]string{
		"go.mod": "module example.com/shop\n\ngo 1.25\n\nrequire example.com/dep v0.0.0\n\nreplace example.com/dep => ./dep\n",
		"cmd/main.go": `package main

import (
	"example.com/dep"
	"example.com/shop/group"
)

func main() {
	var g group.Group
	g.Go(func() error { dep.Count(); return nil })
	g.Go(func() error { dep.Count(); return nil })
	g.Wait()
}
`,
		"group/group.go": `// Package group waits for functions.
package group

import "sync"

// Group is some of them.
type Group struct {
	wg  sync.WaitGroup
	err error
}

// Go calls f in a goroutine.
func (g *Group) Go(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		g.err = f()
	}()
}

// Wait waits for them.
func (g *Group) Wait() error { g.wg.Wait(); return g.err }
`,
		"dep/go.mod": "module example.com/dep\n\ngo 1.25\n",
		"dep/dep.go": `// Package dep counts.
package dep

var n int
var busy = make(chan bool, 1)

// Count counts.
func Count() {
	busy <- true
	select {
	case <-busy:
		n++
	}
	if n > 2 {
		panic("miscounted")
	}
	closed := make(chan bool)
	if len(busy) > 0 {
		close(closed)
		close(closed)
	}
}
`,
	})
	status, rep := report(t, "./cmd")
	assert.Equal(t, somethingFound, status)
	where := map[string]bool{}
	for _, f := range rep.Findings {
		for _, s := range f.Sites {
			where[fmt.Sprintf("%s %s:%d", f.Class, s.File, s.Line)] = true
		}
		assert.NotContains(t, f.Sentence, "somebody", f.Sentence)
	}
	assert.True(t, where["race ../group/group.go:17"], "in a package of the module: %v", where)
	assert.True(t, where["close-of-closed main.go:10"], "in another module, where that was called: %v", where)
}

func TestAnExitInTheMidstIsAnOutcome(t *testing.T) {
	file(t, `package main

import (
	"fmt"
	"os"
)

func main() {
	defer fmt.Println("never")
	done := make(chan bool)
	go func() {
		fmt.Println("leaving")
		os.Exit(3)
		close(done)
	}()
	<-done
}
`)
	status, rep := report(t, "main.go")
	assert.Equal(t, somethingFound, status)
	require.Len(t, rep.Outcomes, 1)
	assert.Equal(t, "leaving\n", rep.Outcomes[0].Text)
	assert.Equal(t, 3, rep.Outcomes[0].Status)
	assert.Equal(t, []string{"invariant"}, classesOf(rep))
	assert.Contains(t, rep.Findings[0].Sentence, "exit status 3")
	assert.True(t, rep.Proof.Exhausted)
}

func TestWhatRecoversFromEverythingDoesNotOutliveItsSchedule(t *testing.T) {
	file(t, `package main

import "fmt"

func try(f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("recovered", r)
		}
	}()
	f()
}

func main() {
	c := make(chan int)
	go func() {
		for i := 0; ; i++ {
			try(func() { c <- i })
		}
	}()
	fmt.Println(<-c, <-c)
}
`)
	status, rep := report(t, "-search", "dpor", "main.go")
	assert.Equal(t, somethingFound, status)
	assert.Equal(t, map[string]string{"0 1\n": "Exited"}, texts(rep))
	assert.Equal(t, []string{"leak"}, classesOf(rep))
	assert.True(t, rep.Proof.Exhausted, "%s %v", rep.Proof.Sentence, rep.Notes)
}

func TestDeferredCallsThatWaitDoNotOutliveTheirSchedule(t *testing.T) {
	file(t, `package main

import (
	"fmt"
	"sync"
)

var total int

func main() {
	var mu sync.Mutex
	never := make(chan int)
	go func() {
		defer func() { total++; <-never; total++ }()
		defer mu.Lock()
		mu.Lock()
	}()
	go func() {
		defer func() {
			for {
				select {
				case <-never:
				default:
					return
				}
			}
		}()
		<-never
	}()
	fmt.Println(total)
}
`)
	status, rep := report(t, "main.go")
	assert.Equal(t, somethingFound, status)
	assert.Equal(t, map[string]string{"0\n": "Exited"}, texts(rep))
	assert.True(t, rep.Proof.Exhausted, "%s %v", rep.Proof.Sentence, rep.Notes)
	assert.NotEmpty(t, classesOf(rep))
}

func TestThatFilesAreWrittenIsSaid(t *testing.T) {
	file(t, `package main

import "os"

func main() {
	if err := os.WriteFile("out.txt", []byte("done"), 0o644); err != nil {
		panic(err)
	}
}
`)
	status, rep := report(t, "main.go")
	assert.Equal(t, 0, status)
	assert.Equal(t, []string{"The program writes files, and nothing puts them back: what one run has written, the next one finds."}, rep.Notes)
	assert.True(t, rep.Proof.Exhausted)
	assert.FileExists(t, "out.txt")
}

func TestStandardInputIsReadOnceAndThatIsSaid(t *testing.T) {
	file(t, `package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	fmt.Printf("%q %v\n", line, err)
}
`)
	require.NoError(t, os.WriteFile("input", []byte("hello\n"), 0o644))
	stdin, err := os.Open("input")
	require.NoError(t, err)
	defer stdin.Close()
	r := engine(t)
	p, err := r.Named(t.Context(), []string{"main.go"})
	require.NoError(t, err)
	bin, err := Build(t.Context(), r, p.Source)
	require.NoError(t, err)
	p.Local.Stdin = stdin
	rep, err := Explore(t.Context(), r, bin, Options{Budget: long, Runs: 4, Bound: -1, Local: p.Local})
	require.NoError(t, err)
	assert.Contains(t, strings.Join(rep.Notes, "\n"), "reads its standard input")
	assert.Contains(t, strings.Join(rep.Notes, "\n"), "Every schedule was given a process of its own")
	assert.Equal(t, map[string]string{"\"\" EOF\n": "Exited"}, texts(rep))
	assert.False(t, rep.Proof.Exhausted)
}

func TestAProgramThatCannotBeRunTwiceGetsAProcessForEachSchedule(t *testing.T) {
	file(t, `package main

import (
	"fmt"
	"os"
	"sync"
)

func main() {
	had, _ := os.ReadFile("runs.txt")
	os.WriteFile("runs.txt", append(had, 'x'), 0o644)
	var a, b sync.Mutex
	var wg sync.WaitGroup
	wg.Go(func() { a.Lock(); b.Lock(); b.Unlock(); a.Unlock() })
	wg.Go(func() { b.Lock(); a.Lock(); a.Unlock(); b.Unlock() })
	wg.Wait()
	fmt.Println(len(had))
}
`)
	status, rep := report(t, "-runs", "40", "-budget", "60s", "main.go")
	assert.Contains(t, strings.Join(rep.Notes, "\n"), "Every schedule was given a process of its own, which is thousands of times slower: ")
	assert.False(t, rep.Proof.Exhausted)
	assert.Equal(t, somethingFound, status)
	assert.Contains(t, classesOf(rep), "deadlock")
	assert.GreaterOrEqual(t, rep.Counts.Schedules, 40)
}

func TestNothingOfABudgetOfNothingIsRun(t *testing.T) {
	file(t, "package main\n\nimport \"os\"\n\nfunc main() { os.WriteFile(\"ran\", nil, 0o644) }\n")
	r := engine(t)
	p, err := r.Named(t.Context(), []string{"main.go"})
	require.NoError(t, err)
	bin, err := Build(t.Context(), r, p.Source)
	require.NoError(t, err)
	for _, budget := range []time.Duration{0, -time.Second} {
		rep, err := Explore(t.Context(), r, bin, Options{Budget: budget, Local: &runner.Local{Dir: p.Local.Dir}})
		require.NoError(t, err)
		assert.Zero(t, rep.Counts.Schedules)
		assert.Equal(t, "Nothing was run: there is no time to run anything in.", rep.Proof.Sentence)
	}
	assert.NoFileExists(t, "ran")
}

func TestALoopThatLooksInVainIsExploredAndSaid(t *testing.T) {
	file(t, `package main

import "sync/atomic"

func main() {
	var ready atomic.Bool
	go func() { ready.Store(true) }()
	for !ready.Load() {
	}
	println("ready")
}
`)
	status, out, errs := shell(t, "main.go")
	assert.Equal(t, 0, status, errs)
	assert.Contains(t, out, "All schedules were explored (")
	assert.Contains(t, out, "Who only looks at something again and again, 16 times in a row, lets the others go on first")
}
