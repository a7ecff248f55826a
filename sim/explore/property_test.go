package explore

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/runner"
)

var (
	randomPrograms = flag.Int("programs", 160, "how many random programs are explored")
	randomSeed     = flag.Uint64("from", 1, "the seed of the first random program")
)

// Those that are too large for brute force do not count.
const (
	bruteForce   = 9_000 // schedules of a program
	leastThereOf = 100   // programs that are small enough, of the usual ones
	mostShrunk   = 3     // of those that fail
)

// Reduction and bounding leave out schedules, but nothing that a schedule can
// do: what they see is what brute force sees.
func TestReducedSearchesSeeAllThatBruteForceSees(t *testing.T) {
	r := engine(t)
	progs, srcs := map[string]randomProgram{}, map[string][]byte{}
	for seed := range uint64(*randomPrograms) {
		name := fmt.Sprintf("seed%d", *randomSeed+seed)
		progs[name] = newRandomProgram(*randomSeed + seed)
		srcs[name] = progs[name].source()
	}
	var mu sync.Mutex
	var total compared
	failed := map[string]string{}
	eachOf(buildAll(t, r, srcs), func(name string, p program) {
		c := compare(t, r, p, progs[name].leavesTimers())
		mu.Lock()
		defer mu.Unlock()
		if c.wrong != "" {
			failed[name] = c.wrong
		}
		total.add(c)
	})
	t.Logf("%d programs: %d schedules, %d with reduction, %d classes; %d outcomes, %d findings",
		total.programs, total.naive, total.dpor, total.classes, total.outcomes, total.findings)
	if *randomPrograms >= leastThereOf {
		assert.GreaterOrEqual(t, total.programs, leastThereOf, "programs that brute force comes to an end with")
	}
	assert.Empty(t, failed)
	for _, name := range slices.Sorted(maps.Keys(failed))[:min(len(failed), mostShrunk)] {
		wrong := func(q randomProgram) string {
			return compare(t, r, buildAll(t, r, map[string][]byte{"small": q.source()})["small"], q.leavesTimers()).wrong
		}
		small := progs[name].shrink(func(q randomProgram) bool { return wrong(q) != "" })
		t.Errorf("%s: %s\nthe smallest program that fails, %s:\n%s", name, failed[name], wrong(small), small.source())
	}
}

// compared is what came of exploring programs in several ways.
type compared struct {
	programs, naive, dpor, classes, outcomes, findings int
	wrong                                              string
}

func (c *compared) add(d compared) {
	c.programs += d.programs
	c.naive += d.naive
	c.dpor += d.dpor
	c.classes += d.classes
	c.outcomes += d.outcomes
	c.findings += d.findings
}

// compare explores a program in three ways. One with too many schedules is left
// out. If the program leaves timers behind, brute force sees classes in which one
// fires that nobody will ever hear of; reduction need not.
func compare(t *testing.T, r *runner.Runner, p program, leaves bool) (c compared) {
	reports := map[string]Report{}
	for _, how := range []string{"naive", "dpor", "bounded"} {
		rep, err := Explore(t.Context(), r, p.bin, p.options(Options{Budget: long, Runs: bruteForce, Procs: 1, Bound: -1, Search: how}))
		require.NoError(t, err)
		if !rep.Proof.Exhausted && how == "naive" {
			return compared{}
		}
		if !rep.Proof.Exhausted {
			return compared{wrong: fmt.Sprintf("%s is not done: %s %v", how, rep.Proof.How, rep.Notes)}
		}
		reports[how] = rep
	}
	naive, dpor := reports["naive"], reports["dpor"]
	c = compared{
		programs: 1, naive: searched(naive), dpor: searched(dpor), classes: naive.Counts.Distinct,
		outcomes: len(naive.Outcomes), findings: len(naive.Findings),
	}
	for _, how := range []string{"dpor", "bounded"} {
		for what, of := range map[string]func(Report) map[string]string{"outcomes": outcomesOf, "findings": findingsOf} {
			if missing, extra := differ(of(naive), of(reports[how])); missing+extra != "" {
				c.wrong += fmt.Sprintf("%s of %s: missing [%s] extra [%s]; ", what, how, missing, extra)
			}
		}
	}
	if all, reduced := naive.Counts.Distinct, dpor.Counts.Distinct; all != reduced && !(leaves && reduced < all) {
		c.wrong += fmt.Sprintf("classes: %d, by dpor %d; ", naive.Counts.Distinct, dpor.Counts.Distinct)
	}
	if c.dpor > c.naive {
		c.wrong += fmt.Sprintf("schedules: %d, by dpor %d; ", c.naive, c.dpor)
	}
	return c
}

// searched is how many schedules the search did itself: the others are there to
// make what it found smaller.
func searched(rep Report) int {
	n := rep.Counts.Cut
	for _, o := range rep.Outcomes {
		n += o.Count
	}
	return n
}

func outcomesOf(rep Report) map[string]string {
	all := map[string]string{}
	for _, o := range rep.Outcomes {
		all[o.ID] = fmt.Sprintf("%s %d %q", o.Outcome, o.Status, o.Text)
	}
	return all
}

func findingsOf(rep Report) map[string]string {
	all := map[string]string{}
	for _, f := range rep.Findings {
		all[f.ID] = f.Sentence
	}
	return all
}

func differ(want, got map[string]string) (missing, extra string) {
	var m, e []string
	for id, text := range want {
		if _, ok := got[id]; !ok {
			m = append(m, text)
		}
	}
	for id, text := range got {
		if _, ok := want[id]; !ok {
			e = append(e, text)
		}
	}
	return strings.Join(m, "; "), strings.Join(e, "; ")
}

// A randomProgram is what its goroutines do, one statement after the other; the
// first is main, which waits for the others at the end.
type randomProgram struct{ gos [][]string }

// newRandomProgram returns the program of a seed.
func newRandomProgram(seed uint64) randomProgram {
	rng := rand.New(rand.NewPCG(seed, 7))
	theme := themes[rng.IntN(len(themes))]
	p := randomProgram{gos: make([][]string, 2+rng.IntN(2))}
	for g := range p.gos {
		most := 5 - len(p.gos)
		if g == 0 {
			most = 2
		}
		for range max(1, rng.IntN(most+1)) {
			do := theme[rng.IntN(len(theme))]
			if rng.IntN(4) == 0 { // things are done together that do not belong together
				other := themes[rng.IntN(len(themes))]
				do = other[rng.IntN(len(other))]
			}
			p.gos[g] = append(p.gos[g], strings.ReplaceAll(do, "N", fmt.Sprint(10*g+len(p.gos[g])+1)))
		}
	}
	return p
}

// themes are the statements of which programs are made, those together that
// have something to do with each other. N is a number of its own.
var themes = [][]string{
	{ // locks
		"mu.Lock(); x = 2*x + N; mu.Unlock()",
		"mu.Lock(); fmt.Println(N, x); mu.Unlock()",
		"other.Lock(); y += N; other.Unlock()",
		"mu.Lock(); other.Lock(); x, y = y, x+N; other.Unlock(); mu.Unlock()",
		"other.Lock(); mu.Lock(); y = x; mu.Unlock(); other.Unlock()",
		"if mu.TryLock() { x += N; mu.Unlock() } else { fmt.Println(N) }",
	},
	{ // readers and writers
		"rw.RLock(); fmt.Println(N, z); rw.RUnlock()",
		"rw.RLock(); w.Add(int32(z)); rw.RUnlock()",
		"rw.Lock(); z += N; rw.Unlock()",
		"rw.RLock(); rw.RLock(); w.Add(N); rw.RUnlock(); rw.RUnlock()",
		"if rw.TryRLock() { w.Store(int32(z)); rw.RUnlock() }",
		"if rw.TryLock() { z = N; rw.Unlock() }",
	},
	{ // channels
		"c <- N",
		"c <- N",
		"fmt.Println(<-c)",
		"<-c",
		"b <- N",
		"b <- N",
		"fmt.Println(<-b)",
		"v, ok := <-b; fmt.Println(N, v, ok)",
		"close(b)",
		"for v := range b { fmt.Println(v); if v > N { break } }",
	},
	{ // select
		"select { case v := <-c: fmt.Println(N, v); case v := <-b: fmt.Println(v) }",
		"select { case c <- N: case b <- N: fmt.Println(N) }",
		"select { case v := <-b: fmt.Println(v); default: fmt.Println(N) }",
		"select { case b <- N: default: fmt.Println(N) }",
		"select { case c <- N: default: }",
		"select { case v := <-c: fmt.Println(v); case v := <-d: fmt.Println(N, v) }",
		"d <- N",
		"c <- N",
		"<-c",
		"b <- N",
		"fmt.Println(<-b)",
	},
	{ // atomics
		"w.Add(N)",
		"fmt.Println(N, w.Load())",
		"w.Store(w.Load() + N)",
		"if w.CompareAndSwap(0, N) { fmt.Println(N) }",
		"fmt.Println(w.Swap(N))",
		"for range 2 { w.Add(1) }",
	},
	{ // conditions
		"mu.Lock(); for x == 0 { cond.Wait() }; x--; mu.Unlock()",
		"mu.Lock(); x++; cond.Signal(); mu.Unlock()",
		"mu.Lock(); x += 2; mu.Unlock(); cond.Broadcast()",
		"mu.Lock(); if x < 2 { cond.Wait() }; fmt.Println(N, x); mu.Unlock()",
		"mu.Lock(); x = N; mu.Unlock()",
	},
	{ // groups and things done once
		"wg.Add(1); go func() { w.Add(N); wg.Done() }()",
		"wg.Add(1); go func() { defer wg.Done(); fmt.Println(N) }()",
		"wg.Wait(); fmt.Println(N, w.Load())",
		"once.Do(func() { w.Add(N) })",
		"once.Do(func() { y = N }); fmt.Println(y)",
		"w.Add(N)",
	},
	{ // memory
		"y = N",
		"y++",
		"fmt.Println(N, y)",
		"mu.Lock(); y++; mu.Unlock()",
		"w.Store(N)",
		"if w.Load() > 0 { y++ }",
	},
	{ // giving way
		"runtime.Gosched(); w.Add(N)",
		"runtime.Gosched(); fmt.Println(N, w.Load())",
		"w.Store(N)",
		"mu.Lock(); runtime.Gosched(); x = N; mu.Unlock()",
		"mu.Lock(); fmt.Println(N, x); mu.Unlock(); runtime.Gosched()",
	},
	{ // time
		"time.Sleep(2 * time.Millisecond)",
		"time.Sleep(time.Millisecond); w.Add(N)",
		"select { case v := <-c: fmt.Println(v); case <-time.After(time.Millisecond): fmt.Println(N) }",
		"c <- N",
		"fmt.Println(N, w.Load())",
		"stop := time.AfterFunc(time.Millisecond, func() { w.Add(N) }); w.Add(1); stop.Stop()",
	},
}

// source is the program in Go.
func (p randomProgram) source() []byte {
	var b strings.Builder
	b.WriteString(`package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

var (
	mu, other sync.Mutex
	rw        sync.RWMutex
	cond      = sync.NewCond(&mu)
	once      sync.Once
	wg, all   sync.WaitGroup
	c, d      = make(chan int), make(chan int)
	b         = make(chan int, 1)
	w         atomic.Int32
	x, y, z   int

	_ = time.Second
	_ = runtime.Gosched
)

func main() {
`)
	for g := 1; g < len(p.gos); g++ {
		b.WriteString("\tall.Go(func() {\n")
		for _, do := range p.gos[g] {
			b.WriteString("\t\t{ " + do + " }\n")
		}
		b.WriteString("\t})\n")
	}
	for _, do := range p.gos[0] {
		b.WriteString("\t{ " + do + " }\n")
	}
	b.WriteString("\tall.Wait()\n\tfmt.Println(x, y, z, w.Load())\n}\n")
	return []byte(b.String())
}

// leavesTimers reports whether a timer may not have fired when nobody waits for
// it any more.
func (p randomProgram) leavesTimers() bool {
	return strings.Contains(fmt.Sprint(p.gos), "time.After(")
}

// shrink returns the smallest program found that still fails: with a statement
// less again and again.
func (p randomProgram) shrink(fails func(randomProgram) bool) randomProgram {
	for {
		i := slices.IndexFunc(p.smaller(), fails)
		if i < 0 {
			return p
		}
		p = p.smaller()[i]
	}
}

func (p randomProgram) smaller() (list []randomProgram) {
	for g, does := range p.gos {
		if len(does) == 0 && g > 0 {
			list = append(list, randomProgram{slices.Delete(slices.Clone(p.gos), g, g+1)})
		}
		for i := range does {
			q := randomProgram{slices.Clone(p.gos)}
			q.gos[g] = slices.Delete(slices.Clone(does), i, i+1)
			list = append(list, q)
		}
	}
	return list
}
